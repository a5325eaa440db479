//! What only a server of PostgreSQL's does to the API: go away, and come back.

use folkmoot_core::{AccountId, Settings};

use crate::support::{ALICE, Ask, HELEN, Kept, Server, eventually, jpeg, key_of, trio};

fn put<'a>(server: &'a Server, account: AccountId, format: &str, seed: u8) -> Ask<'a> {
    let ask = server.ask("PUT", &format!("/users/{ALICE}/picture.{format}"));
    ask.by("helen", &key_of(account, HELEN)).body("image/jpeg", jpeg(seed))
}

async fn picture(server: &Server, account: AccountId) -> serde_json::Value {
    let ask = server.get(&format!("/users/{ALICE}.json")).by("alice", &key_of(account, ALICE));
    ask.send().await.is(200).json()["avatar"]["url"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_is_away_is_told_of_and_found_again() {
    let kept = Kept::on_own_server().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    let other = Server::start(kept.on_another_node().await, &[]).await;
    let server = Server::start(kept, &[]).await;
    put(&server, account, "json", 1).send().await.is(200);
    // Stopped tidily, and as by a power cut.
    for (kill, seed) in [(false, 2), (true, 3)] {
        let before = picture(&server, account).await;
        if kill {
            server.postgres().kill().expect("it runs");
        } else {
            server.postgres().stop().expect("it runs");
        }
        let (json, xml) = tokio::join!(
            put(&server, account, "json", seed).send(),
            put(&server, account, "xml", seed).send()
        );
        for answer in [json, xml] {
            let told = answer.fails(500, "CONNECTION_ERROR", "cannot be reached").text();
            let port = server.postgres().port().to_string();
            assert!(!told.contains(&port) && !told.to_lowercase().contains("postgres"), "{told}");
        }
        assert_eq!(picture(&server, account).await, before, "what is in memory is still told");
        server.postgres().restart().expect("it starts");
        put(&server, account, "json", seed).send().await.is(200);
        let now = picture(&server, account).await;
        assert_ne!(now, before);
        let see = async || {
            let theirs = picture(&other, account).await;
            let path = |url: &serde_json::Value| {
                url.as_str().and_then(|url| url.rsplit('/').next().map(str::to_owned))
            };
            (path(&theirs) == path(&now)).then_some(())
        };
        eventually("the other node hears of it", see).await;
    }
}
