//! What every route and method of [`CASES`] must have beside its case there: somebody who may not, input that is
//! refused, and both formats. Whoever adds a route adds to the tables of this file; what is missing fails the build.

mod formats;
mod input;
mod once;
mod writes;

use std::collections::BTreeSet;

use folkmoot_core::{AccountId, Group};
use serde_json::Value;

use crate::golden::{KEY, import_seeds};
use crate::routes::CASES;
use crate::support::{Ask, Kept, Server, culture, eventually, jpeg, key_of, person};
use writes::WRITES;

/// Where everybody in the account is answered, whatever their rights: the route without its suffix, and why that is so.
/// Everywhere else somebody without rights gets 403.
const FOR_EVERYBODY: &[(&str, &str, &str)] = &[
    ("/users", "GET", "what is seen of people differs, not whether they are: `visibility` has who sees what"),
    ("/users/me", "GET", "oneself"),
    ("/users/{id}", "GET", "as in the list"),
    ("/users/view/{id}", "GET", "as in the list"),
    ("/users/{id}/picture", "GET", "everybody sees pictures"),
    ("/users/view/{id}/picture", "GET", "everybody sees pictures"),
    ("/attachments/view/User/avatar/{id}", "GET", "everybody sees pictures"),
    ("/attachments/User/avatar/{id}", "GET", "everybody sees pictures"),
    ("/employee_records", "GET", "nobody is answered"),
    ("/employee_records/{id}", "GET", "records in force are part of the list; others are hidden"),
    ("/employee_records/view/{id}", "GET", "records in force are part of the list; others are hidden"),
    ("/assignment_records", "GET", "nobody is answered"),
    ("/assignment_records/{id}", "GET", "records in force are part of the list; others are hidden"),
    ("/jobs", "GET", "the organisation is everybody's"),
    ("/jobs/{id}", "GET", "the organisation is everybody's"),
    ("/departments", "GET", "the organisation is everybody's"),
    ("/departments/{id}", "GET", "the organisation is everybody's"),
    ("/locations", "GET", "the organisation is everybody's"),
    ("/locations/{id}", "GET", "the organisation is everybody's"),
    ("/employee_classes", "GET", "the organisation is everybody's"),
    ("/employee_classes/{id}", "GET", "the organisation is everybody's"),
    ("/custom_fields", "GET", "those that somebody may see values of"),
    ("/custom_fields/{id}", "GET", "those that somebody may see values of"),
    ("/event_types", "GET", "the organisation is everybody's"),
    ("/event_types/{id}", "GET", "the organisation is everybody's"),
    ("/values", "GET", "the organisation is everybody's"),
    ("/values/{id}", "GET", "the organisation is everybody's"),
    ("/badges", "GET", "the organisation is everybody's"),
    ("/badges/{id}", "GET", "the organisation is everybody's"),
    ("/leave_types", "GET", "the organisation is everybody's"),
    ("/leave_types/{id}", "GET", "the organisation is everybody's"),
    ("/roles", "GET", "one's own"),
    ("/roles/{id}", "GET", "one's own"),
    ("/system_info", "GET", "tells of the account, and of nobody"),
    ("/mobile_devices", "POST", "the caller's own"),
    ("/openapi", "GET", "tells of the API, and nothing of the account"),
    ("/docs", "GET", "tells of the API, and nothing of the account"),
    ("/changes", "GET", "what is told differs: `changes` has who is told what"),
];

/// A route without its suffix.
fn stem(route: &str) -> &str {
    route.strip_suffix(".json").or_else(|| route.strip_suffix(".xml")).unwrap_or(route)
}

/// The seeds' account with Helen, who administrates it, a webhook and a delivery.
struct Company {
    server: Server,
    account: AccountId,
    helens: String,
    webhook: i64,
    delivery: i64,
}

impl Company {
    async fn new() -> Company {
        let kept = Kept::new().await;
        let account = import_seeds(&kept).await;
        let helen = person(&kept.store, account, 8, "helen", Group::Administrators);
        kept.add(account, &culture(3), &[helen]).await;
        let server = Server::start(kept, &[("webhooks.allow_private", "true")]).await;
        let mut company = Company { server, account, helens: key_of(account, 8), webhook: 0, delivery: 0 };
        let form = "name=x&handle=User&url=http%3A%2F%2F127.0.0.1%3A1%2F";
        let made = company.ask("POST", "/webhooks.json").form(form).send().await.is(200).json();
        company.webhook = made["id"].as_i64().expect("a number");
        let put = company.server.ask("PUT", "/users/7/picture.json").by("alice", KEY);
        put.body("image/jpeg", jpeg(1)).send().await.is(200);
        let path = format!("/webhooks/{}/deliveries.json", company.webhook);
        let delivery = eventually("a delivery", async || {
            company.ask("GET", &path).send().await.is(200).json()[0]["id"].as_i64()
        });
        company.delivery = delivery.await;
        company
    }

    /// A request by Helen.
    fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        self.server.ask(method, path).by("helen", &self.helens)
    }

    /// The address of a case, with the numbers of what there is here.
    fn address(&self, path: &str) -> String {
        let path = path.replace("/webhooks/1", &format!("/webhooks/{}", self.webhook));
        path.replace("/webhook_deliveries/1", &format!("/webhook_deliveries/{}", self.delivery))
    }
}

#[test]
fn who_may_not_is_refused_or_it_is_said_why_everybody_may() {
    let mut unused: BTreeSet<(&str, &str)> =
        FOR_EVERYBODY.iter().map(|(route, method, _)| (*route, *method)).collect();
    for (route, method, _, georges) in CASES {
        let open = FOR_EVERYBODY.iter().any(|(of, by, _)| *of == stem(route) && by == method);
        unused.remove(&(stem(route), *method));
        assert_eq!(*georges != 403, open, "{method} {route}: say why everybody may, or have George refused");
    }
    assert!(unused.is_empty(), "of no route: {unused:?}");
}

#[test]
fn every_change_is_in_the_table_of_changes() {
    let known: BTreeSet<_> = WRITES.iter().map(|write| (write.method, write.route)).collect();
    let there: BTreeSet<_> = CASES
        .iter()
        .filter(|(_, method, ..)| *method != "GET")
        .map(|(route, method, ..)| (*method, stem(route)))
        .collect();
    assert_eq!(known, there, "left: the table; right: the routes");
}

/// The document of the API, which says what each route takes.
async fn described(company: &Company) -> Value {
    company.ask("GET", "/openapi.json").send().await.is(200).json()
}
