//! Changing people and the organisation through the API.

mod corrections;
mod once;
mod org;
mod payroll;
mod users;

use folkmoot_core::Group;
use serde_json::Value;

use crate::golden::{GEORGES_KEY, KEY, import_seeds};
use crate::support::{Answer, Kept, Server, key_of, person};

pub(crate) const HELEN: i64 = 8;

struct Company {
    server: Server,
    helens_key: String,
}

impl Company {
    async fn new() -> Company {
        let kept = Kept::new().await;
        let account = import_seeds(&kept).await;
        let helen = person(&kept.store, account, HELEN, "helen", Group::Administrators);
        kept.add_people(account, &[helen]).await;
        Company { server: Server::start(kept, &[]).await, helens_key: key_of(account, HELEN) }
    }

    fn key(&self, who: &str) -> String {
        match who {
            "alice" => KEY.to_owned(),
            "george" => GEORGES_KEY.to_owned(),
            _ => self.helens_key.clone(),
        }
    }

    async fn send(&self, who: &str, method: &str, path: &str, form: &str) -> Answer {
        self.server.ask(method, path).by(who, &self.key(who)).form(form.to_owned()).send().await
    }

    async fn put(&self, who: &str, id: i64, form: &str) -> Answer {
        self.send(who, "PUT", &format!("/users/{id}.json"), &format!("id={id}&{form}")).await
    }

    async fn get(&self, who: &str, path: &str) -> Answer {
        self.server.get(path).by(who, &self.key(who)).send().await
    }

    async fn user(&self, id: i64) -> Value {
        self.get("helen", &format!("/users/{id}.json")).await.is(200).json()
    }
}
