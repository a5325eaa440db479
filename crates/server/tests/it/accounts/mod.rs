//! Many accounts in little memory, and accounts that are not served.

mod find;
mod many;
mod states;

use std::ops::Deref;

use folkmoot_core::{AccountId, PersonHistory, Settings};

use crate::support::{Answer, Ask, HELEN, Kept, Server, key_of, trio};

/// Many companies below one domain, each with Helen, George and Alice, who carry the company's number in their names.
struct Companies {
    server: Server,
    accounts: Vec<AccountId>,
}

impl Companies {
    async fn new(count: usize, settings: &[(&str, &str)]) -> Companies {
        let kept = Kept::new().await;
        let mut accounts = Vec::new();
        for number in 0..count {
            let account = kept.account(&format!("company{number}"), Settings::default()).await;
            kept.add_people(account, &staff(&kept, account, number)).await;
            accounts.push(account);
        }
        let mut all = vec![("server.base_domain", "hr.example")];
        all.extend(settings);
        Companies { server: Server::start(kept, &all).await, accounts }
    }

    fn host(number: usize) -> String {
        format!("company{number}.hr.example")
    }

    fn key(&self, number: usize, id: i64) -> String {
        key_of(self.accounts[number], id)
    }

    /// A request by the company's Helen.
    fn ask(&self, number: usize, method: &str, path: &str) -> Ask<'_> {
        let ask = self.server.ask(method, path).host(&Companies::host(number));
        ask.by("helen", &self.key(number, HELEN))
    }

    async fn get(&self, number: usize, path: &str) -> Answer {
        self.ask(number, "GET", path).send().await
    }

    /// The companies that are in memory.
    fn in_memory(&self) -> Vec<usize> {
        let mut numbers: Vec<usize> = self
            .server
            .app
            .accounts()
            .in_memory()
            .iter()
            .map(|directory| {
                let id = directory.account().id;
                self.accounts.iter().position(|account| *account == id).expect("one of the companies")
            })
            .collect();
        numbers.sort_unstable();
        numbers
    }
}

impl Deref for Companies {
    type Target = Server;
    fn deref(&self) -> &Server {
        &self.server
    }
}

/// Three people who take about fifty kilobytes.
fn staff(kept: &Kept, account: AccountId, number: usize) -> Vec<PersonHistory> {
    let mut people = trio(&kept.store, account);
    for person in &mut people {
        person.user.blog_url = format!("https://blog.example/{}", "x".repeat(16 << 10)).into();
        person.employee[0].data.last_name = format!("of company {number}").into();
    }
    people
}
