//! Who sees history. It is decided by who one is today.

use super::{ALICE, Company, GEORGE, HELEN, MAX, REX, TOM};

#[tokio::test(flavor = "multi_thread")]
async fn history_is_for_those_who_see_the_records_themselves() {
    let company = Company::new().await;
    for format in ["json", "xml"] {
        for kind in ["employee_records", "assignment_records"] {
            let path = format!("/users/{ALICE}/{kind}.{format}");
            for who in [HELEN, GEORGE, ALICE] {
                company.get(who, &path).await.is(200);
                company.get(who, &format!("{path}?as_of=2023-01-01")).await.is(200);
            }
            // Max managed her once, and Tom never.
            for who in [MAX, TOM] {
                for query in ["", "?as_of=2023-01-01", "?as_of=2026-07-01", "?known_at=2023-01-01"] {
                    let answer = company.get(who, &format!("{path}{query}")).await;
                    answer.fails(403, "ACCESS_ERROR", "You may not see their history.");
                }
            }
            let path = format!("/users/{REX}/{kind}.{format}");
            company.get(HELEN, &path).await.is(200);
            company.get(MAX, &path).await.is(200);
            for who in [GEORGE, ALICE, TOM] {
                company.get(who, &path).await.fails(404, "NOT_FOUND", "Invalid User");
            }
            company.get(HELEN, &format!("/users/999/{kind}.{format}")).await.fails(
                404,
                "NOT_FOUND",
                "Invalid User",
            );
            let answer = company.get(HELEN, &format!("/users/x/{kind}.{format}")).await.is(404);
            assert_eq!(answer.error().0, "INVALID_ID");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_sees_more_by_asking_for_another_day() {
    let company = Company::new().await;
    for format in ["json", "xml"] {
        for day in ["as_of=2023-01-01", "as_of=2026-07-01", "known_at=2023-06-01"] {
            let path = format!("/users/{ALICE}.{format}?{day}");
            for who in [HELEN, GEORGE, ALICE] {
                company.get(who, &path).await.is(200);
            }
            for who in [MAX, TOM] {
                company.get(who, &path).await.fails(403, "ACCESS_ERROR", "You may not see their history.");
            }
        }
        // On a day on which he was there, he is a leaver still.
        let path = format!("/users/{REX}.{format}?as_of=2023-01-01");
        company.get(HELEN, &path).await.is(200);
        company.get(MAX, &path).await.is(200);
        for who in [GEORGE, ALICE, TOM] {
            company.get(who, &path).await.fails(404, "NOT_FOUND", "Invalid User");
        }
        // A record that is not shown today is not there on its day either.
        for query in ["", "?as_of=2023-01-01"] {
            let path = format!("/employee_records/31.{format}{query}");
            company.get(MAX, &path).await.fails(404, "NOT_FOUND", "Invalid Employee Record");
        }
        company.get(MAX, &format!("/employee_records/32.{format}")).await.is(200);
        let path = format!("/employee_records/32.{format}?as_of=2025-01-01");
        company.get(MAX, &path).await.fails(404, "NOT_FOUND", "Invalid Employee Record");
    }
    let ids = async |who, query: &str| -> Vec<i64> {
        company.list(who, query).await.into_iter().map(|(id, _)| id).collect()
    };
    for day in ["as_of=2023-01-01", "as_of=2023-01-01&known_at=2025-01-01"] {
        assert_eq!(ids(HELEN, day).await, [1, 2, 3, 4, 5, 6]);
        assert_eq!(ids(GEORGE, day).await, [GEORGE, ALICE], "himself and his report of today");
        assert_eq!(ids(MAX, day).await, [MAX, REX], "not those who were his");
        assert_eq!(ids(TOM, day).await, [TOM], "himself");
    }
    assert_eq!(ids(TOM, "").await, [1, 2, 3, 4, 5, 7], "today is for all to see");
    assert_eq!(ids(TOM, "as_of=2026-01-15").await, [1, 2, 3, 4, 5, 7]);
    assert_eq!(ids(TOM, "as_of=2026-01-16").await, [TOM], "what is to come is not");
    // Version 1 tells status and group too, of those alone.
    let ask = company.server.get("/users.json?as_of=2023-01-01").by("george", &company.key(GEORGE));
    let list = ask.with("x-api-version", "1.0.0").send().await.is(200).json();
    assert_eq!(list.as_array().expect("a list").len(), 2);
}

/// Who sees everybody's details, and not those who have left, does not see them on days on which they were there.
#[tokio::test(flavor = "multi_thread")]
async fn a_leaver_is_hidden_on_every_day() {
    const OFFICE_MANAGER: i64 = 5;
    let company = Company::new().await;
    let add =
        company.server.ask("POST", &format!("/users/{TOM}/roles.json")).by("helen", &company.key(HELEN));
    add.form(format!("role_id[]={OFFICE_MANAGER}")).send().await.is(200);
    let list = company.list(TOM, "as_of=2023-01-01").await;
    let ids: Vec<i64> = list.into_iter().map(|(id, _)| id).collect();
    assert_eq!(ids, [HELEN, GEORGE, ALICE, MAX, TOM]);
    company.get(TOM, &format!("/users/{ALICE}.json?as_of=2023-01-01")).await.is(200);
    company.get(TOM, &format!("/users/{ALICE}/employee_records.json")).await.is(200);
    for path in ["", "/employee_records", "/assignment_records"] {
        let path = format!("/users/{REX}{path}.json?as_of=2023-01-01");
        company.get(TOM, &path).await.fails(404, "NOT_FOUND", "Invalid User");
    }
    for record in ["employee_records", "assignment_records"] {
        let path = format!("/{record}/60.json?as_of=2023-01-01");
        assert_eq!(company.get(TOM, &path).await.status, 404);
    }
}
