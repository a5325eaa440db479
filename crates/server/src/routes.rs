//! The routes: the API's table of contents. Each is answered only after the front has found the account and who is
//! asking; public pictures alone need nobody.

use axum::Router;
use axum::routing::{get, put};

use crate::api::{fallback, org, pictures, records, users};

/// Where pictures are served to everybody who knows their name.
pub(crate) const PUBLIC_PICTURES: &str = "/pictures/";

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
    "/users.json" => get(users::list);
    "/users.xml" => get(users::list);
    "/users/{id}" => get(users::show);
    "/users/view/{id}" => get(users::show);
    "/users/{id}/picture" => get(pictures::private).put(pictures::put).delete(pictures::delete);
    "/users/{id}/picture.json" => put(pictures::put).delete(pictures::delete);
    "/users/{id}/picture.xml" => put(pictures::put).delete(pictures::delete);
    "/users/view/{id}/picture" => get(pictures::private);
    "/attachments/view/User/avatar/{id}" => get(pictures::private);
    "/attachments/User/avatar/{id}" => get(pictures::private);

    "/employee_records.json" => get(records::employee_record_without_id);
    "/employee_records.xml" => get(records::employee_record_without_id);
    "/employee_records/{id}" => get(records::employee_record);
    "/employee_records/view/{id}" => get(records::employee_record);
    "/assignment_records.json" => get(records::assignment_record_without_id);
    "/assignment_records.xml" => get(records::assignment_record_without_id);
    "/assignment_records/{id}" => get(records::assignment_record);

    "/jobs.json" => get(org::jobs);
    "/jobs.xml" => get(org::jobs);
    "/jobs/{id}" => get(org::job);
    "/departments.json" => get(org::departments);
    "/departments.xml" => get(org::departments);
    "/departments/{id}" => get(org::department);
    "/locations.json" => get(org::locations);
    "/locations.xml" => get(org::locations);
    "/locations/{id}" => get(org::location);
    "/employee_classes.json" => get(org::employee_classes);
    "/employee_classes.xml" => get(org::employee_classes);
    "/employee_classes/{id}" => get(org::employee_class);
    "/custom_fields.json" => get(org::custom_fields);
    "/custom_fields.xml" => get(org::custom_fields);
    "/custom_fields/{id}" => get(org::custom_field);
    "/leave_types.json" => get(org::leave_types);
    "/leave_types.xml" => get(org::leave_types);
    "/leave_types/{id}" => get(org::leave_type);
}
