//! Nothing of one company is of any use in another: over every route, no key, no password, no number, no picture's
//! name, no entity tag, and nothing that is kept in memory.

use std::collections::HashMap;

use folkmoot_core::{AccountId, Group, UserId};
use folkmoot_server::ROUTES;
use folkmoot_store::{Author, Passwords};
use serde_json::{Value, json};

use crate::golden::{import_as, seed_people};
use crate::routes::{CASES, filled};
use crate::support::{Answer, Ask, Kept, Server, eventually, jpeg, key_of, person};

const NAMES: [&str; 2] = ["alpha", "omega"];
const ALICE: i64 = 7;
const HELEN: i64 = 8;

/// Two companies with the people of the seeds, and Helen, who administers each: the same numbers, the same revisions.
struct Twins {
    server: Server,
    accounts: [AccountId; 2],
}

impl Twins {
    /// `marked`: whether what they hold says whose it is; otherwise it is the same to the last byte.
    async fn new(settings: &[(&str, &str)], marked: bool) -> Twins {
        let people = NAMES.map(|name| if marked { mark(seed_people(), name) } else { seed_people() });
        let twins = Box::pin(Twins::of(settings, people)).await;
        let revisions = twins.server.store.revisions().await.expect("revisions");
        assert_eq!(revisions[0].1, revisions[1].1, "they differ in nothing but whose they are");
        twins
    }

    async fn of(settings: &[(&str, &str)], people: [Value; 2]) -> Twins {
        let kept = Kept::new().await;
        let mut accounts = [AccountId(0); 2];
        for at in [0, 1] {
            let account = import_as(&kept, NAMES[at], &people[at]).await;
            kept.add_people(account, &[person(&kept.store, account, HELEN, "helen", Group::Administrators)])
                .await;
            let hash = Passwords::new(1).hash(password(at)).await.expect("a hash");
            let mut tx = kept.store.begin(account, Author::OPERATOR).await.expect("a transaction");
            tx.set_api_key(UserId(ALICE), &key_of(account, ALICE).parse().expect("a key"))
                .await
                .expect("a key");
            tx.set_password_hash(UserId(ALICE), &hash).await.expect("a password");
            tx.commit().await.expect("a commit");
            accounts[at] = account;
        }
        let all = [&[("server.base_domain", "hr.example")], settings].concat();
        let twins = Twins { server: Server::start(kept, &all).await, accounts };
        for at in [0, 1] {
            // The same picture in both.
            let put = twins.ask(at, "PUT", "/users/7/picture.json").body("image/jpeg", jpeg(1));
            put.send().await.is(200);
        }
        twins
    }

    /// A request to one of them, by nobody.
    fn knock(&self, at: usize, method: &str, path: &str) -> Ask<'_> {
        let ask = self.server.ask(method, path).host(&format!("{}.hr.example", NAMES[at]));
        filled(ask, method, path)
    }

    /// A request to one of them by its Alice.
    fn ask(&self, at: usize, method: &str, path: &str) -> Ask<'_> {
        self.knock(at, method, path).by("alice", &key_of(self.accounts[at], ALICE))
    }

    async fn get(&self, at: usize, path: &str) -> Answer {
        self.ask(at, "GET", path).send().await
    }

    /// A webhook of the first company whose receiver is not there, and something that was not delivered to it.
    async fn webhook_with_a_delivery(&self) -> (i64, i64) {
        let ask = |method: &str, path: &str| {
            self.knock(0, method, path).by("helen", &key_of(self.accounts[0], HELEN))
        };
        let form = "name=x&handle=User&url=http%3A%2F%2F127.0.0.1%3A1%2F";
        let made = ask("POST", "/webhooks.json").form(form).send().await.is(200).json();
        ask("PUT", "/users/7/picture.json").body("image/jpeg", jpeg(3)).send().await.is(200);
        let id = made["id"].as_i64().expect("a number");
        let path = format!("/webhooks/{id}/deliveries.json");
        let delivery = eventually("a delivery", async || {
            ask("GET", &path).send().await.is(200).json()[0]["id"].as_i64()
        });
        (id, delivery.await)
    }
}

