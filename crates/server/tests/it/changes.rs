//! The change feed and the audit trail.

use std::time::Duration;

use folkmoot_core::{AccountId, Group, Settings, UserId};
use folkmoot_store::Author;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::{ALICE, Answer, GEORGE, HELEN, Kept, Server, jpeg, key_of, person, trio};

struct Company {
    server: Server,
    account: AccountId,
}

impl Company {
    async fn start() -> Company {
        let kept = Kept::new().await;
        let account = kept.account("acme", Settings::default()).await;
        let people = trio(&kept.store, account);
        kept.add_people(account, &people).await;
        Company { server: Server::start(kept, &[]).await, account }
    }

    async fn get(&self, who: (&str, i64), path: &str) -> Answer {
        self.server.get(path).by(who.0, &key_of(self.account, who.1)).send().await
    }

    async fn changes(&self, who: (&str, i64), query: &str) -> Value {
        self.get(who, &format!("/changes.json?{query}")).await.is(200).json()
    }

    /// Changes something of somebody that nobody else may know of.
    async fn change_secretly(&self, user: i64) -> u64 {
        let mut tx = self.server.store.begin(self.account, Author::OPERATOR).await.expect("a transaction");
        tx.set_password_hash(UserId(user), "x").await.expect("a change");
        tx.commit().await.expect("a commit")
    }

    async fn change_picture(&self, user: i64, seed: u8) {
        let put = self.server.ask("PUT", &format!("/users/{user}/picture.json"));
        let put = put.by("helen", &key_of(self.account, HELEN)).body("image/jpeg", jpeg(seed));
        put.send().await.is(200);
    }
}

const ADMIN: (&str, i64) = ("helen", HELEN);
const MANAGER: (&str, i64) = ("george", GEORGE);
const EMPLOYEE: (&str, i64) = ("alice", ALICE);

