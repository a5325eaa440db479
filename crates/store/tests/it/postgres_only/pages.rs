//! Damage to the files of the database itself.

use std::fs;

use folkmoot_store::{CheckOptions, Place as Where, no_progress};

use super::home_on_own_server;
use crate::support::ACME;

#[tokio::test]
async fn a_damaged_page_is_found_and_the_rest_is_still_checked() {
    let home = home_on_own_server(60).await;
    let (file,) = home.rows::<(String,)>("SELECT pg_relation_filepath('employee_records')").await.remove(0);
    let server = home.database.as_ref().unwrap().own_server().unwrap();
    server.stop().unwrap();
    let path = server.data().join(file);
    let mut bytes = fs::read(&path).unwrap();
    bytes[8192 + 5000] ^= 1;
    fs::write(&path, bytes).unwrap();
    server.restart().unwrap();
    home.sql("UPDATE users SET badge_count = badge_count + 1 WHERE id = 3").await;
    let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    let at = |place: &Where| report.findings.iter().any(|finding| finding.place == *place);
    assert!(at(&Where::Table { account: Some(ACME), table: "employee_records" }), "{:?}", report.findings);
    assert!(at(&Where::Row { account: ACME, table: "users", id: 3 }), "{:?}", report.findings);
    // Numbers in use cannot be looked up there either.
    let known = ["employee_records", "users", "sequences"];
    let elsewhere = |place: &Where| !known.iter().any(|table| place.to_string().contains(table));
    assert!(!report.findings.iter().any(|finding| elsewhere(&finding.place)), "{:?}", report.findings);
}
