//! `PUT` and `DELETE` of records (`users.md`, History), over the seeds' account: Alice's records are 55 and 100.

use serde_json::{Value, json};

use super::{Company, HELEN};
use crate::support::Answer;

const PERSONAL: &str = "/employee_records/55.json";
const JOB: &str = "/assignment_records/100.json";

async fn correct(company: &Company, who: &str, path: &str, form: &str) -> Answer {
    let id: String = path.chars().filter(char::is_ascii_digit).collect();
    company.send(who, "PUT", path, &format!("id={id}&reason=A+slip&{form}")).await
}

/// The number of the record in force of one of Alice's kinds of records.
async fn current(company: &Company, kind: &str) -> i64 {
    company.user(7).await[kind]["id"].as_i64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_corrected_was_never_so_but_is_known_to_have_been_believed() {
    let company = Company::new().await;
    let (before, job) = (company.get("helen", PERSONAL).await.json(), company.get("helen", JOB).await.json());
    let revision = company.get("helen", "/audit.json?limit=1000").await.json()["next"].clone();
    let answer = correct(&company, "helen", PERSONAL, "city=Ghent&effective_date=2012-02-03").await.is(200);
    let after = company.get("helen", PERSONAL).await.is(200);
    assert_eq!(answer.json(), after.json(), "the answer is what GET says");
    let after = after.json();
    for (key, value) in before.as_object().expect("an object") {
        let changes = ["city", "effective_date", "modified"].contains(&key.as_str());
        assert_eq!(after[key] != *value, changes, "{key}: {value} {}", after[key]);
    }
    assert_eq!((&after["city"], &after["effective_date"]), (&json!("Ghent"), &json!("2012-02-03")));
    correct(&company, "helen", JOB, "job[id]=&pay_rate=1.5&ext=77").await.is(200);
    // The user is at once as corrected: it is the same record.
    let user = company.user(7).await;
    assert_eq!(
        (&user["employee_record"]["city"], &user["employee_record"]["id"]),
        (&json!("Ghent"), &json!(55))
    );
    assert_eq!(user["assignment_record"]["ext"], 77);
    assert_eq!(user["assignment_record"]["pay_info"]["rate"], "1.50");
    assert_eq!(user["assignment_record"]["job"], Value::Null);
    // As it is with the nested names of a change of the user.
    correct(&company, "helen", PERSONAL, "employee_record[city]=Bruges").await.is(200);
    assert_eq!(company.user(7).await["employee_record"]["city"], "Bruges");
    // Nothing new is said: nothing is corrected.
    let modified = company.get("helen", PERSONAL).await.json()["modified"].clone();
    company.server.clock.set("2013-07-24T00:00:00Z");
    correct(&company, "helen", PERSONAL, "city=Bruges").await.is(200);
    assert_eq!(company.get("helen", PERSONAL).await.json()["modified"], modified);
    // What was believed until then.
    for (path, was) in [(PERSONAL, &before), (JOB, &job)] {
        let mut then = company.get("helen", &format!("{path}?known_at=2013-07-21")).await.is(200).json();
        let mut was = was.clone();
        // What is in force was so on the day that is asked of.
        (then["current"], was["current"]) = (Value::Null, Value::Null);
        assert_eq!(then, was);
    }
    // Who, what and why is in the audit trail.
    let path = format!("/audit.json?since={revision}&object=EmployeeRecord&object_id=55");
    let audit = company.get("helen", &path).await.is(200).json();
    let entries = audit["entries"].as_array().expect("entries");
    assert_eq!(entries.len(), 2, "{audit}");
    let entry = &entries[0];
    assert_eq!((&entry["action"], &entry["actor_id"]), (&json!("Edit"), &json!(HELEN)));
    assert_eq!(entry["after"]["reason"], "A slip");
    assert_eq!(entry["after"]["data"]["city"], "Ghent");
    assert_ne!(entry["before"]["data"]["city"], "Ghent");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_withdrawn_is_gone_but_is_known_to_have_been_believed() {
    let company = Company::new().await;
    // Nobody is left without any.
    for (path, kind) in [(PERSONAL, "employee record"), (JOB, "assignment record")] {
        for path in [path.to_owned(), path.replace("json", "xml")] {
            let answer = company.send("helen", "DELETE", &path, "reason=Wrong").await.is(400);
            assert!(
                answer.text().contains(kind) && answer.text().contains("DELETE_ERROR"),
                "{}",
                answer.text()
            );
        }
    }
    company.put("helen", 7, "employee_record[city]=Ghent&assignment_record[ext]=77").await.is(200);
    let personal = current(&company, "employee_record").await;
    let job = current(&company, "assignment_record").await;
    company.server.clock.set("2013-07-24T00:00:00Z");
    let path = format!("/employee_records/{personal}.json");
    let gone = company.send("helen", "DELETE", &path, "reason=Somebody+else").await.is(200).json();
    assert_eq!(gone["success"]["code"], "DELETED");
    // Clients that can send no body with it say why in the query; version 1 has words of its own.
    let job_path = format!("/assignment_records/{job}.xml");
    let ask = company.server.ask("DELETE", &format!("{job_path}?reason=Somebody+else"));
    let ask = ask.by("helen", &company.key("helen")).with("x-api-version", "1.0.0").send().await.is(200);
    assert!(ask.text().contains("The Assignment Record was successfully deleted"), "{}", ask.text());
    let user = company.user(7).await;
    assert_eq!((&user["employee_record"]["id"], &user["assignment_record"]["id"]), (&json!(55), &json!(100)));
    for path in [&path, &job_path] {
        company.get("helen", path).await.is(404);
        company.get("helen", &format!("{path}?as_of=2013-07-23")).await.is(404);
        company.get("helen", &format!("{path}?known_at=2013-07-24")).await.is(404);
        company.get("helen", &format!("{path}?known_at=2013-07-23")).await.is(200);
        company.send("helen", "DELETE", path, "reason=Again").await.is(404);
        let id: String = path.chars().filter(char::is_ascii_digit).collect();
        company.send("helen", "PUT", path, &format!("id={id}&reason=Again")).await.is(404);
        // Others learn no more than before.
        company.get("george", &format!("{path}?known_at=2013-07-23")).await.is(404);
        company.send("george", "DELETE", path, "reason=Again").await.is(404);
    }
    let audit = company.get("helen", "/audit.json?object=AssignmentRecord&limit=1000").await.json();
    let entry = audit["entries"].as_array().and_then(|entries| entries.last()).expect("an entry");
    assert_eq!((&entry["action"], &entry["object_id"]), (&json!("Delete"), &json!(job)));
    assert_eq!(entry["after"], json!({ "reason": "Somebody else" }));
    assert_eq!(entry["before"]["data"]["ext"], "77");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_correct_what() {
    let company = Company::new().await;
    // Who may not know of a record is not told that there is one; who sees it and may change nothing of them, may not.
    correct(&company, "helen", PERSONAL, "effective_date=2012-01-01").await.is(200);
    company.put("helen", 7, "employee_record[city]=Ghent").await.is(200);
    let personal = format!("/employee_records/{}.json", current(&company, "employee_record").await);
    for format in ["json", "xml"] {
        let past = PERSONAL.replace("json", format);
        correct(&company, "george", &past, "city=x").await.is(404);
        company.send("george", "DELETE", &past, "reason=x").await.is(404);
        for path in [&personal, JOB] {
            let path = path.replace("json", format);
            correct(&company, "george", &path, "ext=x").await.is(403);
            company.send("george", "DELETE", &path, "reason=x").await.is(403);
        }
    }
    // Of oneself what one may change, and of all one's records; but not their days, and not away with them.
    correct(&company, "alice", PERSONAL, "city=Bruges").await.is(200);
    correct(&company, "alice", JOB, "phone=1").await.is(200);
    for (path, field) in [
        (PERSONAL, "government_id"),
        (PERSONAL, "effective_date"),
        (PERSONAL, "employee_record[effective_date]"),
        (JOB, "effective_date"),
        (JOB, "job_id"),
        (JOB, "pay_rate"),
        (JOB, "status"),
    ] {
        let value = if field.contains("date") { "2012-01-02" } else { "1" };
        let answer = correct(&company, "alice", path, &format!("{field}={value}")).await;
        answer.fails(403, "ACCESS_ERROR", &format!("{field} may not be changed by you."));
    }
    for path in [PERSONAL, JOB] {
        company.send("alice", "DELETE", path, "reason=x").await.fails(403, "ACCESS_ERROR", "Only those who");
    }
    let list = company.get("helen", "/users/7/employee_records.json").await.json();
    assert_eq!(list[0]["city"], "Bruges");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_is_told_by_the_name_that_the_caller_used() {
    let company = Company::new().await;
    let before = company.user(7).await;
    for (path, form, key) in [
        (PERSONAL, "id=55&city=x", "reason is required"),
        (PERSONAL, "id=55&reason=+&city=x", "reason is required"),
        (PERSONAL, "id=55&reason[a]=x&city=x", "reason[a] takes one value"),
        (PERSONAL, "id=55&reason=a%01b&city=x", "reason contains"),
        (PERSONAL, "id=55&reason=x&employee_record[birthdate]=never", "employee_record[birthdate] "),
        (PERSONAL, "id=55&reason=x&employee_record=never", "employee_record takes fields"),
        (PERSONAL, "id=55&reason=x&effective_date=", "effective_date must be a date"),
        (JOB, "id=100&reason=x&job_id=999", "job_id is the number of no job"),
        (JOB, "id=100&reason=x&manager[id]=7", "manager[id] would make somebody their own manager"),
        (JOB, "id=100&reason=x&pay_rate=-1", "pay_rate must not be"),
        (JOB, "id=100&reason=x&hours=7", "hours is kept by itself"),
    ] {
        company.send("helen", "PUT", path, form).await.fails(400, "VALIDATION_ERROR", key);
    }
    let long = format!("id=55&reason={}", "x".repeat(1001));
    company.send("helen", "PUT", PERSONAL, &long).await.fails(400, "VALIDATION_ERROR", "reason is longer");
    company.send("helen", "PUT", PERSONAL, "reason=x&city=x").await.fails(
        400,
        "ID_MISMATCH",
        "id is missing",
    );
    company.send("helen", "PUT", PERSONAL, "id=5&reason=x").await.fails(400, "ID_MISMATCH", "id is not");
    company.send("helen", "DELETE", PERSONAL, "").await.fails(400, "VALIDATION_ERROR", "reason is required");
    assert_eq!(company.user(7).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_locks_nobody_out_for_good() {
    let company = Company::new().await;
    let record = company.user(HELEN).await["assignment_record"]["id"].as_i64().expect("a number");
    let path = format!("/assignment_records/{record}.json");
    let own = correct(&company, "helen", &path, "status=2").await;
    own.fails(400, "VALIDATION_ERROR", "status would take one's own access away");
    // Nor by the way of a record that ends what another began.
    company.put("helen", 7, "group_id=1&assignment_record[manager_id]=").await.is(200);
    correct(&company, "alice", &path, "status=1").await.is(200);
    company.put("alice", HELEN, "assignment_record[status]=0").await.is(200);
    let record = company.user(HELEN).await["assignment_record"]["id"].as_i64().expect("a number");
    let path = format!("/assignment_records/{record}.json");
    let own = company.send("helen", "DELETE", &path, "reason=x").await;
    own.fails(400, "DELETE_ERROR", "Without it what is left would take one's own access away.");
    company.send("alice", "DELETE", &path, "reason=x").await.is(200);
    company.get("helen", "/users/me.json").await.is(401);
    // Whoever reports to somebody does not become their manager by what is withdrawn.
    company.put("alice", 7, "assignment_record[manager_id]=6").await.is(200);
    company.put("alice", 7, "assignment_record[manager_id]=").await.is(200);
    let last = current_by(&company, 7).await;
    company.put("alice", 6, "assignment_record[manager_id]=7").await.is(200);
    let path = format!("/assignment_records/{last}.json");
    company.send("alice", "DELETE", &path, "reason=x").await.fails(400, "DELETE_ERROR", "their own manager");
}

async fn current_by(company: &Company, id: i64) -> i64 {
    let user = company.get("alice", &format!("/users/{id}.json")).await.json();
    user["assignment_record"]["id"].as_i64().expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_correction_is_made_to_the_state_that_is_named_and_once() {
    let company = Company::new().await;
    company.put("helen", 7, "employee_record[city]=Ghent").await.is(200);
    let path = format!("/employee_records/{}.json", current(&company, "employee_record").await);
    let id: String = path.chars().filter(char::is_ascii_digit).collect();
    let send = |method: &'static str, header: &'static str, value: String, form: String| {
        let ask = company.server.ask(method, &path).by("helen", &company.key("helen"));
        ask.form(form).with(header, &value).send()
    };
    let put = |city: &str| format!("id={id}&reason=x&city={city}");
    let tag = company.get("helen", &path).await.etag().to_owned();
    send("PUT", "if-match", tag.clone(), put("One")).await.is(200);
    send("PUT", "if-match", tag.clone(), put("Two")).await.fails(412, "SAVE_ERROR", "changed since");
    send("DELETE", "if-match", tag, "reason=x".to_owned()).await.is(412);
    send("PUT", "idempotency-key", "p".to_owned(), put("Three")).await.is(200);
    correct(&company, "helen", &path, "city=Four").await.is(200);
    let again = send("PUT", "idempotency-key", "p".to_owned(), put("Three")).await.is(200).json();
    assert_eq!(again["city"], "Four", "it was made once");
    send("PUT", "idempotency-key", "p".to_owned(), put("Five")).await.is(422);
    for _ in 0..2 {
        send("DELETE", "idempotency-key", "d".to_owned(), "reason=x".to_owned()).await.is(200);
    }
    send("DELETE", "idempotency-key", "e".to_owned(), "reason=x".to_owned()).await.is(404);
}

/// Those who follow the changes are told of a correction as far as they see what was corrected.
#[tokio::test(flavor = "multi_thread")]
async fn the_feed_tells_of_it_to_those_who_see_what_was_corrected() {
    let company = Company::new().await;
    let told = async |who: &str, since: &Value| -> Vec<(String, String, i64)> {
        let feed = company.get(who, &format!("/changes.json?since={since}")).await.is(200).json();
        let changes = feed["changes"].as_array().expect("changes").iter();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        changes
            .map(|one| {
                (text(&one["object"]), text(&one["action"]), one["object_id"].as_i64().expect("a number"))
            })
            .collect()
    };
    let entry = |object: &str, action: &str, id| (object.to_owned(), action.to_owned(), id);
    let next = async || company.get("helen", "/changes.json?limit=1000").await.json()["next"].clone();
    let since = next().await;
    correct(&company, "helen", PERSONAL, "city=Ghent").await.is(200);
    let all = [entry("EmployeeRecord", "Edit", 55), entry("User", "Edit", 7)];
    assert_eq!(told("helen", &since).await, all);
    assert_eq!(told("alice", &since).await, all);
    assert_eq!(told("george", &since).await, [], "he does not see where she lives");
    let since = next().await;
    correct(&company, "helen", PERSONAL, "last_name=Corrected").await.is(200);
    assert_eq!(told("george", &since).await, [entry("User", "Edit", 7)]);
    // Of what is past by now, he is told nothing; nor that it is withdrawn.
    company.put("helen", 7, "employee_record[city]=Bruges").await.is(200);
    let since = next().await;
    correct(&company, "helen", PERSONAL, "last_name=Past").await.is(200);
    company.send("helen", "DELETE", PERSONAL, "reason=x").await.is(200);
    assert_eq!(told("george", &since).await, []);
    let deleted = [entry("EmployeeRecord", "Delete", 55), entry("User", "Edit", 7)];
    assert_eq!(told("alice", &since).await, [&all[..], &deleted].concat());
    company.put("helen", 7, "employee_record[last_name]=Slip").await.is(200);
    let slip = format!("/employee_records/{}.json", current(&company, "employee_record").await);
    let since = next().await;
    company.send("helen", "DELETE", &slip, "reason=x").await.is(200);
    assert_eq!(told("george", &since).await, [entry("User", "Edit", 7)], "another name is in force by that");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_version_answers_in_its_own_shape() {
    let company = Company::new().await;
    for version in ["1.0.0", "2.0.0", "3.0.0"] {
        for (path, form) in [(PERSONAL, "id=55&reason=x&city="), (JOB, "id=100&reason=x&ext=")] {
            for format in ["json", "xml"] {
                let path = path.replace("json", format);
                let ask = company.server.ask("PUT", &path).by("helen", &company.key("helen"));
                let form = format!("{form}{format}{version}");
                let answer = ask.form(form).with("x-api-version", version).send().await.is(200);
                let shown = if version == "1.0.0" { path.replace("json", "xml") } else { path };
                let get = company.server.get(&shown).by("helen", &company.key("helen"));
                let get = get.with("x-api-version", version).send().await.is(200);
                assert_eq!(answer.text(), get.text(), "{version} {shown}");
                assert!(answer.text().contains(version));
            }
        }
    }
}
