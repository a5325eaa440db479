//! Records that are corrected and withdrawn: what was believed before is still known, and is kept like everything else.

use std::collections::BTreeMap;

use folkmoot_core::{
    Actor, AssignmentRecord, EmployeeRecord, EmploymentStatus, Job, JobId, Moment, PersonHistory, Source,
    UserId,
};
use folkmoot_store::{
    Author, CheckOptions, Correction, Finding, MoveOptions, OrgItem, Outcome, Parts, Place, no_progress,
};
use folkmoot_testing::Backend;
use jiff::civil::{Date, date};
use jiff::{Timestamp, ToSpan};

use crate::company::{moment, org};
use crate::keys::add_generation;
use crate::support::{ACME, GOVERNMENT_ID, Home, TODAY};

const WHY: &str = "It was somebody else's.";
const HELEN: Author = Author::new(Actor::User(UserId(1)), Source::Api);

async fn history(home: &Home, user: i64) -> PersonHistory {
    home.store.person_at(ACME, UserId(user), &org(), Moment::now(TODAY)).await.unwrap().unwrap()
}

/// Corrects or withdraws a record of somebody, and returns when.
async fn correct(home: &Home, user: i64, correction: Correction<'_>) -> Timestamp {
    let mut tx = home.store.begin(ACME, HELEN).await.unwrap();
    let now = tx.now();
    tx.correct_record(UserId(user), correction, WHY).await.unwrap();
    tx.commit().await.unwrap();
    now
}

async fn rename(home: &Home, user: i64, record: &EmployeeRecord, name: &str) -> Timestamp {
    let mut after = record.clone();
    after.data.first_name = name.into();
    correct(home, user, Correction::Employee { before: record, after: Some(after) }).await
}

async fn withdraw(home: &Home, user: i64, record: &AssignmentRecord) -> Timestamp {
    correct(home, user, Correction::Assignment { before: record, after: None }).await
}

/// Six people; of the second a name was corrected, and a job withdrawn.
async fn corrected() -> Home {
    let home = Home::of(6).await;
    let before = history(&home, 2).await;
    home.clock.advance(1_000_000);
    rename(&home, 2, &before.employee[0], "Corrected").await;
    home.clock.advance(1_000_000);
    withdraw(&home, 2, &before.assignment[1]).await;
    home
}

async fn findings(home: &Home) -> Vec<Finding> {
    home.store.check(CheckOptions::default(), no_progress()).await.unwrap().findings
}

#[tokio::test]
async fn what_was_corrected_is_known_as_it_was_believed() {
    let home = Home::of(3).await;
    let before = history(&home, 2).await;
    let base = home.store.revision(ACME).await.unwrap();
    home.clock.advance(1_000_000);
    let corrected = rename(&home, 2, &before.employee[0], "Corrected").await;
    home.clock.advance(1_000_000);
    let withdrawn = withdraw(&home, 2, &before.assignment[1]).await;

    let now = history(&home, 2).await;
    let (was, is) = (&before.employee[0], &now.employee[0]);
    assert_eq!((is.id, is.effective_date, is.created), (was.id, was.effective_date, was.created));
    assert_eq!((&*is.data.first_name, is.modified), ("Corrected", corrected));
    assert_eq!(now.employee[1..], before.employee[1..]);
    assert_eq!(now.assignment.len(), before.assignment.len() - 1);
    let known = async |at: Timestamp| {
        let asked = Moment { known_at: Some(at), ..Moment::now(TODAY) };
        let history = home.store.person_at(ACME, UserId(2), &org(), asked).await.unwrap().unwrap();
        (history.employee, history.assignment)
    };
    let earlier = |at: Timestamp| at - 1.microsecond();
    assert_eq!(known(earlier(corrected)).await, (before.employee.clone(), before.assignment.clone()));
    assert_eq!(known(corrected).await, (now.employee.clone(), before.assignment.clone()));
    assert_eq!(known(earlier(withdrawn)).await, (now.employee.clone(), before.assignment.clone()));
    assert_eq!(known(withdrawn).await, (now.employee.clone(), now.assignment.clone()));
    let gone = before.assignment[1].clone();
    let id = gone.id;
    assert!(home.store.assignment_record(ACME, id).await.unwrap().is_none());
    assert_eq!(home.store.withdrawn_assignment_record(ACME, id).await.unwrap(), Some((UserId(2), gone)));
    assert!(home.store.withdrawn_employee_record(ACME, 999).await.unwrap().is_none());

    // The log says who, what and why, each time followed by the user that it is about.
    let changes = home.store.changes(ACME, base, u64::MAX >> 1, 10).await.unwrap();
    let said: Vec<_> = changes
        .iter()
        .map(|change| (change.object.code(), change.object_id, change.action.code(), change.actor))
        .collect();
    let helen = Some(UserId(1));
    assert_eq!(
        said,
        [
            ("EmployeeRecord", was.id, "Edit", helen),
            ("User", 2, "Edit", helen),
            ("AssignmentRecord", id, "Delete", helen),
            ("User", 2, "Edit", helen),
        ]
    );
    let json = |text: &Option<String>| -> serde_json::Value {
        serde_json::from_str(text.as_deref().unwrap_or("null")).unwrap()
    };
    assert_eq!(json(&changes[0].before)["data"]["first_name"], "Past2");
    let after = json(&changes[0].after);
    assert_eq!((&after["data"]["first_name"], &after["reason"]), (&"Corrected".into(), &WHY.into()));
    assert!(after["data"]["government_id"].is_null() && after["user_id"] == 2);
    assert_eq!(json(&changes[2].before)["id"], id);
    assert_eq!(json(&changes[2].after), serde_json::json!({ "reason": WHY }));
    // That a government number was corrected is said, and not from what to what.
    let mut other = now.employee[1].clone();
    other.data.government_id = Some(home.store.keys().seal_government_id(ACME, "GOV-999"));
    correct(&home, 2, Correction::Employee { before: &now.employee[1], after: Some(other) }).await;
    let changes = home.store.changes(ACME, base + 4, u64::MAX >> 1, 1).await.unwrap();
    assert_eq!(json(&changes[0].after)["data"]["government_id"], "corrected");
    assert!(json(&changes[0].before)["data"]["government_id"].is_null());
    assert_eq!(findings(&home).await, []);
    // Those in memory are brought up to date by the log.
    let loaded = home.load().await;
    assert_eq!(loaded.person(UserId(2)).unwrap().assignment.at(TODAY).unwrap().id, before.assignment[0].id);
}

