//! `POST`, `PUT` and `DELETE` of users (`users.md`), over the seeds' account: Alice (7) reports to nobody, George (6) is
//! an employee; Helen (8) administers.

use serde_json::json;

use super::{Company, HELEN};
use crate::golden::KEY;

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_changes_and_nothing_else() {
    let company = Company::new().await;
    let before = company.user(7).await;
    let form = "email=new%40mycompany.com&assignment_record[phone]=555-7&employee_record[city]=Ghent";
    let answer = company.put("alice", 7, form).await.is(200);
    let mut expected = company.get("alice", "/users/7.json").await.json();
    assert_eq!(answer.json(), expected, "the answer is what GET says");
    expected = company.user(7).await;
    assert_eq!(expected["email"], "new@mycompany.com");
    assert_eq!(expected["assignment_record"]["phone"], "555-7");
    assert_eq!(expected["employee_record"]["city"], "Ghent");
    for (object, changed) in
        [("assignment_record", &["phone"][..]), ("employee_record", &["city", "effective_date"])]
    {
        let (was, is) = (before[object].as_object().unwrap(), expected[object].as_object().unwrap());
        assert!(was["id"].as_i64() < is["id"].as_i64(), "a new record of {object}");
        for key in was.keys().filter(|key| !["id", "url", "created", "modified"].contains(&key.as_str())) {
            assert_eq!(
                was[key] != is[key],
                changed.contains(&key.as_str()),
                "{object}.{key}: {} {}",
                was[key],
                is[key]
            );
        }
    }
    let unchanged = company.put("alice", 7, form).await.is(200).json();
    assert_eq!(unchanged["assignment_record"]["id"], expected["assignment_record"]["id"], "said again");
    assert_eq!(unchanged["modified"], expected["modified"]);
    // Lists and the log know it at once.
    let list = company.get("george", "/users.json").await.json();
    assert_eq!(list[1]["email"], "new@mycompany.com");
    // By its new address, and not by the old one, she gets in.
    let me = |who: &'static str| company.server.get("/users/me.json").by(who, KEY).send();
    me("new@mycompany.com").await.is(200);
    me("alice@mycompany.com").await.is(401);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_never_overwritten_and_take_effect_on_their_day() {
    let company = Company::new().await;
    let record = company.user(7).await["assignment_record"]["url"].as_str().unwrap().to_owned();
    let before = company.get("helen", &record).await.is(200).json();
    let form = "assignment_record[effective_date]=2014-01-01&assignment_record[ext]=99";
    let now = company.put("helen", 7, form).await.is(200).json();
    assert_ne!(now["assignment_record"]["ext"], 99, "not yet");
    let past = company.get("helen", &record).await.is(200).json();
    assert_eq!(past, before);
    // A change of today is not forgotten when the future comes.
    company.put("helen", 7, "assignment_record[phone]=1234").await.is(200);
    company.server.clock.set("2014-01-02T12:00:00Z");
    let later = company.put("helen", 7, "twitter_username=x").await.is(200).json();
    assert_eq!(
        (&later["assignment_record"]["ext"], &later["assignment_record"]["phone"]),
        (&json!(99), &json!("1234"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_change_what() {
    let company = Company::new().await;
    // Nobody changes what is of a stranger, whatever they send.
    for form in ["email=x%40y.z", "assignment_record[pay_rate]=1", "group_id=1", "", "nonsense=1"] {
        company.put("george", 7, form).await.fails(403, "ACCESS_ERROR", "");
    }
    for (form, key) in [
        ("username=boss", "username"),
        ("group_id=1", "group_id"),
        ("assignment_record[job_id]=1", "assignment_record[job_id]"),
        ("assignment_record[job][id]=1", "assignment_record[job][id]"),
        ("assignment_record[status]=0", "assignment_record[status]"),
        ("assignment_record[pay_rate]=1000000", "assignment_record[pay_rate]"),
        ("assignment_record[pay_info][rate]=1000000", "assignment_record[pay_info][rate]"),
        ("assignment_record[date_hired]=2000-01-01", "assignment_record[date_hired]"),
        ("employee_record[government_id]=1", "employee_record[government_id]"),
        (
            "custom_field_record[0][custom_field_id]=777&custom_field_record[0][content]=x",
            "custom_field_record[0]",
        ),
    ] {
        let before = company.user(7).await;
        let form = format!("{form}&employee_record[city]=Nowhere");
        company.put("alice", 7, &form).await.fails(403, "ACCESS_ERROR", key);
        assert_eq!(company.user(7).await, before, "{form}: all or nothing");
    }
    company
        .put("helen", 7, "group_id=2&assignment_record[pay_type]=2&assignment_record[pay_rate]=31.50")
        .await
        .is(200);
    let user = company.user(7).await;
    assert_eq!(user["group"], "Managers");
    assert_eq!(user["assignment_record"]["pay_info"]["rate"], "31.50");
    // A password is for oneself to choose, and opens the door.
    company.put("helen", 7, "password=correct+horse").await.fails(403, "ACCESS_ERROR", "password");
    company.put("alice", 7, "password=short").await.fails(400, "VALIDATION_ERROR", "password needs at least");
    company.put("alice", 7, "password=correct+horse").await.is(200);
    company.server.get("/users/me.json").by("alice", "correct horse").send().await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_is_told_by_the_name_that_the_caller_used() {
    let company = Company::new().await;
    let before = company.user(7).await;
    let form = "username=a%20b&email=nobody&employee_record[birthdate]=31%2F31%2F2000&assignment_record[job_id]=999\
                &assignment_record[full_time]=maybe&assignment_record[manager][id]=7&assignment_record[pay_rate]=many\
                &assignment_record[hours]=25&custom_field_record[0][content]=x";
    let (code, messages) = company.put("helen", 7, form).await.is(400).error();
    assert_eq!(code, "VALIDATION_ERROR");
    for key in [
        "username ",
        "email ",
        "employee_record[birthdate] ",
        "assignment_record[job_id] ",
        "assignment_record[full_time] ",
        "assignment_record[manager][id] ",
        "assignment_record[pay_rate] ",
        "assignment_record[hours] ",
        "custom_field_record[0][content] ",
    ] {
        assert_eq!(
            messages.iter().filter(|message| message.starts_with(key)).count(),
            1,
            "{key}: {messages:?}"
        );
    }
    assert_eq!(messages.len(), 9, "{messages:?}");
    company.put("helen", 7, "email=george%40mycompany.com").await.fails(
        400,
        "VALIDATION_ERROR",
        "somebody else's",
    );
    company.put("helen", 7, "username=GEORGE").await.fails(400, "VALIDATION_ERROR", "somebody else's");
    assert_eq!(company.user(7).await, before);
    company.send("helen", "PUT", "/users/7.json", "email=a%40b.c").await.fails(
        400,
        "ID_MISMATCH",
        "id is missing",
    );
    company.send("helen", "PUT", "/users/7.json", "id=6&email=a%40b.c").await.fails(
        400,
        "ID_MISMATCH",
        "id is not",
    );
    company.put("helen", 999, "email=a%40b.c").await.fails(404, "NOT_FOUND", "Invalid User");
}

#[tokio::test(flavor = "multi_thread")]
async fn people_come_and_go() {
    let company = Company::new().await;
    let missing = company.send("helen", "POST", "/users.xml", "username=ida").await;
    let (_, messages) = missing.is(400).error();
    assert_eq!(
        messages,
        [
            "email is required.",
            "employee_record[first_name] is required.",
            "employee_record[last_name] is required.",
            "assignment_record[date_hired] is required."
        ]
    );
    let form = "username=ida&email=ida%40mycompany.com&skip_invite=1&employee_record[first_name]=Ida\
                &employee_record[last_name]=Mann&assignment_record[date_hired]=2013-06-01\
                &assignment_record[manager_id]=7&assignment_record[hours]=7.5&assignment_record[standard_hours]=37.5\
                &employee_record[government_id]=123-45";
    company.send("alice", "POST", "/users.json", form).await.fails(403, "ACCESS_ERROR", "");
    let made = company.send("helen", "POST", "/users.json", form).await.is(200).json();
    assert_eq!((&made["id"], &made["display_name"]), (&json!(9), &json!("Ida Mann")));
    assert_eq!(made["assignment_record"]["manager"]["username"], "alice");
    assert_eq!(made["assignment_record"]["date_hired"], "2013-06-01");
    company.send("helen", "POST", "/users.json", form).await.fails(
        400,
        "VALIDATION_ERROR",
        "somebody else's",
    );
    // Terminating keeps everything and takes the login away.
    company.put("alice", 7, "password=correct+horse").await.is(200);
    let terminate = "assignment_record[status]=2&assignment_record[date_terminated]=2013-07-22";
    company.put("helen", 7, terminate).await.is(200);
    company.server.get("/users/me.json").by("alice", KEY).send().await.is(401);
    company.server.get("/users/me.json").by("alice", "correct horse").send().await.is(401);
    company.get("george", "/users/7.json").await.fails(404, "NOT_FOUND", "Invalid User");
    assert_eq!(company.user(7).await["assignment_record"]["employee_status"], "TERMINATED");
    let rehired =
        company.put("helen", 7, "assignment_record[status]=0&assignment_record[date_terminated]=").await;
    assert_eq!(rehired.is(200).json()["assignment_record"]["employee_status"], "ACTIVE");
    company.server.get("/users/me.json").by("alice", KEY).send().await.is(200);
    // Deleting is for good.
    company.send("alice", "DELETE", "/users/6.json", "").await.fails(403, "ACCESS_ERROR", "");
    let gone = company.send("helen", "DELETE", "/users/7.json", "").await.is(200).json();
    assert_eq!(gone["success"]["code"], "DELETED");
    company.get("helen", "/users/7.json").await.fails(404, "NOT_FOUND", "Invalid User");
    company.server.get("/users/me.json").by("alice", KEY).send().await.is(401);
    let report = company.user(9).await;
    assert!(report["assignment_record"]["manager"].is_null(), "whose manager was deleted has none: {report}");
    assert_eq!(company.get("helen", "/users.json").await.json().as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_never_without_an_administrator() {
    let company = Company::new().await;
    company.put("helen", HELEN, "group_id=3").await.fails(
        400,
        "VALIDATION_ERROR",
        "without an administrator",
    );
    company.put("helen", HELEN, "assignment_record[status]=2").await.fails(
        400,
        "VALIDATION_ERROR",
        "cannot be taken from oneself",
    );
    company.send("helen", "DELETE", "/users/8.json", "").await.fails(400, "DELETE_ERROR", "themselves");
    company.put("helen", 7, "group_id=1").await.is(200);
    company.send("alice", "DELETE", "/users/8.json", "").await.is(200);
    company.put("alice", 7, "group_id=2").await.fails(400, "VALIDATION_ERROR", "without an administrator");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_change_different_fields_at_once_neither_undoes_the_other() {
    let company = Company::new().await;
    for turn in 0..10 {
        let forms = [
            format!("assignment_record[phone]=p{turn}"),
            format!("assignment_record[ext]=e{turn}"),
            format!("assignment_record[employee_num]=n{turn}"),
            format!("blog_url=b{turn}"),
        ];
        let puts = forms.iter().map(|form| company.put("helen", 7, form));
        for answer in futures_util::future::join_all(puts).await {
            answer.is(200);
        }
        let user = company.user(7).await;
        let job = &user["assignment_record"];
        assert_eq!(
            [&job["phone"], &job["ext"], &job["employee_num"], &user["blog_url"]],
            [
                &json!(format!("p{turn}")),
                &json!(format!("e{turn}")),
                &json!(format!("n{turn}")),
                &json!(format!("b{turn}"))
            ]
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_a_certain_state_is_made_to_that_state_alone() {
    let company = Company::new().await;
    let put = async |form: &str, tag: &str| {
        let ask = company.server.ask("PUT", "/users/7.json").by("helen", &company.key("helen"));
        ask.form(format!("id=7&{form}")).with("if-match", tag).send().await
    };
    let read = company.get("helen", "/users/7.json").await;
    put("blog_url=first", read.etag()).await.is(200);
    let refused = put("blog_url=second", read.etag()).await;
    refused.fails(412, "SAVE_ERROR", "has been changed since");
    assert_eq!(company.user(7).await["blog_url"], "first");
    put("blog_url=third", "*").await.is(200);
    // Of many who have read the same, one gets through.
    let tag = company.get("helen", "/users/7.json").await.etag().to_owned();
    let forms: Vec<String> = (0..8).map(|number| format!("blog_url=b{number}")).collect();
    let answers = futures_util::future::join_all(forms.iter().map(|form| put(form, &tag))).await;
    let mut statuses: Vec<u16> = answers.iter().map(|answer| answer.status).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412, 412, 412, 412, 412, 412, 412]);
    let delete = company.server.ask("DELETE", "/users/7.json").by("helen", &company.key("helen"));
    delete.with("if-match", &tag).send().await.is(412);
    let tag = company.get("helen", "/departments/5.json").await.etag().to_owned();
    let rename = |name: &str| {
        let ask = company.server.ask("PUT", "/departments/5.json").by("helen", &company.key("helen"));
        ask.form(format!("id=5&name={name}")).with("if-match", &tag).send()
    };
    rename("One").await.is(200);
    rename("Two").await.is(412);
}
