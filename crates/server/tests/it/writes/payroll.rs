//! What payroll providers call people, and how much leave they get (`users.md`, POST fields).

use serde_json::{Value, json};

use super::Company;

const ALICE: i64 = 7;

/// What version 1 tells `who` of Alice's payroll providers, having held both formats against each other.
async fn told(company: &Company, who: &str) -> Vec<(i64, String)> {
    let ask = |format: &str| {
        let ask = company.server.get(&format!("/users/{ALICE}.{format}"));
        ask.by(who, &company.key(who)).with("x-api-version", "1.0.0").send()
    };
    let document = ask("json").await.is(200).json();
    let listed = document["PayrollProvider"].as_array().cloned().unwrap_or_default();
    let number = |value: &Value| value.as_i64().expect("a number");
    let known: Vec<(i64, String)> = listed
        .iter()
        .map(|provider| {
            let user = &provider["PayrollUser"];
            assert_eq!(provider["id"], user["payroll_provider_id"]);
            assert_eq!(user["user_id"], ALICE);
            (number(&provider["id"]), user["payroll_id"].as_str().expect("a text").to_owned())
        })
        .collect();
    let xml = ask("xml").await.is(200).text();
    for (provider, payroll_id) in &known {
        let element = format!(
            "<payroll_provider id=\"{provider}\"><payroll_user payroll_provider_id=\"{provider}\" \
             user_id=\"{ALICE}\" payroll_id=\"{payroll_id}\"/></payroll_provider>"
        );
        assert!(xml.contains(&element), "{xml}");
    }
    assert_eq!(xml.matches("<payroll_provider ").count(), known.len(), "{xml}");
    known
}

fn payroll(of: &[(i64, &str)]) -> String {
    let one = |(n, (provider, id)): (usize, &(i64, &str))| {
        format!("payroll_user[{n}][payroll_provider_id]={provider}&payroll_user[{n}][payroll_id]={id}")
    };
    of.iter().enumerate().map(one).collect::<Vec<_>>().join("&")
}

