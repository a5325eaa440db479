//! Roles over the API: who has which, what they are, and who may change that.

use folkmoot_core::{AccountId, Group, Settings, UserId};
use serde_json::{Value, json};

use crate::support::{
    ALICE, Answer, GEORGE, HELEN, Kept, Server, key_of, leaves_of_json, leaves_of_xml, person, trio,
};

/// Another employee, who reports to Alice.
const EVE: i64 = 4;

const NAMES: [&str; 5] = ["", "helen", "george", "alice", "eve"];

struct Company {
    server: Server,
    account: AccountId,
}

impl Company {
    async fn new() -> Company {
        let kept = Kept::new().await;
        let account = kept.account("mycompany", Settings::default()).await;
        let mut people = trio(&kept.store, account);
        let mut eve = person(&kept.store, account, EVE, "eve", Group::Employees);
        eve.assignment[0].data.manager = Some(UserId(ALICE));
        people.push(eve);
        kept.add_people(account, &people).await;
        Company { server: Server::start(kept, &[]).await, account }
    }

    async fn ask(&self, by: i64, method: &str, path: &str, form: &str) -> Answer {
        let ask = self.server.ask(method, path).by(NAMES[by as usize], &key_of(self.account, by));
        if form.is_empty() { ask.send().await } else { ask.form(form.to_owned()).send().await }
    }

    /// What the roles of somebody are, by the numbers of the roles.
    async fn roles_of(&self, id: i64) -> Vec<i64> {
        let list = self.ask(HELEN, "GET", &format!("/users/{id}/roles.json"), "").await.is(200).json();
        role_ids(&list)
    }

    /// Makes a role, and returns its number.
    async fn role(&self, form: &str) -> i64 {
        let made = self.ask(HELEN, "POST", "/roles.json", form).await.is(200).json();
        made["id"].as_i64().expect("a number")
    }

    async fn sees(&self, by: i64, id: i64, pointer: &str) -> bool {
        let user = self.ask(by, "GET", &format!("/users/{id}.json"), "").await.is(200).json();
        user.pointer(pointer).is_some()
    }
}

fn role_ids(list: &Value) -> Vec<i64> {
    list.as_array().expect("a list").iter().filter_map(|item| item["role_id"].as_i64()).collect()
}

