//! A check finds each kind of damage, where it is, and nothing in a store that is sound.

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName};
use folkmoot_store::{CheckOptions, CheckReport, Finding, Place, no_progress};

use crate::support::{ACME, Home};

async fn check(home: &Home) -> CheckReport {
    home.store.check(CheckOptions::default(), no_progress()).await.unwrap()
}

async fn only_finding(home: &Home) -> Finding {
    let mut findings = check(home).await.findings;
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

fn row(table: &'static str, id: i64) -> Place {
    Place::Row { account: ACME, table, id }
}

fn is_at(finding: &Finding, blob: PictureName) -> bool {
    finding.place.to_string().ends_with(&blob.to_string())
}

async fn home() -> Home {
    let home = Home::of(6).await;
    home.set_key(1).await;
    home.set_picture(1, Some("one")).await;
    home.set_picture(2, Some("two")).await;
    home
}

#[tokio::test]
async fn a_sound_store_has_no_findings() {
    let home = home().await;
    home.store.write_directory_image(&home.load().await).await.unwrap();
    let report = check(&home).await;
    assert_eq!(report.findings, []);
    assert!(report.is_sound());
    assert_eq!((report.accounts, report.pictures), (1, 2));
    assert_eq!(report.sealed_values, 1 + 12 + 6);
    assert_eq!(report.changes, home.store.revision(ACME).await.unwrap());
    assert!(report.rows > 6 * 10);
}

#[tokio::test]
async fn rows_that_mean_nothing_are_named() {
    let damages = [
        ("UPDATE users SET group_id = 9 WHERE id = 3", row("users", 3), "group"),
        ("UPDATE users SET badge_count = -1 WHERE id = 3", row("users", 3), "badge"),
        ("UPDATE users SET created = 9223372036854775807 WHERE id = 3", row("users", 3), "moment"),
        ("UPDATE users SET username_folded = 'x' WHERE id = 3", row("users", 3), "spelling"),
        (
            "UPDATE employee_records SET effective_date = '2024-02-30' WHERE id = 20",
            row("employee_records", 20),
            "date",
        ),
        ("UPDATE employee_records SET gender = 7 WHERE id = 21", row("employee_records", 21), "gender"),
        (
            "UPDATE assignment_records SET pay_currency = 'FRANC' WHERE id = 21",
            row("assignment_records", 21),
            "currency",
        ),
        ("UPDATE assignment_records SET status = 5 WHERE id = 22", row("assignment_records", 22), "status"),
        (
            "UPDATE assignment_records SET manager_id = 99 WHERE id = 21",
            row("assignment_records", 21),
            "manager_id",
        ),
        ("UPDATE assignment_records SET job_id = 99 WHERE id = 21", row("assignment_records", 21), "job_id"),
        ("UPDATE work_hour_records SET user_id = 99 WHERE id = 60", row("work_hour_records", 60), "user_id"),
        (
            "UPDATE leave_usages SET leave_type_id = 99 WHERE user_id = 4",
            row("leave_usages", 4),
            "leave_type_id",
        ),
        ("UPDATE custom_fields SET kind = 'odd' WHERE id = 2", row("custom_fields", 2), "kind"),
        ("UPDATE leave_types SET accrual = 'ODD'", row("leave_types", 1), "accrual"),
        ("UPDATE accounts SET settings = '{'", row("accounts", 1), "settings"),
        ("UPDATE revisions SET revision = revision + 1", row("accounts", 1), "change log ends"),
        ("DELETE FROM changes WHERE revision = 4", row("changes", 5), "revisions 4 to 4 are missing"),
        ("UPDATE changes SET after = '{' WHERE revision = 4", row("changes", 4), "JSON"),
        ("UPDATE changes SET object = 'Odd' WHERE revision = 4", row("changes", 4), "object"),
        ("UPDATE sequences SET next = 3 WHERE name = 'users'", row("sequences", 3), "6 is in use"),
        ("UPDATE sequences SET name = 'odd' WHERE name = 'departments'", row("sequences", 2), "nothing"),
        (
            "INSERT INTO jobs SELECT 5, 1, title, requirements, created, modified, sum FROM jobs",
            Place::Row { account: AccountId(5), table: "jobs", id: 1 },
            "account",
        ),
    ];
    for (damage, place, what) in damages {
        let home = home().await;
        home.sql(damage).await;
        let findings = check(&home).await.findings;
        let found = |finding: &Finding| finding.place == place && finding.what.contains(what);
        assert!(findings.iter().any(found), "{damage}: {findings:?}");
        assert!(findings.len() <= 2, "{damage}: {findings:?}");
    }
}

#[tokio::test]
async fn sealed_values_that_do_not_open_are_named() {
    // As long as a key's hash, and as something sealed.
    macro_rules! zeros {
        (32) => { "x'0000000000000000000000000000000000000000000000000000000000000000'" };
        (60) => {
            "x'000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000'"
        };
    }
    let damages = [
        ("UPDATE users SET api_key_sealed = x'0102' WHERE id = 1", row("users", 1), "API key does not open"),
        (
            concat!("UPDATE users SET api_key_hash = ", zeros!(32), " WHERE id = 1"),
            row("users", 1),
            "found by",
        ),
        ("UPDATE users SET api_key_hash = NULL WHERE id = 1", row("users", 1), "half"),
        (
            concat!("UPDATE employee_records SET government_id_sealed = ", zeros!(60), " WHERE id = 20"),
            row("employee_records", 20),
            "government number",
        ),
        (
            concat!("UPDATE custom_field_records SET content_sealed = ", zeros!(60), " WHERE id = 21"),
            row("custom_field_records", 21),
            "does not open",
        ),
        (
            "UPDATE custom_field_records SET content_sealed = NULL, content = 'clear' WHERE id = 21",
            row("custom_field_records", 21),
            "is not sealed",
        ),
        (
            "UPDATE custom_field_records SET content = NULL WHERE id = 22",
            row("custom_field_records", 22),
            "empty",
        ),
    ];
    for (damage, place, what) in damages {
        let home = home().await;
        home.sql(damage).await;
        let finding = only_finding(&home).await;
        assert_eq!(finding.place, place, "{damage}");
        assert!(finding.what.contains(what), "{damage}: {finding}");
    }
}

#[tokio::test]
async fn pictures_are_all_there_and_what_their_names_say() {
    let home = home().await;
    let (one, two) = (home.picture_of(1).await, home.picture_of(2).await);
    let blobs = home.store.blobs();
    blobs.put(ACME, one, Bytes::from("oNe")).await.unwrap();
    let finding = only_finding(&home).await;
    assert!(is_at(&finding, one), "{finding}");
    assert!(finding.what.contains("not what its name says"));
    home.set_picture(1, None).await;
    blobs.delete(ACME, two).await.unwrap();
    let finding = only_finding(&home).await;
    assert!(is_at(&finding, two), "{finding}");
    assert!(finding.what.contains("missing; user 2"), "{finding}");
}

#[tokio::test]
async fn a_picture_that_nobody_has_is_told_and_removed_when_asked() {
    let home = home().await;
    let orphan = home.picture_of(2).await;
    home.set_picture(2, None).await;
    let there = async || home.store.blobs().get(ACME, orphan).await.unwrap().is_some();
    assert!(!there().await);
    // It is put back by another hand.
    home.store.blobs().put(ACME, orphan, Bytes::from("two")).await.unwrap();
    let finding = only_finding(&home).await;
    assert!(is_at(&finding, orphan), "{finding}");
    assert!(there().await, "looking changes nothing");
    let report = home.store.check(CheckOptions { repair: true }, no_progress()).await.unwrap();
    assert!(report.is_sound());
    assert_eq!(report.findings.iter().filter(|finding| finding.repaired).count(), 1);
    assert!(!there().await);
    assert_eq!(check(&home).await.findings, []);
    assert_eq!(check(&home).await.pictures, 1, "what is needed stays");
}

#[tokio::test]
async fn a_table_that_cannot_be_read_is_told_and_the_rest_is_still_checked() {
    let home = home().await;
    home.sql("ALTER TABLE leave_usages RENAME TO somewhere_else; UPDATE changes SET object = 'Odd' WHERE revision = 4")
        .await;
    let report = check(&home).await;
    let places: Vec<&Place> = report.findings.iter().map(|finding| &finding.place).collect();
    let table = Place::Table { account: Some(ACME), table: "leave_usages" };
    assert!(places.contains(&&table), "{:?}", report.findings);
    assert!(places.contains(&&row("changes", 4)), "{:?}", report.findings);
    let of_it = |finding: &Finding| finding.place == table || finding.to_string().contains("leave_usages");
    let others = report.findings.iter().filter(|finding| !of_it(finding)).map(|finding| &finding.place);
    assert!(others.clone().all(|place| *place == row("changes", 4)), "{:?}", report.findings);
    assert_eq!(report.pictures, 2);
}

/// The least that can be wrong with a row: one value of it, in any table, changed into another that means something.
#[tokio::test]
async fn a_changed_value_in_any_table_is_found_and_named() {
    let changes = [
        ("UPDATE accounts SET name = 'Acmf'", row("accounts", 1)),
        ("UPDATE accounts SET created = created + 1", row("accounts", 1)),
        ("UPDATE sequences SET next = next + 64 WHERE name = 'users'", row("sequences", 71)),
        ("UPDATE changes SET at = at + 1 WHERE revision = 4", row("changes", 4)),
        ("UPDATE changes SET actor_id = 2 WHERE revision = 4", row("changes", 4)),
        ("UPDATE jobs SET title = 'Enginees' WHERE id = 1", row("jobs", 1)),
        ("UPDATE departments SET sort_order = sort_order + 2 WHERE id = 1", row("departments", 1)),
        ("UPDATE locations SET name = name || ' ' WHERE id = 1", row("locations", 1)),
        ("UPDATE employee_classes SET modified = modified + 1 WHERE id = 1", row("employee_classes", 1)),
        ("UPDATE custom_fields SET modified = modified + 1 WHERE id = 1", row("custom_fields", 1)),
        ("UPDATE event_types SET name = 'Fairs' WHERE id = 1", row("event_types", 1)),
        ("UPDATE company_values SET sort_order = 1 WHERE id = 1", row("company_values", 1)),
        ("UPDATE badges SET created = created + 1 WHERE id = 1", row("badges", 1)),
        ("UPDATE leave_types SET unpaid = NOT unpaid WHERE id = 1", row("leave_types", 1)),
        ("UPDATE users SET badge_count = badge_count + 1 WHERE id = 3", row("users", 3)),
        ("UPDATE users SET password_hash = 'x' WHERE id = 3", row("users", 3)),
        ("UPDATE employee_records SET phone = '5' WHERE id = 20", row("employee_records", 20)),
        ("UPDATE assignment_records SET pay_rate = 1 WHERE id = 21", row("assignment_records", 21)),
        ("UPDATE work_hour_records SET hours_a_day = 1 WHERE id = 60", row("work_hour_records", 60)),
        ("UPDATE custom_field_records SET content = 'y' WHERE id = 22", row("custom_field_records", 22)),
        ("UPDATE leave_usages SET days_used = days_used + 1 WHERE user_id = 4", row("leave_usages", 4)),
        ("UPDATE users SET sum = sum + 1 WHERE id = 3", row("users", 3)),
        ("UPDATE users SET sum = NULL WHERE id = 3", row("users", 3)),
    ];
    for (change, place) in changes {
        let home = home().await;
        home.sql(change).await;
        let findings = check(&home).await.findings;
        let found = |finding: &Finding| finding.place == place && finding.what.contains("checksum");
        assert!(findings.len() == 1 && findings.iter().all(found), "{change}: {findings:?}");
    }
}