/// The same numbers every time.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) % bound as u64) as usize
    }
}

/// Somebody's records as they were all believed from a moment on, until the next.
type Diary = Vec<(Timestamp, PersonHistory)>;

fn in_force<T>(records: &[folkmoot_core::Record<T>], day: Date) -> Option<&folkmoot_core::Record<T>> {
    let started = records.iter().filter(|record| record.effective_date <= day);
    let newest = started.max_by_key(|record| (record.effective_date, record.id));
    let first = records.iter().min_by_key(|record| (record.effective_date, record.id));
    newest.or(first.filter(|_| day >= TODAY))
}

/// Random corrections and withdrawals, against a diary of what was believed when.
#[tokio::test]
async fn known_at_and_as_of_agree_with_a_diary() {
    const PEOPLE: usize = 4;
    let home = Home::of(PEOPLE as i64).await;
    let mut numbers = Numbers(11);
    let mut diaries: BTreeMap<i64, Diary> = BTreeMap::new();
    for user in 1..=PEOPLE as i64 {
        diaries.insert(user, vec![(moment(1000), history(&home, user).await)]);
    }
    for step in 0..60 {
        // Some follow each other in the very same moment.
        home.clock.advance([0, 1, 700_000][numbers.below(3)]);
        let user = 1 + numbers.below(PEOPLE) as i64;
        let mut tx = home.store.begin(ACME, HELEN).await.unwrap();
        let parts = Parts { employee: true, assignment: true, ..Parts::default() };
        let now = tx.person(UserId(user), parts).await.unwrap().unwrap();
        let day = date(2020, 1, 1) + i64::try_from(numbers.below(3000)).unwrap().days();
        let (withdraws, moves) = (numbers.below(4) == 0, numbers.below(2) == 0);
        if numbers.below(2) == 0 {
            let before = &now.employee[numbers.below(now.employee.len())];
            let mut after = before.clone();
            after.data.first_name = format!("name{step}").into();
            after.effective_date = if moves { day } else { after.effective_date };
            let after = (!withdraws || now.employee.len() == 1).then_some(after);
            tx.correct_record(UserId(user), Correction::Employee { before, after }, WHY).await.unwrap();
        } else {
            let before = &now.assignment[numbers.below(now.assignment.len())];
            let mut after = before.clone();
            after.data.status = EmploymentStatus::ALL[numbers.below(3)];
            after.effective_date = if moves { day } else { after.effective_date };
            let after = (!withdraws || now.assignment.len() == 1).then_some(after);
            tx.correct_record(UserId(user), Correction::Assignment { before, after }, WHY).await.unwrap();
        }
        let at = tx.now();
        tx.commit().await.unwrap();
        let entries = diaries.get_mut(&user).unwrap();
        entries.push((at, history(&home, user).await));
    }
    let mut compared = 0;
    for (user, diary) in &diaries {
        let moments = diary.iter().flat_map(|(at, _)| [*at - 1.microsecond(), *at, *at + 1.microsecond()]);
        for at in moments.chain([Timestamp::MAX]) {
            let Some((_, believed)) = diary.iter().rev().find(|(from, _)| *from <= at) else { continue };
            let days = [date(2019, 6, 1), date(2021, 5, 5), date(2024, 3, 3), TODAY, date(2028, 1, 1)];
            for day in days {
                let asked = Moment { day, today: TODAY, known_at: Some(at) };
                let history =
                    home.store.person_at(ACME, UserId(*user), &org(), asked).await.unwrap().unwrap();
                assert_eq!(history.employee, believed.employee, "{user} at {asked:?}");
                assert_eq!(history.assignment, believed.assignment, "{user} at {asked:?}");
                let roster = home.store.roster(ACME, asked).await.unwrap();
                let listed = roster.of(UserId(*user));
                let name = in_force(&believed.employee, day);
                let job = in_force(&believed.assignment, day);
                assert_eq!(
                    listed.and_then(|listed| listed.employee).map(|id| id.0),
                    name.map(|record| record.id)
                );
                let said = listed.map(|listed| (&*listed.first_name, listed.status));
                let first_name = name.map_or("", |record| &*record.data.first_name);
                let status = job.map_or(EmploymentStatus::Active, |record| record.data.status);
                let there = (name.is_some() || job.is_some()).then_some((first_name, status));
                assert_eq!(said, there, "{user} at {asked:?}");
                compared += 1;
            }
        }
    }
    assert!(compared > 500, "{compared}");
    assert_eq!(findings(&home).await, []);
}

