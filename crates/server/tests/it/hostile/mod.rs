//! Requests that nobody means well. Whatever comes, it is refused in the documented way, nothing is told, nothing
//! stalls, and the next one is served.

mod accounts;
mod bodies;
mod credentials;
mod logs;
mod targets;
mod throttling;
mod transport;
mod uploads;

use std::ops::Deref;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use folkmoot_core::{AccountId, EmploymentStatus, Group, Settings, UserId};

use crate::support::{ALICE, HELEN, Kept, Server, key_of, person, trio};

/// A company: Helen, George and Alice, somebody suspended (4) and somebody who has left (5).
struct Company {
    server: Server,
    account: AccountId,
}

impl Company {
    async fn new(settings: &[(&str, &str)]) -> Company {
        let kept = Kept::new().await;
        let account = kept.account("company", Settings::default()).await;
        let mut people = trio(&kept.store, account);
        for (id, name, status) in
            [(4, "sue", EmploymentStatus::Suspended), (5, "ted", EmploymentStatus::Terminated)]
        {
            let mut person = person(&kept.store, account, id, name, Group::Administrators);
            person.assignment[0].data.status = status;
            person.assignment[0].data.manager = Some(UserId(HELEN));
            people.push(person);
        }
        kept.add_people(account, &people).await;
        Company { server: Server::start(kept, settings).await, account }
    }

    fn key(&self, id: i64) -> String {
        key_of(self.account, id)
    }

    /// Alice's `Authorization` header.
    fn alices(&self) -> String {
        format!("Basic {}", BASE64_STANDARD.encode(format!("alice:{}", self.key(ALICE))))
    }

    /// The head of a request by Alice, without its last line.
    fn head(&self, line: &str) -> String {
        let host = self.server.address;
        format!("{line}\r\nHost: {host}\r\nX-API-Version: 2\r\nAuthorization: {}\r\n", self.alices())
    }

    /// Asserts that the server is well.
    async fn is_well(&self) {
        let ask = self.server.get("/users/me.json").by("alice", &self.key(ALICE)).with("connection", "close");
        let answer = ask.send().await.is(200);
        assert_eq!(answer.json()["id"], ALICE);
    }
}

impl Deref for Company {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.server
    }
}
