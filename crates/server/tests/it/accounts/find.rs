use folkmoot_core::{AccountState, EmploymentStatus, Group, Record, Settings};
use folkmoot_store::Author;
use serde_json::json;

use crate::support::{Answer, Kept, Server, key_of, person, trio};

const ON: [(&str, &str); 2] = [("server.base_domain", "hr.example"), ("accounts.find_by_email", "true")];

/// Companies in which Sam works, has worked, is suspended, is yet to come; a suspended company, and one without them.
async fn companies() -> Kept {
    let kept = Kept::new().await;
    for (name, status) in [
        ("works", Some(EmploymentStatus::Active)),
        ("left", Some(EmploymentStatus::Terminated)),
        ("held", Some(EmploymentStatus::Suspended)),
        ("closed", Some(EmploymentStatus::Active)),
        ("works-too", Some(EmploymentStatus::Active)),
        ("strangers", None),
    ] {
        let account = kept.account(name, Settings::default()).await;
        let mut people = trio(&kept.store, account);
        if let Some(status) = status {
            let mut sam = person(&kept.store, account, 9, "sam", Group::Employees);
            sam.user.email = "Sam@Mail.example".into();
            sam.assignment[0].data.status = status;
            // What is to come next year does not count, nor does what was.
            let other = match status {
                EmploymentStatus::Active => EmploymentStatus::Terminated,
                _ => EmploymentStatus::Active,
            };
            for (id, year) in [(901, 2015), (902, 2027)] {
                let data = folkmoot_core::JobData { status: other, ..sam.assignment[0].data.clone() };
                let effective_date = jiff::civil::date(year, 1, 1);
                let record = Record { id, effective_date, data, ..sam.assignment[0].clone() };
                sam.assignment.push(record);
            }
            people.push(sam);
        }
        kept.add_people(account, &people).await;
        if name == "closed" {
            let suspend = |account: &mut folkmoot_core::Account| account.state = AccountState::Suspended;
            kept.store
                .edit_account(account, Author::OPERATOR, suspend)
                .await
                .expect("the store")
                .expect("its name");
        }
    }
    kept
}

async fn ask(server: &Server, query: &str) -> Answer {
    server.get(&format!("/find_accounts.json{query}")).host("hr.example").send().await
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_in_which_somebody_may_log_in() {
    let server = Server::start(companies().await, &ON).await;
    for spelled in ["sam@mail.example", "SAM%40MAIL.EXAMPLE", "Sam@Mail.example"] {
        let answer = ask(&server, &format!("?email={spelled}")).await.is(200);
        assert_eq!(answer.json(), json!([{"shortname": "works"}, {"shortname": "works-too"}]), "{spelled}");
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(ask(&server, "?email=nobody@mail.example").await.is(200).json(), json!([]));
    assert_eq!(ask(&server, "?email=%25@%25").await.is(200).json(), json!([]), "no pattern");
    let xml =
        server.get("/find_accounts.xml?email=sam@mail.example").host("HR.example.:8443").send().await.is(200);
    assert_eq!(
        xml.text(),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<accounts><account><shortname>works</shortname></account>\
         <account><shortname>works-too</shortname></account></accounts>"
    );
    assert!(server.app.accounts().in_memory().is_empty(), "nothing is loaded for it");
    ask(&server, "").await.fails(400, "VALIDATION_ERROR", "email: is required");
    ask(&server, "?email=").await.fails(400, "VALIDATION_ERROR", "email");
    ask(&server, "?email=sam").await.fails(400, "VALIDATION_ERROR", "email: is not an e-mail address");
    let post = server.ask("POST", "/find_accounts.json").host("hr.example").form("email=sam@mail.example");
    post.send().await.bare(405);
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_found_only_where_the_operator_wants_it_and_on_the_base_domain_itself() {
    let kept = companies().await;
    let path = "/find_accounts.json?email=sam@mail.example";
    let server = Server::start(kept, &ON).await;
    for path in ["/", "/find_accounts", "/find_accounts.json/x", "/users.json"] {
        server.get(path).host("hr.example").send().await.fails(404, "UNKNOWN_SUBDOMAIN", "no account");
    }
    for host in ["example", "www.hr.example", "evil.example", "localhost"] {
        server.get(path).host(host).send().await.fails(404, "UNKNOWN_SUBDOMAIN", "no account");
    }
    server.get(path).host("works.hr.example").send().await.bare(401);
    let (kept, served) = server.stop();
    served.await.expect("it stops");
    // Off, it is an address like any other that leads nowhere.
    let server = Server::start(kept, &ON[..1]).await;
    let off = server.get(path).host("hr.example").send().await.fails(404, "UNKNOWN_SUBDOMAIN", "no account");
    let other = server.get("/nothing.json").host("hr.example").send().await;
    assert_eq!((off.status, &off.body), (other.status, &other.body));
    // Nor is there one where there is but one company, on any host.
    let kept = Kept::new().await;
    let account = kept.account("only", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let server = Server::start(kept, &ON[1..]).await;
    server.get(path).send().await.bare(401);
    server.get(path).by("helen", &key_of(account, 1)).send().await.bare(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_finds_accounts_often() {
    let kept = companies().await;
    let settings =
        [&ON[..], &[("server.trusted_proxies", "127.0.0.1"), ("server.plain_http", "anywhere")]].concat();
    let server = Server::start(kept, &settings).await;
    let from = |client: &'static str, email: String| {
        let ask = server.get(&format!("/find_accounts.json?email={email}")).host("hr.example");
        ask.with("x-forwarded-for", client).send()
    };
    for number in 0..10 {
        from("192.0.2.1", format!("number{number}@mail.example")).await.is(200);
    }
    let refused = from("192.0.2.1", "sam@mail.example".to_owned()).await;
    let refused = refused.fails(429, "LIMIT_ERROR", "try again in a minute");
    assert_eq!(refused.header("retry-after"), Some("60"));
    // What the client says of itself before the proxy does changes nothing.
    from("203.0.113.7, 192.0.2.1", "sam@mail.example".to_owned()).await.is(429);
    from("192.0.2.2", "sam@mail.example".to_owned()).await.is(200);
    server.clock.set("2026-01-15T12:01:00Z");
    from("192.0.2.1", "sam@mail.example".to_owned()).await.is(200);
}