#[tokio::test]
async fn a_clock_that_is_set_back_ends_nothing_before_it_began() {
    let home = Home::of(1).await;
    let first = history(&home, 1).await.employee.remove(0);
    rename(&home, 1, &first, "Second").await;
    let second = history(&home, 1).await.employee.remove(0);
    home.clock.advance(-5_000_000);
    rename(&home, 1, &second, "Third").await;
    let known = async |known_at| {
        let asked = Moment { known_at, ..Moment::now(TODAY) };
        let history = home.store.person_at(ACME, UserId(1), &org(), asked).await.unwrap().unwrap();
        history.employee[0].data.first_name.to_string()
    };
    assert_eq!(known(Some(second.modified - 1.microsecond())).await, "Past1");
    assert_eq!(known(Some(second.modified)).await, "Third");
    assert_eq!(known(None).await, "Third");
    assert_eq!(findings(&home).await, []);
}

#[tokio::test]
async fn a_changed_value_of_what_was_believed_is_found() {
    let (employee, assignment) = ("superseded_employee_records", "superseded_assignment_records");
    let changes = [
        ("UPDATE superseded_employee_records SET phone = '5'", employee, "checksum"),
        ("UPDATE superseded_employee_records SET until = until + 1", employee, "checksum"),
        ("UPDATE superseded_employee_records SET by_id = NULL", employee, "checksum"),
        ("UPDATE superseded_employee_records SET until = since - 1", employee, "believed"),
        ("UPDATE superseded_employee_records SET government_id_sealed = gs", employee, "government number"),
        ("UPDATE superseded_assignment_records SET pay_rate = 1", assignment, "checksum"),
        ("UPDATE superseded_assignment_records SET record_id = 7", assignment, "checksum"),
        ("UPDATE superseded_assignment_records SET status = 9", assignment, "status"),
        ("UPDATE superseded_assignment_records SET effective_date = 'soon'", assignment, "date"),
    ];
    for (change, table, what) in changes {
        let home = corrected().await;
        assert_eq!(findings(&home).await, []);
        // What opens for nobody: the bytes of somebody's hash.
        let zeros = match Backend::chosen() {
            Backend::Sqlite => "zeroblob(60)".to_owned(),
            Backend::Postgres => format!("'\\x{}'::bytea", "00".repeat(60)),
        };
        home.sql(&change.replace("= gs", &format!("= {zeros}"))).await;
        let found = findings(&home).await;
        let is_it = |finding: &Finding| {
            finding.what.contains(what)
                && matches!(finding.place, Place::Row { account: ACME, table: of, .. } if of == table)
        };
        assert!(found.len() == 1 && is_it(&found[0]), "{change}: {found:?}");
    }
}

