//! Invitations: mailed to whom is added, taken up once, and of no use to anybody else.

mod smtp;

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use folkmoot_core::{AccountId, EmploymentStatus, Group, Settings, UserId};
use tempfile::TempDir;

use crate::support::{Answer, Kept, Server, eventually, key_of, person};
use smtp::{Answers, MailServer};

const HELEN: i64 = 8;
const TOM: i64 = 9;
const FORMER: i64 = 10;

/// A company whose mail goes into a folder.
struct Company {
    server: Server,
    account: AccountId,
    mail: TempDir,
}

impl Company {
    async fn new(settings: &[(&str, &str)]) -> Company {
        let kept = Kept::new().await;
        let account = kept.account("company", Settings::default()).await;
        let helen = person(&kept.store, account, HELEN, "helen", Group::Administrators);
        let tom = person(&kept.store, account, TOM, "tom", Group::Employees);
        let mut former = person(&kept.store, account, FORMER, "former", Group::Employees);
        former.assignment[0].data.status = EmploymentStatus::Terminated;
        kept.add_people(account, &[helen, tom, former]).await;
        let mail = tempfile::tempdir().expect("a folder");
        let folder = mail.path().to_str().expect("a path").to_owned();
        let own = [("mail.folder", folder.as_str()), ("server.account_url", "https://{account}.hr.example")];
        let all = [&own[..], settings].concat();
        Company { server: Server::start(kept, &all).await, account, mail }
    }

    async fn post(&self, who: &str, id: i64, path: &str, form: &str) -> Answer {
        let key = key_of(self.account, id);
        self.server.ask("POST", path).by(who, &key).form(form.to_owned()).send().await
    }

    async fn add(&self, username: &str, more: &str) -> i64 {
        let form = format!(
            "username={username}&email={username}%40company.example&employee_record[first_name]=Ida\
             &employee_record[last_name]=May&assignment_record[date_hired]=2026-01-05{more}"
        );
        let made = self.post("helen", HELEN, "/users.json", &form).await;
        let made = self
            .server
            .get("/users.json")
            .by("helen", &key_of(self.account, HELEN))
            .send()
            .await
            .is(200)
            .json()
            .as_array()
            .expect("a list")
            .iter()
            .find(|user| user["username"] == username)
            .cloned()
            .unwrap_or_else(|| panic!("{}", made.text()));
        made["id"].as_i64().expect("a number")
    }

    fn mails(&self) -> Vec<String> {
        mails(self.mail.path())
    }

    async fn mail_number(&self, count: usize) -> String {
        eventually("mail", async || (self.mails().len() == count).then_some(())).await;
        self.mails().pop().expect("a mail")
    }
}

fn mails(folder: &Path) -> Vec<String> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "eml"))
        .collect();
    files.sort_by_key(|path| path.metadata().and_then(|data| data.modified()).expect("a time"));
    files.iter().map(|path| std::fs::read_to_string(path).expect("a text")).collect()
}