fn hooks(answer: &Value) -> Vec<String> {
    let hook = |change: &Value| {
        let word = |key: &str| change[key].as_str().expect("a word").to_owned();
        format!("{}.{}.{}", word("object"), word("action"), change["object_id"])
    };
    answer["changes"].as_array().expect("changes").iter().map(hook).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_follower_misses_nothing_and_asks_from_where_it_was() {
    let company = Company::start().await;
    let all = company.changes(ADMIN, "").await;
    assert_eq!(hooks(&all), ["Config.Add.1", "User.Add.1", "User.Add.2", "User.Add.3"]);
    assert_eq!((&all["next"], &all["more"]), (&4.into(), &false.into()));
    let mut seen = Vec::new();
    let mut since = 0;
    loop {
        let page = company.changes(ADMIN, &format!("since={since}&limit=1")).await;
        seen.extend(hooks(&page));
        since = page["next"].as_u64().expect("a revision");
        if page["more"] == false {
            break;
        }
    }
    assert_eq!(seen, hooks(&all));
    let xml = company.get(ADMIN, "/changes.xml?since=3").await.is(200).text();
    assert!(
        xml.contains("<feed><next>4</next><more>0</more><changes><change><revision>4</revision>"),
        "{xml}"
    );
    assert!(xml.contains("<url>/users/3.xml</url>"), "{xml}");
    for bad in ["since=x", "since=-1", "since=5", "limit=1001", "wait=61", "limit[]=1"] {
        let answer = company.get(ADMIN, &format!("/changes.json?{bad}")).await;
        answer.fails(400, "VALIDATION_ERROR", bad.split(['=', '[']).next().expect("a name"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_told_of_what_they_may_not_see() {
    let company = Company::start().await;
    let config = ["User.Add.1", "User.Add.2", "User.Add.3"];
    assert_eq!(hooks(&company.changes(EMPLOYEE, "").await), config);
    // A password: she herself, and the administrator.
    let revision = company.change_secretly(ALICE).await;
    for (who, told) in [(ADMIN, true), (MANAGER, false), (EMPLOYEE, true)] {
        // Written past the server: the first who asks waits for it.
        let wait = if who == ADMIN { "since=4&wait=30" } else { "since=4" };
        let answer = company.changes(who, wait).await;
        assert_eq!(hooks(&answer).len(), usize::from(told), "{who:?}");
        assert_eq!(answer["next"], revision, "all the same they know from where to go on");
    }
    company.change_picture(GEORGE, 1).await;
    for who in [ADMIN, MANAGER, EMPLOYEE] {
        let answer = company.changes(who, &format!("since={revision}")).await;
        assert_eq!(hooks(&answer), ["User.Edit.2"]);
        assert_eq!(
            (&answer["changes"][0]["url"], &answer["changes"][0]["actor_id"]),
            (&"/users/2.json".into(), &1.into())
        );
        assert!(answer["changes"][0].get("before").is_none());
    }
    // Somebody who has left is there for nobody but the administrator, and their manager.
    let mut gone = person(&company.server.store, company.account, 4, "gone", Group::Employees);
    gone.assignment[0].data.status = folkmoot_core::EmploymentStatus::Terminated;
    let mut tx = company.server.store.begin(company.account, Author::OPERATOR).await.expect("a transaction");
    tx.add_people(&[gone], &std::collections::HashSet::new()).await.expect("somebody");
    let revision = tx.commit().await.expect("a commit");
    let since = format!("since={}&wait=5", revision - 1);
    assert_eq!(hooks(&company.changes(ADMIN, &since).await), ["User.Add.4"]);
    let since = format!("since={}", revision - 1);
    assert_eq!(hooks(&company.changes(EMPLOYEE, &since).await), [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_record_is_told_by_the_parts_that_it_touched() {
    let company = Company::start().await;
    let put = async |form: &str| {
        let put = company.server.ask("PUT", "/users/2.json").by("helen", &key_of(company.account, HELEN));
        put.form(format!("id=2&{form}")).send().await.is(200);
        company.server.store.revision(company.account).await.expect("a revision")
    };
    let told = async |who, since: u64| hooks(&company.changes(who, &format!("since={since}")).await);
    // What he is paid: he himself and the administrator.
    let paid = put("assignment_record[pay_type]=2&assignment_record[pay_rate]=31.50").await;
    assert_eq!(told(ADMIN, 4).await.len(), 2);
    assert_eq!(told(ADMIN, 4).await[1], "User.Edit.2");
    assert_eq!(told(EMPLOYEE, 4).await, [""; 0]);
    // Asked from between the two entries, it is the same.
    assert_eq!(told(EMPLOYEE, paid - 1).await, [""; 0]);
    // Where he lives.
    let moved = put("employee_record[city]=Ghent").await;
    assert_eq!(told(EMPLOYEE, paid).await, [""; 0]);
    // By which extension he is called, everybody.
    let called = put("assignment_record[ext]=99").await;
    assert_eq!(told(EMPLOYEE, moved).await, ["User.Edit.2"]);
    assert_eq!(told(EMPLOYEE, called - 1).await, ["User.Edit.2"]);
    // But not before the day on which it is so.
    put("assignment_record[effective_date]=2030-01-01&assignment_record[ext]=11").await;
    assert_eq!(told(EMPLOYEE, called).await, [""; 0]);
    assert_eq!(told(ADMIN, called).await.len(), 2);
}

/// Records that are not in force are for those who see such records, whoever sees the field today; and whoever sees everybody
/// is no administrator for it.
#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_count_today_is_told_to_those_who_see_such_records() {
    const ANN: (&str, i64) = ("ann", 4);
    const BEN: (&str, i64) = ("ben", 5);
    let company = Company::start().await;
    let new = [ANN, BEN]
        .map(|(name, id)| person(&company.server.store, company.account, id, name, Group::Employees));
    company.server.add_people(company.account, &new).await;
    assert_eq!(company.changes(ADMIN, "since=4&wait=30").await["next"], 6);
    let ask = async |method: &str, path: &str, form: &str| {
        let ask = company.server.ask(method, path).by("helen", &key_of(company.account, HELEN));
        ask.form(form.to_owned()).send().await.is(200)
    };
    let put = async |form: &str| {
        let before = company.server.store.revision(company.account).await.expect("a revision");
        ask("PUT", "/users/2.json", &format!("id=2&{form}")).await;
        before
    };
    let told = async |who, since: u64| hooks(&company.changes(who, &format!("since={since}")).await);
    // Ann is an HR administrator; Ben sees personal data, and no employment details.
    ask("POST", "/users/4/roles.json", "role_id[]=3").await;
    let details = "permission_groups[0][relationship]=everyone\
                   &permission_groups[0][cards][basic_information][]=view_details";
    let role = ask("POST", "/roles.json", &format!("name=Details&{details}")).await.json();
    ask("POST", "/users/5/roles.json", &format!("role_id[]={}", role["id"])).await;

    let moved = put("employee_record[city]=Ghent").await;
    assert_eq!(told(ANN, moved).await.len(), 2, "the record, and the user");
    let secret = company.change_secretly(GEORGE).await;
    assert_eq!(company.changes(ADMIN, &format!("since={}&wait=30", secret - 1)).await["next"], secret);
    assert_eq!(told(ANN, secret - 1).await, [""; 0], "his password is no concern of hers");
    // An extension to come: of employment, which Ben does not see.
    let called = put("assignment_record[ext]=77&assignment_record[effective_date]=2030-01-01").await;
    assert_eq!((told(ANN, called).await.len(), told(BEN, called).await.len()), (2, 0));
    // A name that he had, and has no longer: of personal data.
    put("employee_record[last_name]=Now").await;
    let named = put("employee_record[last_name]=Then&employee_record[effective_date]=2024-01-01").await;
    assert_eq!((told(ANN, named).await.len(), told(BEN, named).await.len()), (2, 2));
    assert_eq!(told(EMPLOYEE, named).await, [""; 0]);
    // His first hours of work are no reason to tell of all of him.
    let works = put("assignment_record[hours]=7.5").await;
    assert_eq!((told(ANN, works).await.len(), told(BEN, works).await.len()), (2, 0));
    assert_eq!(told(EMPLOYEE, works).await, [""; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_waits_is_answered_when_something_happens() {
    let company = Company::start().await;
    let began = tokio::time::Instant::now();
    let (answer, ()) = tokio::join!(company.changes(EMPLOYEE, "since=4&wait=30"), async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // What is not theirs to know does not wake them with anything.
        company.change_secretly(GEORGE).await;
        company.change_picture(ALICE, 1).await;
    });
    assert_eq!(hooks(&answer), ["User.Edit.3"]);
    assert!(began.elapsed() < Duration::from_secs(20));
    let nothing = company.changes(EMPLOYEE, "since=6&wait=1").await;
    assert_eq!((hooks(&nothing).len(), &nothing["next"]), (0, &6.into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn events_are_streamed_and_end_with_the_server() {
    let company = Company::start().await;
    let pair = base64::Engine::encode(
        &base64::prelude::BASE64_STANDARD,
        format!("alice:{}", key_of(company.account, ALICE)),
    );
    let mut stream = TcpStream::connect(company.server.address).await.expect("a connection");
    let request = format!(
        "GET /changes.json HTTP/1.1\r\nhost: x\r\nx-api-version: 2\r\nauthorization: Basic {pair}\r\n\
         accept: text/event-stream\r\nlast-event-id: 3\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.expect("a request");
    let mut text = String::new();
    let mut buffer = [0; 4096];
    let mut until = async |stream: &mut TcpStream, text: &mut String, what: &str| {
        while !text.contains(what) {
            let count = stream.read(&mut buffer).await.expect("a stream");
            assert!(count > 0, "no {what} in {text}");
            text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        }
    };
    until(&mut stream, &mut text, "id: 4\nevent: change\ndata: {\"revision\":4,").await;
    assert!(text.contains("content-type: text/event-stream"), "{text}");
    let secret = company.change_secretly(GEORGE).await;
    until(&mut stream, &mut text, &format!("id: {secret}\n\n")).await;
    company.change_picture(ALICE, 1).await;
    until(&mut stream, &mut text, &format!("id: {}\nevent: change", secret + 1)).await;
    let (_kept, served) = company.server.stop();
    until(&mut stream, &mut text, "\r\n0\r\n\r\n").await;
    drop(stream);
    tokio::time::timeout(Duration::from_secs(8), served)
        .await
        .expect("it does not wait")
        .expect("a tidy end");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_audit_trail_says_who_did_what_from_where() {
    let company = Company::start().await;
    let put = company.server.ask("PUT", "/users/2/picture.json").with("x-request-id", "from-a-test");
    put.by("helen", &key_of(company.account, HELEN)).body("image/jpeg", jpeg(1)).send().await.is(200);
    let trail = company.get(ADMIN, "/audit.json?object=User&object_id=2&since=4").await.is(200).json();
    let entry = &trail["entries"][0];
    assert_eq!((&entry["actor_id"], &entry["source"]), (&1.into(), &"api".into()));
    assert_eq!((&entry["address"], &entry["request"]), (&"127.0.0.1".into(), &"from-a-test".into()));
    assert_eq!(entry["before"]["picture"], Value::Null);
    assert!(entry["after"]["picture"].is_string());
    assert_eq!(entry["hash"].as_str().map(str::len), Some(64));
    let by = company.get(ADMIN, "/audit.json?actor=1").await.is(200).json();
    assert_eq!((by["entries"].as_array().map(Vec::len), &by["next"]), (Some(1), &5.into()));
    let xml = company.get(ADMIN, "/audit.xml?limit=1").await.is(200).text();
    assert!(
        xml.contains("<audit><next>1</next><more>1</more><entries><entry><revision>1</revision>"),
        "{xml}"
    );
    company.get(ADMIN, "/audit.json?object=Users").await.fails(400, "VALIDATION_ERROR", "object:");
    company.get(MANAGER, "/audit.json").await.fails(403, "ACCESS_ERROR", "administrators");
}