/// The quotas that the log says were set of somebody last, in ten-thousandths of days.
async fn quotas_in_log(company: &Company, id: i64) -> Value {
    let path = format!("/audit.json?object=User&object_id={id}");
    let audit = company.get("helen", &path).await.is(200).json();
    let entries = audit["entries"].as_array().expect("a list").iter().rev();
    let told = entries.map(|entry| match &entry["after"] {
        Value::String(text) => serde_json::from_str(text).expect("JSON"),
        other => other.clone(),
    });
    told.map(|after: Value| after["leave_quotas"].clone())
        .find(|quotas| !quotas.is_null())
        .unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn payroll_ids_are_set_changed_and_taken_away_and_seen_with_pay() {
    let company = Company::new().await;
    company.put("helen", ALICE, &payroll(&[(2, "A-7"), (1, "0042")])).await.is(200);
    let both = vec![(1, "0042".to_owned()), (2, "A-7".to_owned())];
    assert_eq!(told(&company, "helen").await, both, "by provider");
    assert_eq!(told(&company, "alice").await, both, "what one is paid is one's own to see");
    assert_eq!(told(&company, "george").await, [], "and no colleague's");
    // What is not named stays; versions 2 and 3 have no place for it.
    company.put("helen", ALICE, &payroll(&[(2, ""), (3, "x")])).await.is(200);
    assert_eq!(told(&company, "helen").await, [(1, "0042".to_owned()), (3, "x".to_owned())]);
    for version in ["2.0.0", "3.0.0"] {
        let ask = company.server.get("/users/7.xml").by("helen", &company.key("helen"));
        assert!(!ask.with("x-api-version", version).send().await.is(200).text().contains("payroll"));
    }
    // Nobody says what they themselves are paid by, and what is the same changes nothing.
    let refused = company.put("alice", ALICE, &payroll(&[(1, "1")])).await;
    refused.fails(403, "ACCESS_ERROR", "payroll_user[0][payroll_provider_id]");
    let before = company.user(ALICE).await;
    company.server.clock.wait_a_minute();
    company.put("helen", ALICE, &payroll(&[(1, "0042"), (9, "")])).await.is(200);
    assert_eq!(company.user(ALICE).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn leave_quotas_are_noted_and_who_balances_leave_may_say() {
    let company = Company::new().await;
    let form =
        "leave_quota[0][id]=2&leave_quota[0][quota]=17.5&leave_quota[1][id]=1&leave_quota[1][carry_over]=3";
    company.put("helen", ALICE, form).await.is(200);
    let expected = json!([
        {"leave_type": 2, "quota": 175_000, "carry_over": null},
        {"leave_type": 1, "quota": null, "carry_over": 30_000},
    ]);
    assert_eq!(quotas_in_log(&company, ALICE).await, expected);
    // One part at a time; empty is what the type says.
    company.put("helen", ALICE, "leave_quota[0][id]=2&leave_quota[0][carry_over]=0").await.is(200);
    let expected = json!([{"leave_type": 2, "quota": 175_000, "carry_over": 0}]);
    assert_eq!(quotas_in_log(&company, ALICE).await, expected);
    company.put("helen", ALICE, "leave_quota[0][id]=1&leave_quota[0][carry_over]=").await.is(200);
    let expected = json!([{"leave_type": 1, "quota": null, "carry_over": null}]);
    assert_eq!(quotas_in_log(&company, ALICE).await, expected);
    let refused = company.put("alice", ALICE, "leave_quota[0][id]=2&leave_quota[0][quota]=99").await;
    refused.fails(403, "ACCESS_ERROR", "leave_quota[0][id]");
}

#[tokio::test(flavor = "multi_thread")]
async fn somebody_is_added_with_both_and_deleted_with_both() {
    let company = Company::new().await;
    let form = format!(
        "username=ida&email=ida%40x.example&employee_record[first_name]=Ida&employee_record[last_name]=Mann\
         &assignment_record[date_hired]=2013-06-01&leave_quota[0][id]=2&leave_quota[0][quota]=20&{}",
        payroll(&[(1, "77")])
    );
    let made = company.send("helen", "POST", "/users.json", &form).await.is(200).json();
    let path = made["url"].as_str().expect("an address").to_owned();
    let ask = company.server.get(&path).by("helen", &company.key("helen")).with("x-api-version", "1.0.0");
    let told = ask.send().await.is(200).json();
    assert_eq!(told["PayrollProvider"][0]["PayrollUser"]["payroll_id"], "77");
    let id = made["id"].as_i64().expect("a number");
    let expected = json!([{"leave_type": 2, "quota": 200_000, "carry_over": null}]);
    assert_eq!(quotas_in_log(&company, id).await, expected);
    company.send("helen", "DELETE", &path, "").await.is(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_fault_of_them_is_told_by_its_key() {
    let company = Company::new().await;
    for (form, key) in [
        ("payroll_user[0][payroll_id]=1", "payroll_user[0]"),
        ("payroll_user[0][payroll_provider_id]=1", "payroll_user[0][payroll_provider_id] comes"),
        (
            "payroll_user[0][payroll_provider_id]=x&payroll_user[0][payroll_id]=1",
            "payroll_user[0][payroll_provider_id]",
        ),
        (
            "payroll_user[0][payroll_provider_id]=0&payroll_user[0][payroll_id]=1",
            "payroll_user[0][payroll_provider_id]",
        ),
        (
            "payroll_user[0][payroll_provider_id]=1&payroll_user[0][payroll_id]=a%0Ab",
            "payroll_user[0][payroll_id]",
        ),
        (&payroll(&[(1, "1"), (1, "2")]), "payroll_user[1][payroll_provider_id]"),
        ("leave_quota[0][quota]=1", "leave_quota[0]"),
        ("leave_quota[0][id]=2", "leave_quota[0][id] comes"),
        ("leave_quota[0][id]=x&leave_quota[0][quota]=1", "leave_quota[0][id]"),
        ("leave_quota[0][id]=999&leave_quota[0][quota]=1", "leave_quota[0][id]"),
        ("leave_quota[0][id]=2&leave_quota[0][quota]=-1", "leave_quota[0][quota]"),
        ("leave_quota[0][id]=2&leave_quota[0][quota]=367", "leave_quota[0][quota]"),
        ("leave_quota[0][id]=2&leave_quota[0][carry_over]=much", "leave_quota[0][carry_over]"),
        (
            "leave_quota[0][id]=2&leave_quota[0][quota]=1&leave_quota[1][id]=2&leave_quota[1][quota]=2",
            "leave_quota[1][id]",
        ),
    ] {
        let (_, messages) = company.put("helen", ALICE, form).await.is(400).error();
        assert_eq!(messages.len(), 1, "{form}: {messages:?}");
        assert!(messages[0].starts_with(key), "{form}: {messages:?}");
    }
}
