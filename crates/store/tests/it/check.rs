//! A check finds each kind of damage, where it is, and nothing in a store that is sound.

use std::fs;
use std::path::PathBuf;

use folkmoot_core::{AccountId, UserId};
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

async fn blob(home: &Home, user: i64) -> PathBuf {
    let name = home.load().await.person(UserId(user)).unwrap().user.picture.unwrap().to_string();
    home.store.data_dir().blobs().join("1").join(&name[..2]).join(name)
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
        ("UPDATE users SET username = x'ff' WHERE id = 3", row("users", 3), ""),
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
        ("UPDATE accounts SET revision = revision + 1", row("accounts", 1), "change log ends"),
        ("DELETE FROM changes WHERE revision = 4", row("changes", 5), "revisions 4 to 4 are missing"),
        ("UPDATE changes SET after = '{' WHERE revision = 4", row("changes", 4), "JSON"),
        ("UPDATE changes SET object = 'Odd' WHERE revision = 4", row("changes", 4), "object"),
        ("UPDATE sequences SET next = 3 WHERE name = 'users'", row("sequences", 3), "6 is in use"),
        ("UPDATE sequences SET name = 'odd' WHERE name = 'departments'", row("sequences", 0), "nothing"),
        (
            "INSERT INTO jobs SELECT 5, 1, title, requirements, created, modified FROM jobs",
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
    let damages = [
        ("UPDATE users SET api_key_sealed = x'0102' WHERE id = 1", row("users", 1), "API key does not open"),
        ("UPDATE users SET api_key_hash = zeroblob(32) WHERE id = 1", row("users", 1), "found by"),
        ("UPDATE users SET api_key_hash = NULL WHERE id = 1", row("users", 1), "half"),
        (
            "UPDATE employee_records SET government_id_sealed = zeroblob(60) WHERE id = 20",
            row("employee_records", 20),
            "government number",
        ),
        (
            "UPDATE custom_field_records SET content_sealed = zeroblob(60) WHERE id = 21",
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
    let (one, two) = (blob(&home, 1).await, blob(&home, 2).await);
    let mut content = fs::read(&one).unwrap();
    content[1] ^= 4;
    fs::write(&one, content).unwrap();
    let finding = only_finding(&home).await;
    assert_eq!(finding.place, Place::File(one));
    assert!(finding.what.contains("not what its name says"));
    home.set_picture(1, None).await;
    fs::remove_file(&two).unwrap();
    let finding = only_finding(&home).await;
    assert_eq!(finding.place, Place::File(two));
    assert!(finding.what.contains("missing; user 2"), "{finding}");
}

#[tokio::test]
async fn what_nobody_needs_is_told_and_removed_when_asked() {
    let home = home().await;
    let dir = home.store.data_dir();
    // An orphan: its row was changed by another hand.
    let orphan = blob(&home, 2).await;
    home.sql("UPDATE users SET picture = NULL WHERE id = 2").await;
    let leftover = dir.blobs().join("tmp/1-x.jpg.2147483646.0");
    let (image, stranger) = (home.image(), dir.blobs().join("1/notes.txt"));
    for path in [&leftover, &image, &stranger] {
        fs::write(path, "x").unwrap();
    }
    let findings = check(&home).await.findings;
    let mut places: Vec<_> = findings.iter().map(|finding| finding.place.to_string()).collect();
    places.sort();
    let mut expected: Vec<_> =
        [&orphan, &leftover, &image, &stranger].iter().map(|path| path.display().to_string()).collect();
    expected.sort();
    assert_eq!(places, expected);
    assert!(orphan.exists(), "looking changes nothing");
    let report = home.store.check(CheckOptions { repair: true }, no_progress()).await.unwrap();
    assert!(!report.is_sound(), "a stranger's file is the operator's to remove");
    assert_eq!(report.findings.iter().filter(|finding| finding.repaired).count(), 3);
    assert!(!orphan.exists() && !leftover.exists() && !image.exists() && stranger.exists());
    assert!(blob(&home, 1).await.exists(), "what is needed stays");
    fs::remove_file(stranger).unwrap();
    assert_eq!(check(&home).await.findings, []);
}

#[tokio::test]
async fn a_damaged_page_is_found_and_the_rest_is_still_checked() {
    let home = Home::of(400).await;
    home.set_picture(1, Some("one")).await;
    fs::remove_file(blob(&home, 1).await).unwrap();
    home.store.close().await;
    let database = home.store.data_dir().database();
    let mut bytes = fs::read(&database).unwrap();
    let page = bytes.len() / 2 / 4096 * 4096;
    bytes[page..page + 4096].fill(0x5a);
    fs::write(&database, bytes).unwrap();
    let store = home.again().await;
    let report = store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert!(report.findings.iter().any(|finding| finding.place == Place::Database), "{:?}", report.findings);
    assert!(!report.is_sound());
    assert!(report.rows > 0);
}