#[tokio::test]
async fn what_was_believed_moves_is_sealed_anew_and_goes_with_its_account() {
    let home = corrected().await;
    let other = Home::on(Backend::chosen(), 99, None).await;
    let options = MoveOptions { while_serving: true, ..MoveOptions::default() };
    let moved = home.store.move_accounts(&other.store, &options, &no_progress()).await.unwrap();
    assert_eq!((&moved[0].outcome, moved[0].rekeyed), (&Outcome::Copied, true));
    for table in ["superseded_employee_records", "superseded_assignment_records"] {
        let hash = moved[0].tables.iter().find(|hash| hash.table == table).unwrap();
        assert_eq!(hash.rows, 1, "{table}");
    }
    assert_eq!(findings(&other).await, []);
    let long_ago = Moment { known_at: Some(moment(1000)), ..Moment::now(TODAY) };
    let believed = async |home: &Home| {
        let history = home.store.person_at(ACME, UserId(2), &org(), long_ago).await.unwrap().unwrap();
        let number = history.employee[0].data.government_id.clone().unwrap();
        let number = home.store.keys().open_government_id(ACME, &number).unwrap();
        assert_eq!(number, GOVERNMENT_ID);
        (history.employee[0].data.first_name.to_string(), history.assignment)
    };
    assert_eq!(believed(&home).await, believed(&other).await);
    assert_eq!(believed(&home).await.0, "Past2");

    let values = home.store.sealed_values().await.unwrap()[&0];
    assert_eq!(values.government_ids, 12 + 1);
    add_generation(&home.store);
    let report = home.store.reseal(no_progress()).await.unwrap();
    assert_eq!((report.resealed, &report.findings[..]), (values.total(), &[][..]));
    assert_eq!(home.store.sealed_values().await.unwrap(), BTreeMap::from([(1, values)]));
    assert_eq!((believed(&home).await.0, findings(&home).await), ("Past2".to_owned(), vec![]));

    other.store.delete_account(ACME).await.unwrap();
    assert_eq!(left(&other).await, [(0,), (0,)]);
}

async fn left(home: &Home) -> Vec<(i64,)> {
    home.rows(
        "SELECT COUNT(*) FROM superseded_employee_records UNION ALL
         SELECT COUNT(*) FROM superseded_assignment_records",
    )
    .await
}

#[tokio::test]
async fn it_goes_with_whom_it_is_about_and_keeps_what_it_names() {
    let home = corrected().await;
    // A job that only a version that was withdrawn still names.
    let job = OrgItem::Job(Job {
        id: JobId(2),
        title: "Joiner".into(),
        requirements: "".into(),
        created: moment(0),
        modified: moment(0),
    });
    let mut tx = home.store.begin(ACME, HELEN).await.unwrap();
    tx.add_org_item(&job).await.unwrap();
    tx.commit().await.unwrap();
    let before = history(&home, 3).await.assignment.remove(1);
    let mut wrong = before.clone();
    wrong.data.job = Some(JobId(2));
    correct(&home, 3, Correction::Assignment { before: &before, after: Some(wrong) }).await;
    let wrong = history(&home, 3).await.assignment.remove(1);
    withdraw(&home, 3, &wrong).await;
    let mut tx = home.store.begin(ACME, HELEN).await.unwrap();
    assert!(!tx.delete_org_item(&job).await.unwrap(), "it is still said of the past");
    tx.delete_person(UserId(3)).await.unwrap();
    assert!(tx.delete_org_item(&job).await.unwrap());
    tx.commit().await.unwrap();
    assert_eq!(left(&home).await, [(1,), (1,)], "of the second");
    let mut tx = home.store.begin(ACME, HELEN).await.unwrap();
    tx.delete_person(UserId(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(left(&home).await, [(0,), (0,)]);
}

#[tokio::test]
async fn a_correction_that_is_not_committed_has_not_happened() {
    let home = Home::of(2).await;
    let before = history(&home, 2).await;
    let mut tx = home.store.begin(ACME, HELEN).await.unwrap();
    let correction = Correction::Employee { before: &before.employee[0], after: None };
    tx.correct_record(UserId(2), correction, WHY).await.unwrap();
    drop(tx);
    assert_eq!(history(&home, 2).await, before);
    assert_eq!(left(&home).await, [(0,), (0,)]);
    let mut tx = home.store.begin(ACME, HELEN).await.unwrap();
    let correction = Correction::Employee { before: &before.employee[0], after: None };
    assert!(tx.correct_record(UserId(9), correction, WHY).await.is_err());
}