fn password(at: usize) -> String {
    format!("the password of company {}", NAMES[at])
}

/// The people with their company's name in everything that has a name.
fn mark(mut people: Value, name: &str) -> Value {
    fn walk(value: &mut Value, name: &str) {
        match value {
            Value::Object(fields) => {
                for (key, field) in fields {
                    match field {
                        Value::String(text)
                            if ["title", "name", "class", "last_name", "display_name", "content"]
                                .contains(&key.as_str()) =>
                        {
                            *text = format!("{text} of {name}");
                        }
                        field => walk(field, name),
                    }
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| walk(item, name)),
            _ => {}
        }
    }
    walk(&mut people, name);
    people
}

/// Without the addresses, which tell the numbers once more.
fn without_addresses(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.remove("url");
            fields.values_mut().for_each(without_addresses);
        }
        Value::Array(items) => items.iter_mut().for_each(without_addresses),
        _ => {}
    }
}

/// Whether an answer holds anything of a company: what it has marked, or its host.
fn is_of(answer: &Answer, at: usize) -> bool {
    let headers = format!("{:?}", answer.headers);
    let marks = [format!(" of {}", NAMES[at]), format!("{}.hr.example", NAMES[at])];
    marks.iter().any(|mark| answer.text().contains(mark) || headers.contains(mark))
}

