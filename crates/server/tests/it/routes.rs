//! The gate: every route, and every method of it, has a case here, or this fails. What else each must have is in
//! [`crate::gate`].

use std::collections::BTreeSet;

use folkmoot_core::Group;
use folkmoot_server::ROUTES;

use crate::golden::{GEORGES_KEY, KEY, import_seeds};
use crate::support::{Ask, Kept, Server, culture, jpeg, key_of, person};

/// A route, a method, an address of Alice's that it takes, and what George, who is no manager of hers, gets there.
pub(crate) type Case = (&'static str, &'static str, &'static str, u16);

pub(crate) const CASES: &[Case] = &[
    ("/users.json", "GET", "/users.json", 200),
    ("/users.json", "POST", "/users.json", 403),
    ("/users.xml", "GET", "/users.xml", 200),
    ("/users.xml", "POST", "/users.xml", 403),
    ("/users/me.json", "GET", "/users/me.json", 200),
    ("/users/me.xml", "GET", "/users/me.xml", 200),
    ("/users/{id}", "GET", "/users/7.json", 200),
    ("/users/{id}", "PUT", "/users/7.json", 403),
    ("/users/{id}", "DELETE", "/users/7.json", 403),
    ("/users/view/{id}", "GET", "/users/view/7.xml", 200),
    ("/users/{id}/picture", "GET", "/users/7/picture", 200),
    ("/users/{id}/picture", "PUT", "/users/7/picture", 403),
    ("/users/{id}/picture", "DELETE", "/users/7/picture", 403),
    ("/users/{id}/picture.json", "PUT", "/users/7/picture.json", 403),
    ("/users/{id}/picture.json", "DELETE", "/users/7/picture.json", 403),
    ("/users/{id}/picture.xml", "PUT", "/users/7/picture.xml", 403),
    ("/users/{id}/picture.xml", "DELETE", "/users/7/picture.xml", 403),
    ("/users/{id}/roles.json", "GET", "/users/7/roles.json", 403),
    ("/users/{id}/roles.json", "POST", "/users/7/roles.json", 403),
    ("/users/{id}/roles.json", "PUT", "/users/7/roles.json", 403),
    ("/users/{id}/roles.json", "DELETE", "/users/7/roles.json", 403),
    ("/users/{id}/roles.xml", "GET", "/users/7/roles.xml", 403),
    ("/users/{id}/roles.xml", "POST", "/users/7/roles.xml", 403),
    ("/users/{id}/roles.xml", "PUT", "/users/7/roles.xml", 403),
    ("/users/{id}/roles.xml", "DELETE", "/users/7/roles.xml", 403),
    ("/users/{id}/explain.json", "GET", "/users/7/explain.json?viewer=6", 403),
    ("/users/{id}/explain.xml", "GET", "/users/7/explain.xml?viewer=6", 403),
    ("/users/view/{id}/picture", "GET", "/users/view/7/picture", 200),
    ("/attachments/view/User/avatar/{id}", "GET", "/attachments/view/User/avatar/7", 200),
    ("/attachments/User/avatar/{id}", "GET", "/attachments/User/avatar/7.json", 200),
    ("/users/{id}/invitations.json", "POST", "/users/7/invitations.json", 403),
    ("/users/{id}/invitations.xml", "POST", "/users/7/invitations.xml", 403),
    ("/users/{id}/employee_records.json", "GET", "/users/7/employee_records.json", 403),
    ("/users/{id}/employee_records.xml", "GET", "/users/7/employee_records.xml", 403),
    ("/users/{id}/assignment_records.json", "GET", "/users/7/assignment_records.json", 403),
    ("/users/{id}/assignment_records.xml", "GET", "/users/7/assignment_records.xml", 403),
    ("/employee_records.json", "GET", "/employee_records.json", 404),
    ("/employee_records.xml", "GET", "/employee_records.xml", 404),
    ("/employee_records/{id}", "GET", "/employee_records/55.json", 200),
    ("/employee_records/{id}", "PUT", "/employee_records/55.json", 403),
    ("/employee_records/{id}", "DELETE", "/employee_records/55.json", 403),
    ("/employee_records/view/{id}", "GET", "/employee_records/view/55.json", 200),
    ("/assignment_records.json", "GET", "/assignment_records.json", 404),
    ("/assignment_records.xml", "GET", "/assignment_records.xml", 404),
    ("/assignment_records/{id}", "GET", "/assignment_records/100.xml", 200),
    ("/assignment_records/{id}", "PUT", "/assignment_records/100.json", 403),
    ("/assignment_records/{id}", "DELETE", "/assignment_records/100.xml", 403),
    ("/jobs.json", "GET", "/jobs.json", 200),
    ("/jobs.json", "POST", "/jobs.json", 403),
    ("/jobs.xml", "GET", "/jobs.xml", 200),
    ("/jobs.xml", "POST", "/jobs.xml", 403),
    ("/jobs/{id}", "GET", "/jobs/37.json", 200),
    ("/jobs/{id}", "PUT", "/jobs/37.json", 403),
    ("/jobs/{id}", "DELETE", "/jobs/37.json", 403),
    ("/departments.json", "GET", "/departments.json", 200),
    ("/departments.json", "POST", "/departments.json", 403),
    ("/departments.xml", "GET", "/departments.xml", 200),
    ("/departments.xml", "POST", "/departments.xml", 403),
    ("/departments/{id}", "GET", "/departments/5.json", 200),
    ("/departments/{id}", "PUT", "/departments/5.json", 403),
    ("/departments/{id}", "DELETE", "/departments/5.json", 403),
    ("/locations.json", "GET", "/locations.json", 200),
    ("/locations.json", "POST", "/locations.json", 403),
    ("/locations.xml", "GET", "/locations.xml", 200),
    ("/locations.xml", "POST", "/locations.xml", 403),
    ("/locations/{id}", "GET", "/locations/1.json", 200),
    ("/locations/{id}", "PUT", "/locations/1.json", 403),
    ("/locations/{id}", "DELETE", "/locations/1.json", 403),
    ("/employee_classes.json", "GET", "/employee_classes.json", 200),
    ("/employee_classes.json", "POST", "/employee_classes.json", 403),
    ("/employee_classes.xml", "GET", "/employee_classes.xml", 200),
    ("/employee_classes.xml", "POST", "/employee_classes.xml", 403),
    ("/employee_classes/{id}", "GET", "/employee_classes/7.json", 200),
    ("/employee_classes/{id}", "PUT", "/employee_classes/7.json", 403),
    ("/employee_classes/{id}", "DELETE", "/employee_classes/7.json", 403),
    ("/custom_fields.json", "GET", "/custom_fields.json", 200),
    ("/custom_fields.json", "POST", "/custom_fields.json", 403),
    ("/custom_fields.xml", "GET", "/custom_fields.xml", 200),
    ("/custom_fields.xml", "POST", "/custom_fields.xml", 403),
    ("/custom_fields/{id}", "GET", "/custom_fields/9.json", 200),
    ("/custom_fields/{id}", "PUT", "/custom_fields/9.json", 403),
    ("/custom_fields/{id}", "DELETE", "/custom_fields/9.json", 403),
    ("/event_types.json", "GET", "/event_types.json", 200),
    ("/event_types.json", "POST", "/event_types.json", 403),
    ("/event_types.xml", "GET", "/event_types.xml", 200),
    ("/event_types.xml", "POST", "/event_types.xml", 403),
    ("/event_types/{id}", "GET", "/event_types/3.json", 200),
    ("/event_types/{id}", "PUT", "/event_types/3.json", 403),
    ("/event_types/{id}", "DELETE", "/event_types/3.json", 403),
    ("/values.json", "GET", "/values.json", 200),
    ("/values.json", "POST", "/values.json", 403),
    ("/values.xml", "GET", "/values.xml", 200),
    ("/values.xml", "POST", "/values.xml", 403),
    ("/values/{id}", "GET", "/values/4.json", 200),
    ("/values/{id}", "PUT", "/values/4.json", 403),
    ("/values/{id}", "DELETE", "/values/4.json", 403),
    ("/badges.json", "GET", "/badges.json", 200),
    ("/badges.json", "POST", "/badges.json", 403),
    ("/badges.xml", "GET", "/badges.xml", 200),
    ("/badges.xml", "POST", "/badges.xml", 403),
    ("/badges/{id}", "GET", "/badges/5.json", 200),
    ("/badges/{id}", "PUT", "/badges/5.json", 403),
    ("/badges/{id}", "DELETE", "/badges/5.json", 403),
    ("/leave_types.json", "GET", "/leave_types.json", 200),
    ("/leave_types.xml", "GET", "/leave_types.xml", 200),
    ("/leave_types/{id}", "GET", "/leave_types/1.json", 200),
    ("/system_info.json", "GET", "/system_info.json", 200),
    ("/system_info.xml", "GET", "/system_info.xml", 200),
    ("/mobile_devices.json", "POST", "/mobile_devices.json", 400),
    ("/mobile_devices.xml", "POST", "/mobile_devices.xml", 400),
    ("/roles.json", "GET", "/roles.json", 200),
    ("/roles.json", "POST", "/roles.json", 403),
    ("/roles.xml", "GET", "/roles.xml", 200),
    ("/roles.xml", "POST", "/roles.xml", 403),
    ("/roles/{id}", "GET", "/roles/1.json", 200),
    ("/roles/{id}", "PUT", "/roles/1.json", 403),
    ("/roles/{id}", "DELETE", "/roles/1.json", 403),
    ("/openapi.json", "GET", "/openapi.json", 200),
    ("/docs", "GET", "/docs", 200),
    ("/changes.json", "GET", "/changes.json", 200),
    ("/changes.xml", "GET", "/changes.xml", 200),
    ("/audit.json", "GET", "/audit.json", 403),
    ("/audit.xml", "GET", "/audit.xml", 403),
    ("/webhooks.json", "GET", "/webhooks.json", 403),
    ("/webhooks.json", "POST", "/webhooks.json", 403),
    ("/webhooks.xml", "GET", "/webhooks.xml", 403),
    ("/webhooks.xml", "POST", "/webhooks.xml", 403),
    ("/webhooks/{id}", "GET", "/webhooks/1.json", 403),
    ("/webhooks/{id}", "PUT", "/webhooks/1.json", 403),
    ("/webhooks/{id}", "DELETE", "/webhooks/1.json", 403),
    ("/webhooks/{id}/deliveries.json", "GET", "/webhooks/1/deliveries.json", 403),
    ("/webhooks/{id}/deliveries.xml", "GET", "/webhooks/1/deliveries.xml", 403),
    ("/webhook_deliveries/{id}/resend.json", "POST", "/webhook_deliveries/1/resend.json", 403),
    ("/webhook_deliveries/{id}/resend.xml", "POST", "/webhook_deliveries/1/resend.xml", 403),
];

/// The request with a body such as its route takes.
pub(crate) fn filled<'a>(ask: Ask<'a>, method: &str, path: &str) -> Ask<'a> {
    match method {
        "PUT" if path.contains("/picture") => ask.body("image/jpeg", jpeg(2)),
        "POST" | "PUT" | "DELETE" if path.ends_with("/roles.json") || path.ends_with("/roles.xml") => {
            ask.form("role_id[]=1&name=Another&copy_of=1")
        }
        "PUT" if path.starts_with("/roles/") => ask.form("description=Another"),
        "PUT" if path.starts_with("/webhooks/") => {
            let digits = path.chars().filter(char::is_ascii_digit);
            ask.form(format!("id={}&name=Another", digits.collect::<String>()))
        }
        _ => ask,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_is_closed_to_strangers_and_known_to_this_table() {
    let kept = Kept::new().await;
    let account = import_seeds(&kept).await;
    let helen = person(&kept.store, account, 8, "helen", Group::Administrators);
    kept.add(account, &culture(3), &[helen]).await;
    let server = Server::start(kept, &[]).await;
    let put = server.ask("PUT", "/users/7/picture.json").by("alice", KEY).body("image/jpeg", jpeg(1));
    put.send().await.is(200);
    for route in ROUTES {
        let cases: Vec<_> = CASES.iter().filter(|(of, ..)| of == route).collect();
        assert!(!cases.is_empty(), "{route} has no case: say who may what there");
        // What the route itself says that it can do.
        let (.., path, _) = cases[0];
        let options = server.ask("OPTIONS", path).by("george", GEORGES_KEY).send().await.is(405);
        let allow = options.header("allow").expect("Allow").to_owned();
        let methods: BTreeSet<&str> = allow.split(',').filter(|method| *method != "HEAD").collect();
        let known: BTreeSet<&str> = cases.iter().map(|(_, method, ..)| *method).collect();
        assert_eq!(methods, known, "{route}: every method has a case");
    }
    for (route, method, path, expected) in CASES {
        assert!(ROUTES.contains(route), "{route} is no route any more");
        let ask = || filled(server.ask(method, path), method, path);
        ask().send().await.bare(401);
        ask().by("george", "wrong").send().await.bare(401);
        server.clock.wait_a_minute();
        // Nor do another user's key, or one that only differs in case, open it.
        ask().by("george", KEY).send().await.bare(401);
        server.clock.wait_a_minute();
        ask().by("george", GEORGES_KEY).send().await.is(*expected);
    }
    // Nobody but herself and the administrator could change her picture.
    let picture = server.get("/users/7/picture").by("helen", &key_of(account, 8)).send().await.is(200);
    let wanted = server.get("/users/7/picture").by("alice", KEY).send().await.is(200);
    assert_eq!(picture.body, wanted.body);
}

#[test]
fn the_table_has_no_case_twice() {
    let unique: BTreeSet<_> = CASES.iter().map(|(route, method, ..)| (route, method)).collect();
    assert_eq!(unique.len(), CASES.len());
}
