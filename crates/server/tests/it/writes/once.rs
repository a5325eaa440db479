//! Changes that are sent more than once (`Idempotency-Key`).

use serde_json::{Value, json};

use super::Company;
use crate::support::Answer;

async fn send(company: &Company, who: &str, name: &str, method: &str, path: &str, form: &str) -> Answer {
    let ask = company.server.ask(method, path).by(who, &company.key(who)).form(form.to_owned());
    ask.with("idempotency-key", name).send().await
}

fn ida(email: &str) -> String {
    format!(
        "username=ida&email={email}&employee_record[first_name]=Ida&employee_record[last_name]=Mann\
         &assignment_record[date_hired]=2013-06-01"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_sent_again_under_the_same_name_is_made_once() {
    let company = Company::new().await;
    let form = ida("ida%40x.example");
    let adds = (0..6).map(|_| send(&company, "helen", "first", "POST", "/users.json", &form));
    let made: Vec<Value> =
        futures_util::future::join_all(adds).await.into_iter().map(|answer| answer.is(200).json()).collect();
    assert!(made.iter().all(|one| *one == made[0]), "each is told of the same: {made:?}");
    assert_eq!(company.get("helen", "/users.json").await.json().as_array().unwrap().len(), 4);
    // Another change under that name is a mistake; another name is another change; and names are each user's own.
    let other = ida("other%40x.example");
    let refused = send(&company, "helen", "first", "POST", "/users.json", &other).await;
    refused.fails(422, "VALIDATION_ERROR", "another request");
    send(&company, "helen", "second", "POST", "/users.json", &form).await.fails(
        400,
        "VALIDATION_ERROR",
        "else's",
    );
    send(&company, "alice", "first", "PUT", "/users/7.json", "id=7&blog_url=x").await.is(200);
    // A record is added once, and what somebody else has made of it meanwhile stays.
    let id = made[0]["id"].as_i64().unwrap();
    let (path, form) = (format!("/users/{id}.json"), format!("id={id}&assignment_record[phone]=1"));
    send(&company, "helen", "put", "PUT", &path, &form).await.is(200);
    company.put("helen", id, "assignment_record[phone]=2").await.is(200);
    let again = send(&company, "helen", "put", "PUT", &path, &form).await.is(200).json();
    assert_eq!(again["assignment_record"]["phone"], "2");
    for _ in 0..2 {
        let gone = send(&company, "helen", "delete", "DELETE", &path, "").await.is(200).json();
        assert_eq!(gone["success"]["code"], "DELETED");
    }
    company.send("helen", "DELETE", &path, "").await.is(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_organisation_too_and_names_are_forgotten_after_a_day() {
    let company = Company::new().await;
    let add = async || send(&company, "helen", "d", "POST", "/departments.json", "name=Once").await;
    let first = add().await.is(200).json();
    assert_eq!(add().await.is(200).json(), first);
    let one = first["url"].as_str().unwrap().to_owned();
    let rename = format!("id={}&name=Renamed", first["id"]);
    for _ in 0..2 {
        let renamed = send(&company, "helen", "r", "PUT", &one, &rename).await.is(200).json();
        assert_eq!(renamed["name"], json!("Renamed"));
    }
    for _ in 0..2 {
        send(&company, "helen", "x", "DELETE", &one, "").await.is(200);
    }
    company.server.clock.set("2013-07-24T15:18:02Z");
    assert_ne!(add().await.is(200).json()["id"], first["id"], "it is another change by now");
}

#[tokio::test(flavor = "multi_thread")]
async fn names_are_bounded() {
    let company = Company::new().await;
    for bad in ["", &"x".repeat(256), "caf\u{e9}"] {
        let answer = send(&company, "helen", bad, "POST", "/departments.json", "name=New").await;
        answer.fails(400, "VALIDATION_ERROR", "Idempotency-Key");
    }
    send(&company, "helen", &"x".repeat(255), "POST", "/departments.json", "name=New").await.is(200);
}