/// The path of the link in a mail, however the mail is encoded.
fn link(mail: &str) -> String {
    let (head, body) = mail.split_once("\r\n\r\n").expect("a head and a body");
    let body = if head.to_ascii_lowercase().contains("base64") {
        let packed: String = body.split_whitespace().collect();
        String::from_utf8(STANDARD.decode(packed).expect("Base64")).expect("a text")
    } else {
        body.replace("=\r\n", "").replace("=3D", "=")
    };
    let start = body.find("https://company.hr.example/").expect("a link");
    let link: String = body[start..].chars().take_while(|character| !character.is_whitespace()).collect();
    link.trim_start_matches("https://company.hr.example").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_added_is_invited_and_chooses_a_password_once() {
    let company = Company::new(&[]).await;
    let ida = company.add("ida", "").await;
    let mail = company.mail_number(1).await;
    assert!(mail.contains("To: ida@company.example\r\n"), "{mail}");
    let path = link(&mail);
    let page = company.server.get(&path).send().await.is(200);
    assert!(
        page.text().contains("<strong>ida</strong>") && page.text().contains("for=\"password\""),
        "{}",
        page.text()
    );
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert!(page.header("content-security-policy").expect("a policy").starts_with("default-src 'none'"));
    let choose = async |form: &'static str| company.server.ask("POST", &path).form(form).send().await;
    for (form, problem) in [
        ("", "ten characters"),
        ("password=short&again=short", "10 characters"),
        ("password=correct+horse+battery&again=correct+horse", "not the same"),
    ] {
        let page = choose(form).await.is(400).text();
        assert!(page.contains("role=\"alert\"") && page.contains(problem), "{page}");
    }
    let before = company.server.get("/users/me.json").by("ida", "correct horse battery").send().await;
    before.bare(401);
    company.server.clock.wait_a_minute();
    choose("password=correct+horse+battery&again=correct+horse+battery").await.is(200);
    let me = company.server.get("/users/me.json").by("ida", "correct horse battery").send().await.is(200);
    assert_eq!(me.json()["id"], ida);
    // Version 1 tells when she accepted, and of nobody else.
    let list = company.server.get("/users.json").by("helen", &key_of(company.account, HELEN));
    let list = list.with("x-api-version", "1.0.0").send().await.is(200).json();
    for user in list.as_array().expect("a list") {
        let accepted = user["accepted_invite"].as_str().expect("a moment");
        assert_eq!(accepted != "0000-00-00 00:00:00", user["id"] == ida, "{user}");
    }
    // It is worth nothing any more, and the log says who chose.
    company.server.get(&path).send().await.is(404);
    choose("password=another+password&again=another+password").await.is(404);
    let key = key_of(company.account, HELEN);
    let audit = company
        .server
        .get(&format!("/audit.json?object=User&object_id={ida}"))
        .by("helen", &key)
        .send()
        .await;
    let audit = audit.is(200);
    let last = audit.json()["entries"]
        .as_array()
        .or(audit.json()["changes"].as_array())
        .expect("entries")
        .last()
        .cloned();
    let last = last.expect("an entry");
    assert_eq!((&last["source"], &last["actor_id"]), (&"web".into(), &ida.into()), "{last}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_not_to_be_invited_is_not_and_who_is_invited_again_has_a_new_link() {
    let company = Company::new(&[]).await;
    let ida = company.add("ida", "&skip_invite=1").await;
    company.add("noah", "").await;
    let first = company.mail_number(1).await;
    assert!(first.contains("To: noah@company.example"), "only he is mailed to: {first}");
    let path = format!("/users/{ida}/invitations");
    let answer = company.post("helen", HELEN, &format!("{path}.json"), "").await.is(200);
    assert_eq!(answer.json()["success"]["code"], "CREATED");
    let old = link(&company.mail_number(2).await);
    company.server.clock.wait_a_minute();
    let answer = company.post("helen", HELEN, &format!("{path}.xml"), "").await.is(200).text();
    assert!(answer.contains("<code>CREATED</code>"), "{answer}");
    let new = link(&company.mail_number(3).await);
    assert_ne!(old, new);
    company.server.get(&old).send().await.is(404);
    company.server.get(&new).send().await.is(200);
    // Not by those who may not, nor of those who could not log in.
    company.post("tom", TOM, &format!("{path}.json"), "").await.fails(403, "ACCESS_ERROR", "invite");
    company.post("helen", HELEN, "/users/999/invitations.json", "").await.fails(
        404,
        "NOT_FOUND",
        "Invalid User",
    );
    let former = format!("/users/{FORMER}/invitations.json");
    company.post("helen", HELEN, &former, "").await.fails(400, "SAVE_ERROR", "not invited");
    // Whoever has left since does not come in by what they were sent before.
    let form = format!("id={ida}&assignment_record[status]=2");
    let key = key_of(company.account, HELEN);
    company
        .server
        .ask("PUT", &format!("/users/{ida}.json"))
        .by("helen", &key)
        .form(form)
        .send()
        .await
        .is(200);
    company.server.get(&new).send().await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_but_the_link_opens_it_and_not_for_ever() {
    let company = Company::new(&[]).await;
    company.add("ida", "").await;
    let path = link(&company.mail_number(1).await);
    let (start, secret) = path.rsplit_once('-').expect("a secret");
    let user: i64 = start.rsplit_once('/').expect("a number").1.parse().expect("a number");
    let other = if secret.starts_with('0') { "1" } else { "0" };
    for wrong in [
        format!("/invitations/{TOM}-{secret}"),
        format!("/invitations/{user}-{other}{}", &secret[1..]),
        format!("/invitations/{user}-{}", secret.to_uppercase()),
        format!("/invitations/{user}-"),
        format!("/invitations/{secret}"),
        "/invitations/".to_owned(),
    ] {
        let page = company.server.get(&wrong).send().await.is(404);
        assert!(page.text().contains("does not work"), "{wrong}");
    }
    company.server.ask("DELETE", &path).send().await.is(405);
    company.server.get(&path).send().await.is(200);
    // Nothing that is kept opens it.
    let made = company
        .server
        .store
        .invited_at(company.account, UserId(user))
        .await
        .expect("the store")
        .expect("one");
    company.server.clock.set(&(made + jiff::SignedDuration::from_hours(14 * 24)).to_string());
    company.server.get(&path).send().await.is(404);
    // Nor may anybody try without end.
    let mut refused = 0;
    for _ in 0..40 {
        refused += u32::from(company.server.get("/invitations/1-1").send().await.status == 429);
    }
    assert!(refused >= 9, "{refused}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_away_gets_it_later() {
    let smtp = MailServer::start(Answers::NotNow).await;
    let url = format!("smtp-plain://{}", smtp.address);
    let company = Company::new(&[("mail.server", &url), ("mail.from", "HR <hr@company.example>")]).await;
    company.add("ida", "").await;
    eventually("an attempt", async || (smtp.attempts() > 0).then_some(())).await;
    smtp.answer(Answers::Takes);
    // Not before its time, which is half a minute away.
    company.add("noah", "").await;
    let first = eventually("mail", async || smtp.mails().pop()).await;
    assert!(first.contains("To: noah@company.example"), "{first}");
    company.server.clock.wait_a_minute();
    let second = eventually("mail", async || smtp.mails().get(1).cloned()).await;
    assert!(
        second.contains("To: ida@company.example") && second.contains("From: HR <hr@company.example>"),
        "{second}"
    );
    company.server.get(&link(&second)).send().await.is(200);
    assert!(company.mails().is_empty());
    // It is noted after the mail has gone.
    let waiting = async || company.server.store.waiting_invitations(9).await.expect("the store");
    eventually("nothing to be waiting", async || waiting().await.is_empty().then_some(())).await;
}