const PAY: &str = "/assignment_record/pay_info";
const BIRTHDATE: &str = "/employee_record/birthdate";
/// The numbers of standard roles.
const EMPLOYEE: i64 = 1;
const MANAGER: i64 = 2;
const HR: i64 = 3;
const SYSTEM: i64 = 4;
const OFFICE: i64 = 5;
const PAYROLL: i64 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn assignments_are_added_set_and_removed_and_decide_what_is_seen() {
    let company = Company::new().await;
    let of_group = company.ask(HELEN, "GET", "/users/2/roles.json", "").await.is(200).json();
    let implied = |role: i64| json!({ "id": null, "role_id": role, "user_id": GEORGE });
    assert_eq!(of_group, json!([implied(EMPLOYEE), implied(MANAGER)]));
    assert!(!company.sees(ALICE, EVE, PAY).await);
    // Adding takes nothing away: what the group stood for is written down with it.
    let added = company.ask(HELEN, "POST", "/users/3/roles.json", "role_id[]=6").await.is(200).json();
    let assigned = |id: i64, role: i64| json!({ "id": id, "role_id": role, "user_id": ALICE });
    assert_eq!(added, json!([assigned(1, EMPLOYEE), assigned(2, PAYROLL)]));
    assert!(company.sees(ALICE, EVE, PAY).await, "in version 2 too");
    let read = company.ask(HELEN, "GET", "/users/3/roles.json", "").await.is(200);
    assert_eq!(read.json(), added);
    let xml = company.ask(ALICE, "GET", "/users/3/roles.xml", "").await.is(200);
    assert_eq!(leaves_of_xml(&xml.body), ("roles".to_owned(), leaves_of_json(&added)));
    // A second time changes nothing, not even the numbers.
    let again = company.ask(HELEN, "POST", "/users/3/roles.json", "role_id[]=6&role_id[]=1").await.is(200);
    assert_eq!(again.json(), added);
    let set = company.ask(HELEN, "PUT", "/users/3/roles.json", "role_id[]=5&role_id[]=1").await.is(200);
    assert_eq!(set.json(), json!([assigned(1, EMPLOYEE), assigned(3, OFFICE)]));
    assert!(!company.sees(ALICE, EVE, PAY).await);
    assert!(company.sees(ALICE, EVE, "/employee_record/middle_name").await);
    let removed = company.ask(HELEN, "DELETE", "/users/3/roles.json?role_id[]=5", "").await.is(200);
    assert_eq!(removed.json(), json!([assigned(1, EMPLOYEE)]));
    assert!(!company.sees(ALICE, EVE, "/employee_record/middle_name").await);
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_input_is_named_in_both_formats() {
    let company = Company::new().await;
    for suffix in ["json", "xml"] {
        let roles = format!("/users/3/roles.{suffix}");
        for (form, message) in [
            ("", "role_id: is missing."),
            ("role_id[]=x&role_id[]=-", "role_id[]: is the number of a role."),
            ("role_id[]=99", "role_id: 99 is the number of no role."),
            ("role_id[]=", "role_id: everybody has one role at least."),
        ] {
            let answer = company.ask(HELEN, "PUT", &roles, form).await;
            let (code, messages) = answer.error();
            assert_eq!(
                (answer.status, code.as_str(), messages[0].as_str()),
                (400, "VALIDATION_ERROR", message)
            );
        }
        let unknown =
            company.ask(HELEN, "PUT", &format!("/users/99/roles.{suffix}"), "role_id[]=1").await.is(404);
        assert_eq!(unknown.error(), ("NOT_FOUND".into(), vec!["Invalid User".into()]));
        let address = format!("/roles.{suffix}");
        let faults = [
            ("description=x", vec!["name: is required.", "permission_groups: one at least is required."]),
            ("name=manager&copy_of=2", vec!["name: is the name of another role."]),
            ("name=New&copy_of=99", vec!["copy_of: 99 is the number of no role."]),
            (
                "name=New&permission_groups[0][relationship]=friends&permission_groups[0][departments][]=7\
                 &permission_groups[0][cards][privacy][]=burn",
                vec![
                    "permission_groups[0][departments][]: is the number of a department.",
                    "permission_groups[0][relationship]: is one of self, direct_reports, all_reports, \
                     direct_reports_and_employees, everyone_else, everyone.",
                    "permission_groups[0][cards][privacy][]: is no action of that card.",
                ],
            ),
        ];
        for (form, expected) in faults {
            let answer = company.ask(HELEN, "POST", &address, form).await.is(400);
            let expected = expected.into_iter().map(String::from).collect();
            assert_eq!(answer.error(), ("VALIDATION_ERROR".into(), expected));
        }
        company.ask(HELEN, "GET", &format!("/roles/99.{suffix}"), "").await.is(404);
        let other = company.ask(HELEN, "PUT", &format!("/roles/5.{suffix}"), "id=6&name=x").await.is(400);
        assert_eq!(other.error().0, "ID_MISMATCH");
    }
    assert_eq!(company.roles_of(ALICE).await, [EMPLOYEE]);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_grants_what_they_do_not_hold() {
    let company = Company::new().await;
    let limited = company
        .role(
            "name=Regional HR&permission_groups[0][relationship]=all_reports\
             &permission_groups[0][cards][access_control][]=assign&permission_groups[0][cards][access_control][]=view\
             &permission_groups[0][cards][sensitive_information][]=view_birthday",
        )
        .await;
    let birthdays = company
        .role(
            "name=Birthdays&permission_groups[0][relationship]=direct_reports\
             &permission_groups[0][cards][sensitive_information][]=view_birthday",
        )
        .await;
    company.ask(HELEN, "POST", "/users/2/roles.json", &format!("role_id[]={limited}")).await.is(200);
    // George may assign to those below him what he holds over them.
    let ask = |method: &'static str, id: i64, role: i64| {
        let (company, path) = (&company, format!("/users/{id}/roles.json"));
        async move { company.ask(GEORGE, method, &path, &format!("role_id[]={role}")).await }
    };
    let given = ask("POST", ALICE, birthdays).await.is(200);
    assert_eq!(role_ids(&given.json()), [EMPLOYEE, birthdays]);
    assert!(company.sees(ALICE, EVE, BIRTHDATE).await);
    for role in [PAYROLL, SYSTEM, HR, OFFICE] {
        let refused = ask("POST", ALICE, role).await.is(403);
        let (code, messages) = refused.error();
        assert_eq!(code, "ACCESS_ERROR");
        assert!(messages[0].contains("which you do not hold as widely"), "{messages:?}");
    }
    // Not to himself, not to those above him.
    ask("POST", GEORGE, PAYROLL).await.is(403);
    ask("POST", HELEN, birthdays).await.is(403);
    // Nor does he take from anybody what he does not hold, or make roles.
    company.ask(HELEN, "POST", "/users/3/roles.json", &format!("role_id[]={PAYROLL}")).await.is(200);
    ask("DELETE", ALICE, PAYROLL).await.is(403);
    ask("PUT", ALICE, EMPLOYEE).await.is(403);
    company.ask(GEORGE, "POST", "/roles.json", "name=Mine&copy_of=1").await.is(403);
    company.ask(GEORGE, "PUT", &format!("/roles/{limited}.json"), "name=Mine").await.is(403);
    company.ask(GEORGE, "DELETE", &format!("/roles/{birthdays}.json"), "").await.is(403);
    assert_eq!(company.roles_of(ALICE).await, [EMPLOYEE, birthdays, PAYROLL]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_system_administrator_stays_one() {
    let company = Company::new().await;
    for (method, form) in [("PUT", "role_id[]=1"), ("DELETE", "role_id[]=4")] {
        let refused = company.ask(HELEN, method, "/users/1/roles.json", form).await.is(400);
        let message = "role_id: they are the last active System Administrator.";
        assert_eq!(refused.error(), ("VALIDATION_ERROR".into(), vec![message.into()]));
    }
    company.ask(HELEN, "POST", "/users/3/roles.json", "role_id[]=4").await.is(200);
    let removed = company.ask(HELEN, "DELETE", "/users/1/roles.json", "role_id[]=4").await.is(200);
    assert_eq!(role_ids(&removed.json()), [EMPLOYEE]);
    // Her group says what it said, and no longer counts; neither for what administrators alone are told.
    for path in ["/audit.json", "/webhooks.json"] {
        company.ask(HELEN, "GET", path, "").await.is(403);
        company.ask(ALICE, "GET", path, "").await.is(200);
    }
    company.ask(HELEN, "PUT", "/users/3/roles.json", "role_id[]=1").await.is(403);
    company.ask(ALICE, "PUT", "/users/3/roles.json", "role_id[]=1").await.is(400);
}

#[tokio::test(flavor = "multi_thread")]
async fn roles_are_made_copied_changed_reset_and_deleted() {
    let company = Company::new().await;
    let all = company.ask(HELEN, "GET", "/roles.json", "").await.is(200).json();
    let names: Vec<_> = all.as_array().expect("a list").iter().map(|role| role["name"].clone()).collect();
    let expected = [
        "Employee",
        "Manager",
        "HR Administrator",
        "System Administrator",
        "Office Manager",
        "Regional Payroll",
        "Regional Recruiter",
    ];
    assert_eq!(names, expected);
    let own = company.ask(ALICE, "GET", "/roles.json", "").await.is(200).json();
    assert_eq!(own.as_array().map(Vec::len), Some(1));
    company.ask(ALICE, "GET", "/roles/4.json", "").await.is(404);
    let copy = company.role("name=My Managers&description=Ours&copy_of=2").await;
    let shown = company.ask(HELEN, "GET", &format!("/roles/{copy}.json"), "").await.is(200).json();
    assert_eq!(shown["permission_groups"], all[1]["permission_groups"]);
    assert_eq!((&shown["standard"], &shown["description"]), (&Value::Null, &json!("Ours")));
    let xml = company.ask(HELEN, "GET", &format!("/roles/{copy}.xml"), "").await.is(200);
    assert!(xml.text().contains("<relationship>direct_reports</relationship>"), "{}", xml.text());
    // Managers see pay no longer, by group as by assignment.
    assert!(company.sees(GEORGE, ALICE, PAY).await);
    let form = "permission_groups[0][relationship]=direct_reports\
                &permission_groups[0][cards][basic_information][]=view_details";
    let edited = company.ask(HELEN, "PUT", "/roles/2.json", form).await.is(200).json();
    assert_eq!(edited["changed"], true);
    assert_eq!(edited["permission_groups"][0]["cards"], json!({ "basic_information": ["view_details"] }));
    assert!(!company.sees(GEORGE, ALICE, PAY).await);
    let reset = company.ask(HELEN, "PUT", "/roles/2.json", "permission_groups=").await.is(200).json();
    assert_eq!(
        (&reset["changed"], &reset["permission_groups"]),
        (&json!(false), &all[1]["permission_groups"])
    );
    assert!(company.sees(GEORGE, ALICE, PAY).await);
    let message = "permission_groups: System Administrators may do everything; copy the role to make one that may \
                   do less.";
    let refused = company.ask(HELEN, "PUT", "/roles/4.json", form).await.is(400);
    assert_eq!(refused.error().1, [message]);
    // What somebody holds stays; so does what a group stands on.
    company.ask(HELEN, "POST", "/users/4/roles.json", &format!("role_id[]={copy}")).await.is(200);
    for role in [copy, EMPLOYEE, MANAGER, SYSTEM] {
        let refused = company.ask(HELEN, "DELETE", &format!("/roles/{role}.json"), "").await.is(409);
        assert_eq!(refused.error().0, "DELETE_ERROR");
    }
    company.ask(HELEN, "DELETE", "/users/4/roles.json", &format!("role_id[]={copy}")).await.is(200);
    let deleted = company.ask(HELEN, "DELETE", &format!("/roles/{copy}.json"), "").await.is(200);
    assert_eq!(deleted.json()["success"]["code"], "DELETED");
    company.ask(HELEN, "GET", &format!("/roles/{copy}.json"), "").await.is(404);
    // Its number never comes again.
    assert_eq!(company.role("name=Next&copy_of=1").await, copy + 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn newcomers_get_the_roles_that_newcomers_get() {
    let company = Company::new().await;
    company.ask(HELEN, "PUT", "/roles/5.json", "assign_to_new=1").await.is(200);
    let kept = &company.server;
    let newcomer = person(&kept.store, company.account, 5, "newt", Group::Managers);
    kept.add_people(company.account, &[newcomer]).await;
    // The server hears of it by itself before long, and at once when it writes.
    company.ask(HELEN, "PUT", "/roles/6.json", "description=x").await.is(200);
    assert_eq!(company.roles_of(5).await, [EMPLOYEE, MANAGER, OFFICE]);
    assert_eq!(company.roles_of(GEORGE).await, [EMPLOYEE, MANAGER], "nobody else is concerned");
}

#[tokio::test(flavor = "multi_thread")]
async fn whose_roles_leave_out_the_api_is_not_served() {
    let company = Company::new().await;
    let mute = company
        .role(
            "name=Mute&permission_groups[0][relationship]=self\
             &permission_groups[0][cards][system_access][]=web_login",
        )
        .await;
    company.ask(HELEN, "PUT", "/users/4/roles.json", &format!("role_id[]={mute}")).await.is(200);
    for path in ["/users.json", "/users/4.xml", "/nothing.json"] {
        assert_eq!(company.ask(EVE, "GET", path, "").await.is(403).error().0, "ACCESS_ERROR");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_explanation_names_the_role_that_shows_each_field() {
    let company = Company::new().await;
    let told = company.ask(HELEN, "GET", "/users/3/explain.json?viewer=2", "").await.is(200).json();
    let field = |told: &Value, path: &str| -> Value {
        let fields = told["fields"].as_array().expect("fields");
        fields.iter().find(|field| field["path"] == path).expect("the field").clone()
    };
    assert_eq!((&told["group"], &told["roles"][1]["name"]), (&json!("Managers"), &json!("Manager")));
    let pay = field(&told, "assignment_record.pay_info");
    assert_eq!(
        (&pay["shown"], &pay["needs"]),
        (&json!(true), &json!("sensitive_information.view_compensation"))
    );
    assert_eq!(
        pay["reasons"],
        json!([{
            "by": "role",
            "role": { "id": 2, "name": "Manager", "url": "/roles/2.json" },
            "permission_group": 1,
            "relationship": "direct_reports",
            "settings": ["management style: direct reports only", "salaries are seen by: employee and manager"],
        }])
    );
    assert_eq!(field(&told, "username")["reasons"], json!([{ "by": "everyone" }]));
    assert_eq!(field(&told, "api_key")["shown"], false);
    // Eve reports to Alice, not to George.
    let told = company.ask(HELEN, "GET", "/users/4/explain.json?viewer=2", "").await.is(200).json();
    let pay = field(&told, "assignment_record.pay_info");
    assert_eq!((&pay["shown"], &pay["reasons"]), (&json!(false), &json!([])));
    let xml = company.ask(HELEN, "GET", "/users/4/explain.xml?viewer=2", "").await.is(200);
    assert!(
        xml.text().contains("<explanation><user_id>4</user_id><viewer_id>2</viewer_id>"),
        "{}",
        xml.text()
    );
    for (path, message) in [
        ("/users/3/explain.json", "viewer: is missing; it is the number of a user."),
        ("/users/3/explain.json?viewer=99", "viewer: is the number of a user."),
        ("/users/3/explain.json?viewer=x", "viewer: is the number of a user."),
    ] {
        assert_eq!(company.ask(HELEN, "GET", path, "").await.is(400).error().1, [message]);
    }
    company.ask(HELEN, "GET", "/users/99/explain.json?viewer=1", "").await.is(404);
    company.ask(GEORGE, "GET", "/users/3/explain.json?viewer=2", "").await.is(403);
}
