//! The client library against this server: every call, and what it makes of refusals.

use std::time::{Duration, SystemTime};

use folkmoot_client::api::{
    Action, AssignmentChange, AuditQuery, CustomFieldChange, DeliveryState, EmployeeChange,
    EmployeeClassChange, EmploymentStatus, FieldKind, Id, JobChange, MobileDevice, NamedChange, PayBasis,
    PermissionGroup, Privacy, Relationship, RoleChange, UserChange, WebhookChange,
};
use folkmoot_client::webhook::WebhookReceiver;
use folkmoot_client::{Client, Error};
use folkmoot_core::{AccountId, Settings};
use http::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::support::{ALICE, GEORGE, HELEN, Kept, Server, eventually, key_of, trio};

struct Company {
    server: Server,
    account: AccountId,
}

impl Company {
    async fn new() -> Company {
        let kept = Kept::new().await;
        let account = kept.account("acme", Settings::default()).await;
        kept.add_people(account, &trio(&kept.store, account)).await;
        let settings = [("webhooks.allow_private", "true"), ("webhooks.retry_seconds", "1")];
        Company { server: Server::start(kept, &settings).await, account }
    }

    fn client(&self, username: &str, id: i64) -> Client {
        let url = format!("http://{}", self.server.address);
        let client = Client::builder(&url, username, key_of(self.account, id).into());
        client.api_version("3.0.0").build().expect("a client")
    }

    fn helen(&self) -> Client {
        self.client("helen", HELEN)
    }
}

