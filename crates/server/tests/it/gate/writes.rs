//! Every change: how it succeeds, and how it is refused for what a field of it says.

/// A change, by Helen. `{n}` is a number that is another each time, `{made}` that of what was added last, `{employee}` and
/// `{assignment}` those of the records in force of the user that was changed last.
pub(super) struct Write {
    pub(super) route: &'static str,
    pub(super) method: &'static str,
    /// An address of it, without the suffix.
    pub(super) path: &'static str,
    pub(super) good: &'static str,
    pub(super) fault: Fault,
}

/// What is refused with 400.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    /// This form, with a message that begins with the name of this field.
    Form(&'static str, &'static str),
    Picture,
    /// It takes nothing that could be wrong.
    None,
}

const fn add(route: &'static str, good: &'static str, bad: &'static str, field: &'static str) -> Write {
    Write { route, method: "POST", path: route, good, fault: Fault::Form(bad, field) }
}

const fn change(
    [route, path]: [&'static str; 2],
    good: &'static str,
    bad: &'static str,
    field: &'static str,
) -> Write {
    Write { route, method: "PUT", path, good, fault: Fault::Form(bad, field) }
}

const fn delete([route, path]: [&'static str; 2]) -> Write {
    Write { route, method: "DELETE", path, good: "", fault: Fault::None }
}

const fn withdraw([route, path]: [&'static str; 2]) -> Write {
    let fault = Fault::Form("reason=+", "reason");
    Write { route, method: "DELETE", path, good: "reason=A+slip", fault }
}

const JOB: [&str; 2] = ["/jobs/{id}", "/jobs/{made}"];
const DEPARTMENT: [&str; 2] = ["/departments/{id}", "/departments/{made}"];
const LOCATION: [&str; 2] = ["/locations/{id}", "/locations/{made}"];
const CLASS: [&str; 2] = ["/employee_classes/{id}", "/employee_classes/{made}"];
const FIELD: [&str; 2] = ["/custom_fields/{id}", "/custom_fields/{made}"];
const EVENT_TYPE: [&str; 2] = ["/event_types/{id}", "/event_types/{made}"];
const VALUE: [&str; 2] = ["/values/{id}", "/values/{made}"];
const BADGE: [&str; 2] = ["/badges/{id}", "/badges/{made}"];
const ROLE: [&str; 2] = ["/roles/{id}", "/roles/{made}"];
const WEBHOOK: [&str; 2] = ["/webhooks/{id}", "/webhooks/{made}"];
const USER: [&str; 2] = ["/users/{id}", "/users/{made}"];
const EMPLOYEE: [&str; 2] = ["/employee_records/{id}", "/employee_records/{employee}"];
const ASSIGNMENT: [&str; 2] = ["/assignment_records/{id}", "/assignment_records/{assignment}"];
const ROLES: [&str; 2] = ["/users/{id}/roles", "/users/7/roles"];
const PICTURE: [&str; 2] = ["/users/{id}/picture", "/users/7/picture"];

/// In the order in which they are made: first something is added, then it is changed and deleted.
pub(super) const WRITES: &[Write] = &[
    add(
        "/users",
        "username=gate{n}&email=gate{n}%40example.org&employee_record[first_name]=G&employee_record[last_name]=A\
         &assignment_record[date_hired]=2024-02-29",
        "username=g&email=no&employee_record[first_name]=G&employee_record[last_name]=A\
         &assignment_record[date_hired]=2024-02-30",
        "email",
    ),
    change(
        USER,
        "id={made}&nickname=N&employee_record[city]=Ghent&assignment_record[ext]=1",
        "id={made}&employee_record[birthdate]=never",
        "employee_record[birthdate]",
    ),
    Write {
        route: "/users/{id}/invitations",
        method: "POST",
        path: "/users/{made}/invitations",
        good: "",
        fault: Fault::None,
    },
    change(
        EMPLOYEE,
        "id={employee}&reason=A+slip&city=Ghent+2",
        "id={employee}&reason=A+slip&birthdate=never",
        "birthdate",
    ),
    withdraw(EMPLOYEE),
    change(
        ASSIGNMENT,
        "id={assignment}&reason=A+slip&assignment_record[ext]=2",
        "id={assignment}&reason=&ext=2",
        "reason",
    ),
    withdraw(ASSIGNMENT),
    delete(USER),
    change(ROLES, "role_id[]=1", "role_id[]=x", "role_id[]"),
    Write { method: "POST", ..change(ROLES, "role_id[]=1", "role_id[]=x", "role_id[]") },
    Write { method: "DELETE", ..change(ROLES, "role_id[]=2", "role_id[]=999", "role_id") },
    Write { route: PICTURE[0], method: "PUT", path: PICTURE[1], good: "", fault: Fault::Picture },
    delete(PICTURE),
    add("/jobs", "title=Gate{n}", "title=", "title"),
    change(JOB, "id={made}&requirements=much", "id={made}&title=+", "title"),
    delete(JOB),
    add("/departments", "name=Gate{n}", "name=Gate&order=x", "order"),
    change(DEPARTMENT, "id={made}&order=3", "id={made}&order=", "order"),
    delete(DEPARTMENT),
    add("/locations", "name=Gate{n}", "order=1", "name"),
    change(LOCATION, "id={made}&order=3", "id={made}&name=", "name"),
    delete(LOCATION),
    add("/employee_classes", "class=Gate{n}", "class=a%00b", "class"),
    change(CLASS, "id={made}&order=3", "id={made}&class=", "class"),
    delete(CLASS),
    add("/custom_fields", "name=Gate{n}", "name=Gate&type=picture", "type"),
    change(FIELD, "id={made}&visibility=Manager", "id={made}&encrypted=1", "encrypted"),
    delete(FIELD),
    add("/event_types", "name=Gate{n}", "name=", "name"),
    change(EVENT_TYPE, "id={made}&order=3", "id={made}&order=x", "order"),
    delete(EVENT_TYPE),
    add("/values", "name=Gate{n}", "name=", "name"),
    change(VALUE, "id={made}&order=3", "id={made}&order=x", "order"),
    delete(VALUE),
    add("/badges", "name=Gate{n}", "name=", "name"),
    change(BADGE, "id={made}&order=3", "id={made}&order=x", "order"),
    delete(BADGE),
    add("/roles", "name=Gate{n}&copy_of=1", "name=Gate&copy_of=x", "copy_of"),
    change(ROLE, "description=D", "assign_to_new=maybe", "assign_to_new"),
    delete(ROLE),
    add(
        "/mobile_devices",
        "device_identifier={n}&operating_system=ios",
        "device_identifier=1&operating_system=wap",
        "operating_system",
    ),
    add(
        "/webhooks",
        "name=W&handle=User&url=http%3A%2F%2F127.0.0.1%3A1%2F",
        "name=W&handle=Nothing&url=http%3A%2F%2F127.0.0.1%3A1%2F",
        "handle",
    ),
    change(WEBHOOK, "id={made}&name=V", "id={made}&name=", "name"),
    delete(WEBHOOK),
    Write {
        route: "/webhook_deliveries/{id}/resend",
        method: "POST",
        path: "/webhook_deliveries/1/resend",
        good: "",
        fault: Fault::None,
    },
];
