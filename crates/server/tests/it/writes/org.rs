//! `POST`, `PUT` and `DELETE` of the organisation (`org.md`).

use serde_json::{Value, json};

use super::Company;

/// Collection, the name's field, and something in use, if anything can be.
const KINDS: [(&str, &str, Option<i64>); 8] = [
    ("jobs", "title", Some(37)),
    ("departments", "name", Some(5)),
    ("locations", "name", Some(1)),
    ("employee_classes", "class", Some(7)),
    ("custom_fields", "name", Some(9)),
    ("event_types", "name", None),
    ("values", "name", None),
    ("badges", "name", None),
];

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_is_made_changed_and_deleted() {
    let company = Company::new().await;
    for (kind, name, used) in KINDS {
        let list = format!("/{kind}.json");
        company.send("helen", "POST", &list, "").await.fails(
            400,
            "VALIDATION_ERROR",
            &format!("{name} is required."),
        );
        company.send("helen", "POST", &list, &format!("{name}=%20")).await.fails(
            400,
            "VALIDATION_ERROR",
            name,
        );
        company.send("alice", "POST", &list, &format!("{name}=New")).await.fails(403, "ACCESS_ERROR", "");
        let made = company.send("helen", "POST", &list, &format!("{name}=New")).await.is(200).json();
        let id = made["id"].as_i64().unwrap();
        let one = format!("/{kind}/{id}.json");
        assert_eq!((&made[name], &made["url"]), (&json!("New"), &json!(one)));
        assert_eq!(company.get("alice", &one).await.is(200).json(), made, "the answer is what GET says");
        let all = company.get("alice", &list).await.json();
        if kind != "jobs" {
            let orders: Vec<i64> =
                all.as_array().unwrap().iter().map(|item| item["order"].as_i64().unwrap()).collect();
            assert_eq!(orders.last(), made["order"].as_i64().as_ref(), "{kind}: a new one is the last");
        }
        let again = company.send("helen", "POST", &format!("/{kind}.xml"), &format!("{name}=NEW")).await;
        again.fails(400, "VALIDATION_ERROR", "another's");
        let form = format!("id={id}&{name}=Newer");
        let changed = company.send("helen", "PUT", &one, &form).await.is(200).json();
        assert_eq!(changed[name], "Newer");
        assert_eq!(changed["created"], made["created"]);
        company.send("helen", "PUT", &one, &format!("{name}=x")).await.fails(
            400,
            "ID_MISMATCH",
            "id is missing",
        );
        company.send("alice", "PUT", &one, &form).await.fails(403, "ACCESS_ERROR", "");
        company.send("alice", "DELETE", &one, "").await.fails(403, "ACCESS_ERROR", "");
        if let Some(used) = used {
            let in_use = company.send("helen", "DELETE", &format!("/{kind}/{used}.json"), "").await;
            in_use.fails(409, "DELETE_ERROR", "in use");
        }
        let gone = company.send("helen", "DELETE", &format!("/{kind}/{id}.xml"), "").await.is(200);
        assert!(gone.text().contains("<code>DELETED</code>"), "{}", gone.text());
        company.get("helen", &one).await.fails(404, "NOT_FOUND", "Invalid");
        company.send("helen", "DELETE", &one, "").await.fails(404, "NOT_FOUND", "Invalid");
        // Its number is not given again.
        let next = company.send("helen", "POST", &list, &format!("{name}=Next")).await.is(200).json();
        assert_eq!(next["id"].as_i64(), Some(id + 1));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_shows_is_renamed_everywhere_at_once() {
    let company = Company::new().await;
    let before = company.get("alice", "/users/7.json").await;
    let etag = before.etag().to_owned();
    company.send("helen", "PUT", "/departments/5.json", "id=5&name=Somewhere+else").await.is(200);
    let after =
        company.server.get("/users/7.json").by("alice", &company.key("alice")).with("if-none-match", &etag);
    assert_eq!(
        after.send().await.is(200).json()["assignment_record"]["department"]["name"],
        "Somewhere else"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_custom_field_is_filled_in_by_those_whom_it_concerns() {
    let company = Company::new().await;
    let make = |privacy: i64, encrypted: i64| {
        format!("name=Field{privacy}{encrypted}&type=text&visibility={privacy}&encrypted={encrypted}")
    };
    let mut fields = Vec::new();
    for privacy in 0..4 {
        let made = company.send("helen", "POST", "/custom_fields.json", &make(privacy, privacy % 2)).await;
        fields.push(made.is(200).json()["id"].as_i64().unwrap());
    }
    let one = |field: i64, content: &str| {
        format!("custom_field_record[0][custom_field_id]={field}&custom_field_record[0][content]={content}")
    };
    for (privacy, field) in fields.iter().enumerate() {
        let answer = company.put("alice", 7, &one(*field, "mine")).await;
        if privacy < 2 {
            answer.is(200);
        } else {
            answer.fails(403, "ACCESS_ERROR", "custom_field_record[0][custom_field_id]");
        }
    }
    let values = |user: Value| -> Vec<String> {
        let records = user["custom_field_records"].as_array().unwrap().clone();
        let of = |record: &Value| record["custom_field"]["name"].as_str().unwrap().starts_with("Field");
        records
            .iter()
            .filter(|record| of(record))
            .map(|record| record["content"].as_str().unwrap().to_owned())
            .collect()
    };
    company.put("helen", 7, &one(fields[3], "theirs")).await.is(200);
    assert_eq!(values(company.user(7).await), ["mine", "mine", "theirs"]);
    assert_eq!(values(company.get("george", "/users/7.json").await.json()), ["mine"]);
    // By the record's own number; and empty takes it away.
    let user = company.get("alice", "/users/7.json").await.json();
    let record =
        user["custom_field_records"].as_array().unwrap().iter().find(|record| record["content"] == "mine");
    let id = record.unwrap()["id"].as_str().unwrap().to_owned();
    let by_record =
        |content: &str| format!("custom_field_record[0][id]={id}&custom_field_record[0][content]={content}");
    company.put("alice", 7, &by_record("changed")).await.is(200);
    assert_eq!(values(company.user(7).await), ["changed", "mine", "theirs"]);
    company.put("alice", 7, &by_record("")).await.is(200);
    assert_eq!(values(company.user(7).await), ["mine", "theirs"]);
}