fn refusal<T: std::fmt::Debug>(result: folkmoot_client::Result<T>) -> (StatusCode, String, Vec<String>) {
    match result.expect_err("a refusal") {
        Error::Refused { status, code, messages, .. } => (status, code, messages),
        other => panic!("{other}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn users_are_read_added_changed_and_deleted() {
    let company = Company::new().await;
    let client = company.helen();
    let users = client.api().users();
    let names: Vec<_> = users.list().await.unwrap().into_iter().map(|user| user.username).collect();
    assert_eq!(names, ["helen", "george", "alice"]);
    let me = users.me().await.unwrap();
    assert_eq!(me.id, Id::from(HELEN));
    assert!(users.me_with_api_key().await.unwrap().api_key.is_some());

    let job = client.api().jobs().create(JobChange::new().title("Smith")).send().await.unwrap();
    let fields = client.api().custom_fields();
    let shoe = CustomFieldChange::new().name("Shoe").kind(FieldKind::Text).visibility(Privacy::Everyone);
    let shoe = fields.create(shoe).send().await.unwrap();
    let change = UserChange::new()
        .username("wayland")
        .email("wayland@example.org")
        .employee(
            EmployeeChange::new().first_name("Wayland").last_name("Smith").government_id("078-05".into()),
        )
        .assignment(
            AssignmentChange::new()
                .date_hired(Some("2026-01-01".parse().unwrap()))
                .job(Some(job.id.clone()))
                .manager(Some(GEORGE.into()))
                .hours("7.5")
                .pay_basis(Some(PayBasis::Annual))
                .pay_rate("65346.30")
                .pay_currency("EUR"),
        )
        .custom_field(&shoe.id, "44");
    let add = || users.create(change.clone()).idempotency_key("wayland-1").send();
    let made = add().await.unwrap();
    assert_eq!(add().await.unwrap().id, made.id, "the same request twice adds one");
    let assignment = made.assignment_record.as_ref().unwrap();
    assert_eq!(assignment.job.as_ref().map(|job| job.name.as_str()), Some("Smith"));
    assert_eq!(assignment.hours.as_deref(), Some("7.5"));
    assert_eq!(assignment.pay_info.as_ref().and_then(|pay| pay.rate.as_deref()), Some("65346.30"));
    assert_eq!(made.custom_field_records[0].content, "44");
    assert!(made.employee_record.as_ref().unwrap().government_id.is_some());

    let read = users.get(&made.id).await.unwrap();
    let stale = read.etag.clone().unwrap();
    let leaves = UserChange::new().assignment(
        AssignmentChange::new()
            .effective_date("2026-01-10".parse().unwrap())
            .status(EmploymentStatus::Terminated),
    );
    let changed = users.update(&made.id, leaves.clone()).if_match(&stale).send().await.unwrap();
    let status = changed.assignment_record.as_ref().unwrap().employee_status.clone();
    assert_eq!(status, Some(EmploymentStatus::Terminated));
    let nickname = UserChange::new().nickname("Way");
    let late = users.update(&made.id, nickname).if_match(&stale).send().await;
    assert_eq!(refusal(late).0, StatusCode::PRECONDITION_FAILED);

    let record = changed.assignment_record.as_ref().unwrap().id.clone();
    let record = client.api().assignment_record(&record).await.unwrap();
    assert_eq!(record.employee_status, Some(EmploymentStatus::Terminated));
    let record = changed.employee_record.as_ref().unwrap().id.clone().unwrap();
    let record = client.api().employee_record(&record).await.unwrap();
    assert_eq!(record.first_name.as_deref(), Some("Wayland"));

    let bad = UserChange::new().email("nowhere").username("george");
    let (status, code, messages) = refusal(users.update(&made.id, bad).send().await);
    assert_eq!((status, code.as_str()), (StatusCode::BAD_REQUEST, "VALIDATION_ERROR"));
    assert!(messages.iter().any(|message| message.starts_with("email")), "{messages:?}");
    users.delete(&made.id).send().await.unwrap();
    assert_eq!(refusal(users.get(&made.id).await).1, "NOT_FOUND");

    let alice = company.client("alice", ALICE);
    let seen = alice.api().users().get(GEORGE).await.unwrap();
    assert!(seen.assignment_record.as_ref().is_none_or(|record| record.employee_status.is_none()));
    assert_eq!(refusal(alice.api().users().create(change).send().await).1, "ACCESS_ERROR");
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_corrected_and_withdrawn() {
    let company = Company::new().await;
    let client = company.helen();
    let (api, users) = (client.api(), client.api().users());
    let change = UserChange::new()
        .employee(EmployeeChange::new().city("Ghent"))
        .assignment(AssignmentChange::new().ext("7"));
    let alice = users.update(ALICE, change).send().await.unwrap();
    let personal = alice.employee_record.as_ref().unwrap().id.clone().unwrap();
    let job = alice.assignment_record.as_ref().unwrap().id.clone();

    let before = api.employee_record(&personal).await.unwrap();
    let bruges = || EmployeeChange::new().city("Bruges");
    let corrected = api.correct_employee_record(&personal, bruges(), "A slip");
    let corrected = corrected.if_match(before.etag.clone().unwrap()).send().await.unwrap();
    assert_eq!((corrected.id.as_ref(), corrected.city.as_deref()), (Some(&personal), Some("Bruges")));
    let corrected = api.correct_assignment_record(&job, AssignmentChange::new().ext("8"), "A slip");
    assert_eq!(corrected.send().await.unwrap().ext.as_deref(), Some("8"));
    let (status, code, messages) =
        refusal(api.correct_employee_record(&personal, bruges(), " ").send().await);
    assert_eq!((status, code.as_str()), (StatusCode::BAD_REQUEST, "VALIDATION_ERROR"));
    assert_eq!(messages, ["reason is required."]);

    api.withdraw_employee_record(&personal, "Somebody else").send().await.unwrap();
    api.withdraw_assignment_record(&job, "Somebody else").send().await.unwrap();
    assert_eq!(refusal(api.employee_record(&personal).await).1, "NOT_FOUND");
    let (status, code, _) = refusal(api.withdraw_assignment_record(&job, "Again").send().await);
    assert_eq!((status, code.as_str()), (StatusCode::NOT_FOUND, "NOT_FOUND"));
    let george = company.client("george", GEORGE);
    let current = users.get(ALICE).await.unwrap().employee_record.as_ref().unwrap().id.clone().unwrap();
    let refused = george.api().correct_employee_record(&current, bruges(), "A slip").send().await;
    assert!(["ACCESS_ERROR", "NOT_FOUND"].contains(&&*refusal(refused).1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organisation_is_read_and_changed() {
    let company = Company::new().await;
    let client = company.helen();
    let api = client.api();
    /// Makes, lists, reads, changes and deletes one of a kind.
    macro_rules! round {
        ($collection:ident, $change:expr, $other:expr, $name:ident, $made:literal, $changed:literal) => {
            let all = api.$collection();
            let made = all.create($change).send().await.unwrap();
            assert_eq!(made.$name, $made);
            assert!(all.list().await.unwrap().contains(&made.value));
            let read = all.get(&made.id).await.unwrap();
            assert_eq!(read.value, made.value);
            let changed =
                all.update(&made.id, $other).if_match(read.etag.clone().unwrap()).send().await.unwrap();
            assert_eq!(changed.$name, $changed);
            all.delete(&made.id).send().await.unwrap();
            assert_eq!(refusal(all.get(&made.id).await).1, "NOT_FOUND");
        };
    }
    round!(jobs, JobChange::new().title("A"), JobChange::new().title("B").requirements("x"), title, "A", "B");
    round!(departments, NamedChange::new().name("A"), NamedChange::new().name("B").order(7), name, "A", "B");
    round!(locations, NamedChange::new().name("A"), NamedChange::new().name("B"), name, "A", "B");
    let class = EmployeeClassChange::new;
    round!(employee_classes, class().class("A"), class().class("B"), class, "A", "B");
    let field = || CustomFieldChange::new().kind(FieldKind::Date);
    round!(custom_fields, field().name("A"), field().name("B"), name, "A", "B");

    assert!(api.leave_types().list().await.unwrap().is_empty());
    assert_eq!(refusal(api.leave_types().get(1).await).1, "NOT_FOUND");
    let info = api.system_info().await.unwrap();
    assert!(info.enabled_features.iter().any(|feature| feature == "directory"));
    let device = MobileDevice::new().identifier("d1").operating_system("ios").notification_token("t".into());
    api.register_device(device).send().await.unwrap();
    assert_eq!(refusal(api.register_device(MobileDevice::new()).send().await).1, "VALIDATION_ERROR");
    // Nobody has turned it on.
    assert!(api.find_accounts("alice@example.org").await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_defined_given_and_explained() {
    let company = Company::new().await;
    let client = company.helen();
    let (roles, users) = (client.api().roles(), client.api().users());
    let standard = roles.list().await.unwrap();
    let system = standard.iter().find(|role| role.name == "System Administrator").unwrap();
    let (card, actions) = system.permission_groups[0].cards.iter().next().unwrap();
    let group = PermissionGroup {
        departments: Vec::new(),
        locations: Vec::new(),
        relationship: Relationship::Everyone,
        cards: [(card.clone(), actions.clone())].into(),
    };
    let change = RoleChange::new().name("Some").permission_groups(std::slice::from_ref(&group));
    let made = roles.create(change).send().await.unwrap();
    assert_eq!(roles.get(&made.id).await.unwrap().permission_groups, [group]);
    let changed = roles.update(&made.id, RoleChange::new().description("Of some")).send().await.unwrap();
    assert_eq!(changed.description.as_deref(), Some("Of some"));

    let has = |held: &[folkmoot_client::api::RoleAssignment]| held.iter().any(|role| role.role_id == made.id);
    let ids = [made.id.clone()];
    assert!(has(&users.add_roles(ALICE, &ids).send().await.unwrap()));
    assert!(has(&users.roles(ALICE).await.unwrap()));
    assert_eq!(refusal(roles.delete(&made.id).send().await).0, StatusCode::CONFLICT);
    assert!(!has(&users.remove_roles(ALICE, &ids).send().await.unwrap()));
    assert!(has(&users.set_roles(ALICE, &ids).send().await.unwrap()));
    // Everybody has one at least.
    assert_eq!(refusal(users.set_roles(ALICE, &[]).send().await).1, "VALIDATION_ERROR");
    let employee = standard.iter().find(|role| role.name == "Employee").unwrap().id.clone();
    assert!(!has(&users.set_roles(ALICE, &[employee]).send().await.unwrap()));
    let explained = users.explain(ALICE, GEORGE).await.unwrap();
    assert!(explained.known.shown);
    assert!(explained.fields.iter().any(|field| field.reasons.iter().any(|reason| reason.by == "role")));
    roles.delete(&made.id).send().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_followed_and_audited() {
    let company = Company::new().await;
    let client = company.helen();
    let changes = client.api().changes();
    let start = changes.since(0).await.unwrap();
    let add = async |title: &str| {
        client.api().jobs().create(JobChange::new().title(title)).send().await.unwrap().value.id
    };
    let (waited, first) = tokio::join!(changes.wait(start.next, Duration::from_secs(30)), add("A"));
    let waited = waited.unwrap();
    assert_eq!((&waited.entries[0].object_id, &waited.entries[0].action), (&first, &Action::Add));
    let nothing = changes.limit(1).wait(waited.next, Duration::from_secs(0)).await.unwrap();
    assert_eq!((nothing.entries.len(), nothing.next), (0, waited.next));

    let mut stream = changes.follow(start.next);
    assert_eq!(stream.next().await.unwrap(), waited.entries[0]);
    let (next, second) = tokio::join!(stream.next(), add("B"));
    assert_eq!(next.unwrap().object_id, second);
    assert_eq!(stream.position(), changes.since(waited.next).await.unwrap().next);
    let beyond = changes.follow(start.next + 1000).next().await;
    assert_eq!(refusal(beyond).1, "VALIDATION_ERROR");

    let query = AuditQuery::new().object("Job").object_id(&second).actor(HELEN).since(waited.next).limit(5);
    let page = client.api().audit(&query).await.unwrap();
    assert_eq!(page.entries[0].object_id, second);
    assert_eq!(page.entries[0].after["title"], "B");
    let alice = company.client("alice", ALICE);
    assert_eq!(refusal(alice.api().audit(&AuditQuery::new()).await).1, "ACCESS_ERROR");
}

#[tokio::test(flavor = "multi_thread")]
async fn webhooks_are_kept_and_their_messages_read() {
    const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let company = Company::new().await;
    let client = company.helen();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let webhooks = client.api().webhooks();
    let change = WebhookChange::new().name("one").handle("User.Edit").url(&url).secure_key("key".into());
    let made = webhooks.create(change.secret(SECRET.into())).send().await.unwrap();
    assert!(made.has_secure_key && made.has_secret);
    assert_eq!(webhooks.list().await.unwrap(), std::slice::from_ref(&made.value));
    assert_eq!(webhooks.get(&made.id).await.unwrap().handle, "User.Edit");

    let nickname = UserChange::new().nickname("Al");
    client.api().users().update(ALICE, nickname).send().await.unwrap();
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut came = Vec::new();
    let (headers, body) = loop {
        assert!(stream.read_buf(&mut came).await.unwrap() > 0, "the message breaks off");
        if let Some(message) = message(&came) {
            break message;
        }
    };
    stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").await.unwrap();
    let sent: u64 = headers["webhook-timestamp"].to_str().unwrap().parse().unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(sent);
    let receiver = WebhookReceiver::signed(SECRET.into()).secure_key("key".into());
    let event = receiver.receive(&headers, &body, now).unwrap();
    assert_eq!((event.hook, event.user_id), (format!("User.Edit.{ALICE}"), HELEN.into()));
    let other = WebhookReceiver::signed("whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA".into());
    assert!(other.receive(&headers, &body, now).is_err());

    let delivered = eventually("a delivery", async || {
        let found = webhooks.deliveries(&made.id, None, 10).await.unwrap();
        found.into_iter().find(|delivery| delivery.state == DeliveryState::Delivered)
    })
    .await;
    assert_eq!(delivered.status, Some(200));
    assert_eq!(webhooks.deliveries(&made.id, Some(&delivered.id), 10).await.unwrap(), []);
    drop((stream, listener));
    let again = webhooks.resend(&delivered.id).send().await.unwrap();
    assert_eq!((again.id.clone(), again.attempts), (delivered.id, delivered.attempts + 1));
    let off = webhooks.update(&made.id, WebhookChange::new().name("two").secret("".into()));
    let changed = off.send().await.unwrap();
    assert_eq!((changed.name.as_str(), changed.has_secret), ("two", false));
    webhooks.delete(&made.id).send().await.unwrap();
    assert_eq!(webhooks.list().await.unwrap(), []);
}

/// Headers and body of a request, once it is whole.
fn message(bytes: &[u8]) -> Option<(http::HeaderMap, Vec<u8>)> {
    let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..end]).expect("a request");
    let pairs = head.lines().skip(1).filter_map(|line| line.split_once(": "));
    let headers: http::HeaderMap = pairs
        .map(|(name, value)| {
            (name.parse::<http::HeaderName>().expect("a request"), value.parse().expect("a request"))
        })
        .collect();
    let length: usize = headers["content-length"].to_str().expect("a request").parse().expect("a request");
    let body = &bytes[end + 4..];
    (body.len() >= length).then(|| (headers, body[..length].to_vec()))
}
