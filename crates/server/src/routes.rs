//! The routes: the API's table of contents. Each is answered only after the front has found the account and who is
//! asking; public pictures alone need nobody.

use axum::Router;
use axum::routing::{get, post, put};

use crate::api::{
    audit, changes, corrections, explain, fallback, find_accounts, history, invitations, mobile_devices,
    openapi, org, org_writes, pictures, records, roles, system_info, user_writes, users, webhooks,
};
use crate::health;

/// Where pictures are served to everybody who knows their name.
pub(crate) const PUBLIC_PICTURES: &str = "/pictures/";

/// Where invitations are taken up, by whoever has the rest of the address.
pub(crate) const INVITATIONS: &str = "/invitations/";

/// Every path that needs no credentials.
pub(crate) const OPEN_ROUTES: &[&str] = &[
    "/pictures/{name}",
    "/invitations/{secret}",
    find_accounts::JSON,
    find_accounts::XML,
    health::LIVE,
    health::READY,
];

/// Builds the routes, and the list of their paths from the same lines.
macro_rules! routes {
    ($($path:literal => $methods:expr;)*) => {
        /// Every path that needs credentials, `{}` standing for what the request says.
        pub const ROUTES: &[&str] = &[$($path),*];

        pub(crate) fn routes() -> Router {
            Router::new()
                $(.route($path, $methods))*
                .fallback(fallback::nowhere)
        }
    };
}

// A single resource's number comes with its suffix: `{id}` is `7.json`.
routes! {
    "/users.json" => get(users::list).post(user_writes::create);
    "/users.xml" => get(users::list).post(user_writes::create);
    "/users/me.json" => get(users::oneself);
    "/users/me.xml" => get(users::oneself);
    "/users/{id}" => get(users::show).put(user_writes::update).delete(user_writes::delete);
    "/users/view/{id}" => get(users::show);
    "/users/{id}/picture" => get(pictures::private).put(pictures::put).delete(pictures::delete);
    "/users/{id}/picture.json" => put(pictures::put).delete(pictures::delete);
    "/users/{id}/picture.xml" => put(pictures::put).delete(pictures::delete);
    "/users/view/{id}/picture" => get(pictures::private);
    "/attachments/view/User/avatar/{id}" => get(pictures::private);
    "/attachments/User/avatar/{id}" => get(pictures::private);

    "/users/{id}/invitations.json" => post(invitations::invite);
    "/users/{id}/invitations.xml" => post(invitations::invite);
    "/users/{id}/roles.json" => get(roles::held).post(roles::add).put(roles::set).delete(roles::remove);
    "/users/{id}/roles.xml" => get(roles::held).post(roles::add).put(roles::set).delete(roles::remove);
    "/users/{id}/explain.json" => get(explain::explain);
    "/users/{id}/explain.xml" => get(explain::explain);

    "/users/{id}/employee_records.json" => get(history::employee_records);
    "/users/{id}/employee_records.xml" => get(history::employee_records);
    "/users/{id}/assignment_records.json" => get(history::assignment_records);
    "/users/{id}/assignment_records.xml" => get(history::assignment_records);

    "/employee_records.json" => get(records::employee_record_without_id);
    "/employee_records.xml" => get(records::employee_record_without_id);
    "/employee_records/{id}" => get(records::employee_record).put(corrections::correct_employee_record).delete(corrections::withdraw_employee_record);
    "/employee_records/view/{id}" => get(records::employee_record);
    "/assignment_records.json" => get(records::assignment_record_without_id);
    "/assignment_records.xml" => get(records::assignment_record_without_id);
    "/assignment_records/{id}" => get(records::assignment_record).put(corrections::correct_assignment_record).delete(corrections::withdraw_assignment_record);

    "/jobs.json" => get(org::jobs).post(org_writes::create_job);
    "/jobs.xml" => get(org::jobs).post(org_writes::create_job);
    "/jobs/{id}" => get(org::job).put(org_writes::update_job).delete(org_writes::delete_job);
    "/departments.json" => get(org::departments).post(org_writes::create_department);
    "/departments.xml" => get(org::departments).post(org_writes::create_department);
    "/departments/{id}" => get(org::department).put(org_writes::update_department).delete(org_writes::delete_department);
    "/locations.json" => get(org::locations).post(org_writes::create_location);
    "/locations.xml" => get(org::locations).post(org_writes::create_location);
    "/locations/{id}" => get(org::location).put(org_writes::update_location).delete(org_writes::delete_location);
    "/employee_classes.json" => get(org::employee_classes).post(org_writes::create_employee_class);
    "/employee_classes.xml" => get(org::employee_classes).post(org_writes::create_employee_class);
    "/employee_classes/{id}" => get(org::employee_class).put(org_writes::update_employee_class).delete(org_writes::delete_employee_class);
    "/custom_fields.json" => get(org::custom_fields).post(org_writes::create_custom_field);
    "/custom_fields.xml" => get(org::custom_fields).post(org_writes::create_custom_field);
    "/custom_fields/{id}" => get(org::custom_field).put(org_writes::update_custom_field).delete(org_writes::delete_custom_field);
    "/event_types.json" => get(org::event_types).post(org_writes::create_event_type);
    "/event_types.xml" => get(org::event_types).post(org_writes::create_event_type);
    "/event_types/{id}" => get(org::event_type).put(org_writes::update_event_type).delete(org_writes::delete_event_type);
    "/values.json" => get(org::values).post(org_writes::create_value);
    "/values.xml" => get(org::values).post(org_writes::create_value);
    "/values/{id}" => get(org::value).put(org_writes::update_value).delete(org_writes::delete_value);
    "/badges.json" => get(org::badges).post(org_writes::create_badge);
    "/badges.xml" => get(org::badges).post(org_writes::create_badge);
    "/badges/{id}" => get(org::badge).put(org_writes::update_badge).delete(org_writes::delete_badge);
    "/leave_types.json" => get(org::leave_types);
    "/leave_types.xml" => get(org::leave_types);
    "/leave_types/{id}" => get(org::leave_type);
    "/roles.json" => get(roles::list).post(roles::create);
    "/roles.xml" => get(roles::list).post(roles::create);
    "/roles/{id}" => get(roles::show).put(roles::edit).delete(roles::delete);

    "/system_info.json" => get(system_info::show);
    "/system_info.xml" => get(system_info::show);
    "/mobile_devices.json" => post(mobile_devices::register);
    "/mobile_devices.xml" => post(mobile_devices::register);

    "/openapi.json" => get(openapi::document);
    "/docs" => get(openapi::page);

    "/changes.json" => get(changes::list);
    "/changes.xml" => get(changes::list);
    "/audit.json" => get(audit::list);
    "/audit.xml" => get(audit::list);
    "/webhooks.json" => get(webhooks::list).post(webhooks::add);
    "/webhooks.xml" => get(webhooks::list).post(webhooks::add);
    "/webhooks/{id}" => get(webhooks::show).put(webhooks::edit).delete(webhooks::delete);
    "/webhooks/{id}/deliveries.json" => get(webhooks::deliveries);
    "/webhooks/{id}/deliveries.xml" => get(webhooks::deliveries);
    "/webhook_deliveries/{id}/resend.json" => post(webhooks::resend);
    "/webhook_deliveries/{id}/resend.xml" => post(webhooks::resend);
}