#[test]
fn every_route_has_a_case_here() {
    for route in ROUTES {
        assert!(CASES.iter().any(|(of, ..)| of == route), "{route} is not known to keep companies apart");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_keys_and_passwords_of_one_are_nobodys_in_the_other() {
    let twins = Twins::new(&[], true).await;
    let pictures = [
        twins.get(0, "/users/7/picture").await.etag().to_owned(),
        twins.get(1, "/users/7/picture").await.etag().to_owned(),
    ];
    for (_, method, path, _) in CASES {
        for at in [0, 1] {
            let other = 1 - at;
            for (who, secret) in [
                ("alice", key_of(twins.accounts[other], ALICE)),
                ("helen", key_of(twins.accounts[other], HELEN)),
                ("alice@mycompany.com", key_of(twins.accounts[other], ALICE)),
                ("alice", password(other)),
                // Nor does it help to name the account.
                ("alpha/alice", key_of(twins.accounts[0], ALICE)),
            ] {
                let answer = twins.knock(at, method, path).by(who, &secret).send().await.bare(401);
                assert!(
                    !is_of(&answer, other) && !is_of(&answer, at),
                    "{}: {:?}",
                    answer.shown,
                    answer.headers
                );
                if secret == password(other) {
                    twins.server.clock.wait_a_minute();
                    continue;
                }
                // Whatever else names the other.
                let host = format!("{}.hr.example", NAMES[other]);
                let ask = twins.knock(at, method, path).by(who, &secret);
                let ask = ask.with("x-forwarded-host", &host).with("forwarded", &format!("host={host}"));
                ask.with("origin", &format!("https://{host}")).send().await.bare(401);
            }
            let own = twins.ask(at, method, path).with("if-match", "\"\"").send().await;
            assert_ne!(own.status, 401, "{method} {path}: the own key works");
            if *method != "GET" {
                // What was put there by its own Alice is taken back.
                twins
                    .ask(at, "PUT", "/users/7/picture.json")
                    .body("image/jpeg", jpeg(1))
                    .send()
                    .await
                    .is(200);
            }
        }
    }
    for at in [0, 1] {
        assert_eq!(
            twins.get(at, "/users/7/picture").await.etag(),
            pictures[at],
            "nothing was written from outside"
        );
        let by_password =
            twins.knock(at, "GET", "/users/me.json").by("alice", &password(at)).send().await.is(200);
        assert_eq!(by_password.json()["id"], ALICE);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_kept_for_one_is_never_sent_to_the_other() {
    for marked in [true, false] {
        for urls in ["public", "private"] {
            let twins = Twins::new(&[("pictures.urls", urls)], marked).await;
            let mut marked_answers = 0;
            for (_, method, path, _) in CASES.iter().filter(|(_, method, ..)| *method == "GET") {
                for encoding in ["identity", "gzip", "zstd"] {
                    let ask =
                        |at: usize| twins.ask(at, method, path).with("accept-encoding", encoding).send();
                    // The first is made, the second kept; and then the other's, of the same number and revision.
                    let (one, again, two) = (ask(0).await, ask(0).await, ask(1).await);
                    assert_eq!((one.status, &one.body), (again.status, &again.body), "{path}");
                    assert_eq!(one.status, two.status, "{path}");
                    assert!(!is_of(&one, 1) && !is_of(&two, 0), "{path}");
                    if encoding == "identity" && marked && is_of(&one, 0) {
                        assert!(is_of(&two, 1), "{path}");
                        marked_answers += 1;
                    }
                    if one.status != 200 {
                        continue;
                    }
                    assert_ne!(one.etag(), two.etag(), "{path}");
                    let ask = twins.ask(1, method, path).with("accept-encoding", encoding);
                    let held =
                        ask.with("if-none-match", &format!("{}, W/{}", one.etag(), one.etag())).send().await;
                    assert_eq!(
                        (held.status, &held.body),
                        (200, &two.body),
                        "{path}: what the other has is not this"
                    );
                    let ask = twins.ask(1, method, path).with("accept-encoding", encoding);
                    ask.with("if-none-match", two.etag()).send().await.bare(304);
                }
            }
            assert!(
                !marked || marked_answers > 20,
                "the marks are looked for where there are any: {marked_answers}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_of_one_are_numbers_that_never_were_in_the_other() {
    // A second Alice, with everything that has a number, whom only the first company has.
    let people = seed_people();
    let mut another = people[1].clone();
    let mut numbers: HashMap<&str, i64> = HashMap::new();
    let mut number = |object: &mut Value, kind: &'static str, id: i64| {
        object["id"] = json!(id);
        numbers.insert(kind, id);
    };
    number(&mut another, "users", 1_070);
    (another["username"], another["email"]) = (json!("anna"), json!("anna@mycompany.com"));
    another.as_object_mut().expect("a user").remove("api_key");
    another["assignment_record"]["employee_num"] = json!(1_015);
    number(&mut another["employee_record"], "employee_records", 1_055);
    number(&mut another["assignment_record"], "assignment_records", 1_100);
    for (kind, field, id) in [
        ("jobs", "job", 1_037),
        ("departments", "department", 1_005),
        ("locations", "location", 1_001),
        ("employee_classes", "employee_class", 1_007),
    ] {
        number(&mut another["assignment_record"][field], kind, id);
        let named = ["title", "name", "class"]
            .into_iter()
            .find(|key| another["assignment_record"][field].get(key).is_some());
        another["assignment_record"][field][named.expect("a name")] = json!("Something else");
    }
    for record in another["custom_field_records"].as_array_mut().expect("records") {
        record["id"] = json!(record["id"].as_str().expect("an id").parse::<i64>().expect("a number") + 1_000);
    }
    number(&mut another["custom_field_records"][0]["custom_field"], "custom_fields", 1_009);
    another["custom_field_records"][0]["custom_field"]["name"] = json!("Something else");
    number(&mut another["leave_usages"][0]["leave_type"], "leave_types", 1_001);
    another["leave_usages"][0]["leave_type"]["name"] = json!("Something else");
    numbers.insert("attachments", 1_070);
    without_addresses(&mut another);
    let more = json!([people[0], people[1], another]);
    let twins = Twins::of(&[("webhooks.allow_private", "true")], [more, people]).await;
    twins
        .knock(0, "PUT", "/users/1070/picture.json")
        .by("helen", &key_of(twins.accounts[0], HELEN))
        .send()
        .await
        .is(200);
    let key = key_of(twins.accounts[0], HELEN);
    let role = twins.knock(0, "POST", "/roles.json").by("helen", &key).send().await.is(200);
    numbers.insert("roles", role.json()["id"].as_i64().expect("a number"));
    for kind in ["event_types", "values", "badges"] {
        let ask = twins.knock(0, "POST", &format!("/{kind}.json")).by("helen", &key).form("name=One");
        numbers.insert(kind, ask.send().await.is(200).json()["id"].as_i64().expect("a number"));
    }
    let (webhook, delivery) = twins.webhook_with_a_delivery().await;
    numbers.extend([("webhooks", webhook), ("webhook_deliveries", delivery)]);
    let mut tried = 0;
    for (route, method, path, _) in CASES.iter().filter(|(route, ..)| route.contains("{id}")) {
        let kind = path.split(['/', '.']).nth(1).expect("what is asked for");
        let id = *numbers
            .get(kind)
            .unwrap_or_else(|| panic!("{route}: no number of {kind} that only one company has"));
        let with = |id: i64| {
            let at = path.find(|character: char| character.is_ascii_digit()).expect("a number");
            let digits = path[at..].bytes().take_while(u8::is_ascii_digit).count();
            format!("{}{id}{}", &path[..at], &path[at + digits..])
        };
        let by = |at: usize, path: &str| {
            twins.knock(at, method, path).by("helen", &key_of(twins.accounts[at], HELEN)).send()
        };
        // What would be changed is told by a form, which is not what is looked at here.
        let by_form = *method == "PUT" && !path.contains("picture");
        if *method != "DELETE" && !by_form {
            let own = by(0, &with(id)).await;
            assert_eq!(own.status, 200, "{}: {}", own.shown, own.text());
        }
        let (there, never) = (by(1, &with(id)).await, by(1, &with(987_654)).await);
        assert_eq!(there.status, 404, "{}", there.shown);
        assert_eq!((there.status, &there.body), (never.status, &never.body), "{}", there.shown);
        let names = |answer: &Answer| {
            let mut names: Vec<_> = answer.headers.keys().map(|name| name.as_str().to_owned()).collect();
            names.sort();
            names
        };
        assert_eq!(names(&there), names(&never), "{}", there.shown);
        tried += 1;
    }
    assert!(tried > 15);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_name_of_a_picture_is_one_in_its_own_company_alone() {
    let twins = Twins::new(&[], false).await;
    let mut names = Vec::new();
    for at in [0, 1] {
        let url = twins.get(at, "/users/7.json").await.json()["avatar"]["url"]
            .as_str()
            .expect("a picture")
            .to_owned();
        names.push(
            url.strip_prefix(&format!("http://{}.hr.example", NAMES[at])).expect("its host").to_owned(),
        );
    }
    assert_ne!(names[0], names[1], "the same picture has a name in each");
    for at in [0, 1] {
        for size in ["", "?size=50", "?size=340"] {
            let mine = twins.knock(at, "GET", &format!("{}{size}", names[at])).send().await.is(200);
            let theirs = twins.knock(1 - at, "GET", &format!("{}{size}", names[at])).send().await.bare(404);
            assert_eq!(theirs.header("etag"), None);
            // Not even with the tag of what they may have got elsewhere, or with credentials.
            let ask = twins.knock(1 - at, "GET", &format!("{}{size}", names[at]));
            ask.with("if-none-match", mine.etag()).send().await.bare(404);
            twins.get(1 - at, &format!("{}{size}", names[at])).await.bare(404);
            let own = twins.knock(1 - at, "GET", &format!("{}{size}", names[1 - at]));
            own.with("if-none-match", mine.etag()).send().await.is(200);
        }
        twins.knock(1 - at, "HEAD", &names[at]).send().await.bare(404);
    }
}
