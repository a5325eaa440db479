use folkmoot_core::{AccountState, Settings};
use folkmoot_store::Author;

use super::Companies;
use crate::support::{HELEN, Kept, Server, eventually, jpeg, key_of, trio};

async fn set(companies: &Companies, number: usize, state: AccountState) {
    let edited = companies
        .store
        .edit_account(companies.accounts[number], Author::OPERATOR, |account| account.state = state)
        .await;
    edited.expect("the store works").expect("the name is its own");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_that_is_not_active_answers_nobody_and_others_are_served() {
    let companies = Companies::new(2, &[]).await;
    let put =
        companies.ask(0, "PUT", "/users/1/picture.json").body("image/jpeg", jpeg(1)).send().await.is(200);
    let url = put.json()["avatar"]["url"].as_str().expect("an address").to_owned();
    let picture = url.strip_prefix("http://company0.hr.example").expect("its host");
    for (state, status, code) in
        [(AccountState::Suspended, 403, "ACCESS_ERROR"), (AccountState::Maintenance, 503, "MAINTENANCE")]
    {
        set(&companies, 0, state).await;
        eventually("its state is known", async || {
            (companies.get(0, "/users/me.json").await.status == status).then_some(())
        })
        .await;
        for path in ["/users.json", "/users/1.xml", "/nothing", picture] {
            let asked = companies.get(0, path).await.fails(status, code, "account");
            assert_eq!(asked.header("retry-after"), (status == 503).then_some("60"));
            // Before anybody is asked who they are.
            companies
                .server
                .get(path)
                .host("company0.hr.example")
                .send()
                .await
                .fails(status, code, "account");
        }
        companies
            .ask(0, "PUT", "/users/1/picture.json")
            .body("image/jpeg", jpeg(2))
            .send()
            .await
            .fails(status, code, "");
        companies.get(1, "/users/me.json").await.is(200);
    }
    set(&companies, 0, AccountState::Active).await;
    eventually("it is served again", async || (companies.get(0, picture).await.status == 200).then_some(()))
        .await;
    companies.get(0, "/users/me.json").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deleted_account_was_never_there_and_a_new_one_may_have_its_name() {
    let companies = Companies::new(2, &[]).await;
    let old = companies.get(0, "/users/me.json").await.is(200);
    companies.store.delete_account(companies.accounts[0]).await.expect("it is deleted");
    eventually("it is gone", async || (companies.get(0, "/users/me.json").await.status == 404).then_some(()))
        .await;
    companies.get(0, "/users/me.json").await.fails(404, "UNKNOWN_SUBDOMAIN", "no account");
    assert!(companies.in_memory().is_empty(), "nothing of it stays in memory");
    let next = companies.account("company0", Settings::default()).await;
    companies.add_people(next, &trio(&companies.store, next)).await;
    let new = || {
        companies.server.get("/users/me.json").host("company0.hr.example").by("helen", &key_of(next, HELEN))
    };
    let answer = eventually("the new one is served", async || {
        Some(new().send().await).filter(|answer| answer.status == 200)
    })
    .await;
    assert_ne!(answer.json()["display_name"], old.json()["display_name"]);
    companies.get(0, "/users/me.json").await.bare(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_maintenance_the_whole_server_asks_for_patience() {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let server = Server::start(kept, &[("server.maintenance", "true")]).await;
    for path in ["/users/me.json", "/users.xml", "/nothing", "/pictures/00112233445566778899aabbccdd.jpg"] {
        let answer = server.get(path).by("helen", &key_of(account, HELEN)).send().await;
        assert_eq!(answer.fails(503, "MAINTENANCE", "try again later").header("retry-after"), Some("60"));
    }
}
