//! Several nodes on one store: each shows what another wrote, and one of them does what one does for all.

use std::sync::Arc;
use std::time::Duration;

use folkmoot_core::{AccountId, AccountState, Settings};
use folkmoot_server::{App, SystemRandom, listen};
use folkmoot_store::Author;
use folkmoot_testing::Backend;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::support::{Client, GEORGE, HELEN, Kept, eventually, jpeg, key_of, trio};

/// A node, as a process of its own would be one.
struct Node {
    app: Arc<App>,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    ended: JoinHandle<()>,
}

impl Node {
    async fn on(kept: &Kept) -> Node {
        let store = kept.again().await;
        let mut settings = folkmoot_server::Settings::default();
        for (key, value) in [("pictures.urls", "private"), ("server.listen", "127.0.0.1:0")] {
            settings.set(key, value).expect("a setting");
        }
        let app = App::new(settings, store, &SystemRandom).await.expect("the store is read");
        let listening = listen(app.settings(), app.store(), &SystemRandom).await.expect("a free port");
        let client = Client::new(listening.address());
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(listening.serve(Arc::clone(&app), async {
            let _ = stopped.await;
        }));
        Node { app, client, stop: Some(stop), ended }
    }

    /// As a node is stopped by its operator.
    async fn end(mut self) {
        drop(self.stop.take());
        self.ended.await.expect("the store works");
    }

    async fn put_picture(&self, account: AccountId, number: u8) {
        let ask = self.client.ask("PUT", &format!("/users/{GEORGE}/picture.json"));
        let ask = ask.by("helen", &key_of(account, HELEN));
        ask.body("image/jpeg", jpeg(number)).send().await.is(200);
    }

    /// How long the picture is that this node shows.
    async fn picture(&self, account: AccountId) -> Option<Vec<u8>> {
        let ask = self.client.ask("GET", &format!("/users/{GEORGE}/picture"));
        let answer = ask.by("helen", &key_of(account, HELEN)).send().await;
        (answer.status == 200).then(|| answer.body.to_vec())
    }
}

async fn company() -> (Kept, AccountId) {
    let kept = Kept::new().await;
    let account = kept.account("company", Settings::default()).await;
    kept.add_people(account, &trio(&kept.store, account)).await;
    (kept, account)
}

async fn two_nodes(kept: &Kept) -> [Node; 2] {
    let nodes = [Node::on(kept).await, Node::on(kept).await];
    if Backend::chosen() == Backend::Postgres {
        for node in &nodes {
            eventually("the nodes know each other", async || (node.app.nodes() == 2).then_some(())).await;
        }
    }
    nodes
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wrote_on_one_node_sees_it_on_every_other() {
    let (kept, account) = company().await;
    let nodes = two_nodes(&kept).await;
    for number in 0..30 {
        let (one, other) = (&nodes[usize::from(number % 2)], &nodes[usize::from((number + 1) % 2)]);
        one.put_picture(account, number).await;
        let written = one.picture(account).await.expect("a picture");
        if Backend::chosen() == Backend::Postgres {
            // At once: the answer to the write has waited for the other.
            assert_eq!(other.picture(account).await.as_ref(), Some(&written), "write {number}");
        } else {
            eventually("the other node shows it", async || {
                (other.picture(account).await.as_ref() == Some(&written)).then_some(())
            })
            .await;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_operator_does_reaches_every_node() {
    let (kept, account) = company().await;
    let nodes = two_nodes(&kept).await;
    let status = async |node: &Node| {
        let ask = node.client.ask("GET", "/users/me.json").by("helen", &key_of(account, HELEN));
        ask.send().await.status
    };
    for (state, expected) in
        [(AccountState::Suspended, 403), (AccountState::Active, 200), (AccountState::Maintenance, 503)]
    {
        kept.store
            .edit_account(account, Author::OPERATOR, |account| account.state = state)
            .await
            .expect("the store works")
            .expect("the store works");
        for node in &nodes {
            eventually("the state is taken up", async || (status(node).await == expected).then_some(()))
                .await;
        }
    }
    let other = kept.account("other", Settings::default()).await;
    for node in &nodes {
        eventually("a new account is known", async || (node.app.accounts().count() == 2).then_some(())).await;
    }
    kept.store.delete_account(other).await.expect("the store works");
    for node in &nodes {
        eventually("a deleted account is gone", async || (node.app.accounts().count() == 1).then_some(()))
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_node_does_the_jobs_and_another_goes_on_when_it_ends() {
    let (kept, _) = company().await;
    let [one, other] = two_nodes(&kept).await;
    let does = async |what: &str, node: &Node| {
        eventually(what, async || node.app.does_jobs().then_some(())).await;
    };
    eventually("somebody does them", async || (one.app.does_jobs() || other.app.does_jobs()).then_some(()))
        .await;
    for _ in 0..20 {
        assert!(!(one.app.does_jobs() && other.app.does_jobs()), "not both");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (first, second) = if one.app.does_jobs() { (one, other) } else { (other, one) };
    first.end().await;
    does("the other goes on", &second).await;
    // One that is killed gives nothing back.
    let third = Node::on(&kept).await;
    second.ended.abort();
    does("a living one takes over", &third).await;
}
