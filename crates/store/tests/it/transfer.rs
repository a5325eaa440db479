//! Accounts move from one store to another and back: they mean the same there, whole or not at all.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use folkmoot_core::{Account, AccountId, AccountState, ApiKey, Settings, UserId};
use folkmoot_store::{
    Author, BackupOptions, CheckOptions, DataDir, MoveOptions, MovedAccount, OnProgress, Outcome, Progress,
    RestoreOptions, Stage, Store, StoreError, StoreResult, no_progress, restore,
};
use folkmoot_testing::Backend;

use crate::company::{crowd, encrypted, org, sequences};
use crate::support::{ACME, GOVERNMENT_ID, Home, SECRET_NOTE, TODAY, all_bytes, holds, open, picture};

fn options() -> MoveOptions {
    MoveOptions { settling: Duration::ZERO, ..MoveOptions::default() }
}

fn only(name: &str) -> MoveOptions {
    MoveOptions { account: Some(name.to_owned()), ..options() }
}

async fn move_all(from: &Home, to: &Home) -> StoreResult<Vec<MovedAccount>> {
    from.store.move_accounts(&to.store, &options(), &no_progress()).await
}

/// Another account beside the first, with people of its own.
async fn add_account(home: &Home, name: &str, people: i64) -> AccountId {
    let made = home.store.create_account(name, name, Settings::default(), Author::OPERATOR).await;
    let account = made.unwrap().unwrap().id;
    let mut crowd = crowd(&home.store, 1..=people);
    for person in &mut crowd {
        person.user.username = format!("{name}{}", person.user.id).into();
        for record in &mut person.employee {
            let number = format!("{GOVERNMENT_ID}-{name}");
            record.data.government_id = Some(home.store.keys().seal_government_id(account, &number));
            record.data.last_name = format!("Of-{name}").into();
        }
    }
    let mut tx = home.store.begin(account, Author::OPERATOR).await.unwrap();
    tx.add_org(&org()).await.unwrap();
    tx.add_people(&crowd, &encrypted()).await.unwrap();
    tx.set_sequences(&sequences(people)).await.unwrap();
    tx.commit().await.unwrap();
    account
}

async fn give_key(store: &Store, account: AccountId, user: i64) -> ApiKey {
    let key = store.keys().new_api_key();
    let mut tx = store.begin(account, Author::OPERATOR).await.unwrap();
    tx.set_api_key(UserId(user), &key).await.unwrap();
    tx.commit().await.unwrap();
    key
}

async fn company() -> (Home, ApiKey) {
    let home = Home::of(30).await;
    home.set_picture(1, Some("one")).await;
    home.set_picture(2, Some("one")).await;
    home.set_picture(3, Some("three")).await;
    let key = home.set_key(1).await;
    (home, key)
}

async fn assert_sound(store: &Store) {
    let checked = store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(checked.findings, []);
}

async fn named(store: &Store, name: &str) -> Account {
    store.accounts().await.unwrap().into_iter().find(|account| account.subdomain == name).unwrap()
}

/// What everybody sees of people, apart from what a key makes of it.
async fn people(store: &Store, account: AccountId) -> Vec<String> {
    let directory = store.load_directory(account, TODAY).await.unwrap();
    let mut people = Vec::new();
    for person in directory.people() {
        let mut person = (**person).clone();
        let mut secrets = Vec::new();
        if let Some(sealed) = person.user.api_key.take() {
            secrets.push(store.keys().open_api_key(account, &sealed).unwrap().expose());
        }
        let key = person.user.api_key_hash.take();
        assert_eq!(key.is_some(), !secrets.is_empty());
        let picture = match person.user.picture.take() {
            Some(name) => store.picture(account, name).await.unwrap(),
            None => None,
        };
        let mut record = person.employee.at(TODAY).unwrap().clone();
        let sealed = record.data.government_id.take().unwrap();
        secrets.push(store.keys().open_government_id(account, &sealed).unwrap());
        people.push(format!(
            "{:?} {record:?} {:?} {:?} {:?} {:?} {secrets:?} {picture:?}",
            person.user,
            person.assignment.at(TODAY),
            person.work_hours.at(TODAY),
            person.custom_field_records,
            person.leave_usages,
        ));
    }
    people
}

#[tokio::test]
async fn an_account_moves_to_another_database_and_back_and_means_the_same() {
    let (home, key) = company().await;
    let there = Home::on(Backend::Sqlite, 2, Some(home.store.keys().source().clone())).await;
    let back = Home::on(Backend::chosen(), 3, Some(home.store.keys().source().clone())).await;
    let before = people(&home.store, ACME).await;
    let moved = move_all(&home, &there).await.unwrap();
    let [acme] = &moved[..] else { panic!("{moved:?}") };
    assert_eq!((acme.source, acme.target, &acme.outcome), (ACME, ACME, &Outcome::Copied));
    assert_eq!((acme.pictures, acme.rekeyed), (2, false));
    let rows = |name: &str| acme.tables.iter().find(|table| table.table == name).unwrap().rows;
    assert_eq!((rows("accounts"), rows("users"), rows("assignment_records")), (1, 30, 90));
    let returned = move_all(&there, &back).await.unwrap();
    for (first, last) in acme.tables.iter().zip(&returned[0].tables) {
        assert_eq!(first, last);
    }
    for store in [&there.store, &back.store] {
        assert_sound(store).await;
        assert_eq!(people(store, ACME).await, before);
    }
    // Names and what is sealed are the very same bytes.
    let (one, other) = (home.load().await, back.load().await);
    for (one, other) in one.people().zip(other.people()) {
        assert_eq!(one, other);
    }
    assert!(other.by_key(&back.store.keys().hash_api_key(ACME, &key)).is_some());
    // The first two stay out of service, the last is in service, and can be written to.
    let states = [&home, &there, &back].map(|home| &home.store);
    for (store, state) in
        states.into_iter().zip([AccountState::Maintenance, AccountState::Maintenance, AccountState::Active])
    {
        assert_eq!(named(store, "acme").await.state, state);
    }
    back.set_picture(4, Some("four")).await;
    assert_sound(&back.store).await;
}

#[tokio::test]
async fn with_another_key_everything_is_sealed_hashed_and_named_anew() {
    let (home, key) = company().await;
    let other = Home::on(Backend::chosen(), 99, None).await;
    let before = people(&home.store, ACME).await;
    let moved = move_all(&home, &other).await.unwrap();
    assert!(moved[0].rekeyed);
    assert_sound(&other.store).await;
    assert_eq!(people(&other.store, ACME).await, before);
    let (one, two) = (home.load().await, other.load().await);
    for (one, two) in one.people().zip(two.people()) {
        let (one_record, two_record) = (one.employee.at(TODAY).unwrap(), two.employee.at(TODAY).unwrap());
        assert_ne!(one_record.data.government_id, two_record.data.government_id);
        assert!(one.user.picture.is_none() || one.user.picture != two.user.picture);
    }
    assert!(two.by_key(&other.store.keys().hash_api_key(ACME, &key)).is_some());
    assert!(two.by_key(&home.store.keys().hash_api_key(ACME, &key)).is_none());
    // And back again: what was there first is found to be the same, and is in service again.
    let returned = move_all(&other, &home).await.unwrap();
    assert_eq!(returned[0].outcome, Outcome::Present);
    assert_eq!(named(&home.store, "acme").await.state, AccountState::Active);
}

#[tokio::test]
async fn what_has_moved_is_passed_over_and_what_differs_is_refused() {
    let (home, _) = company().await;
    add_account(&home, "beta", 3).await;
    let there = Home::on(Backend::chosen(), 2, Some(home.store.keys().source().clone())).await;
    let moved = home.store.move_accounts(&there.store, &only("beta"), &no_progress()).await.unwrap();
    assert_eq!((moved.len(), moved[0].target), (1, AccountId(2)), "a number that is free is kept");
    let moved = move_all(&home, &there).await.unwrap();
    let outcomes: Vec<_> = moved.iter().map(|account| (&*account.subdomain, &account.outcome)).collect();
    assert_eq!(outcomes, [("acme", &Outcome::Copied), ("beta", &Outcome::Present)]);
    // Its state is the operator's, its keys are used: neither makes it another.
    for state in [AccountState::Suspended, AccountState::Active] {
        let edited = there.store.edit_account(ACME, Author::OPERATOR, |account| account.state = state).await;
        edited.unwrap().unwrap();
    }
    let moved = move_all(&home, &there).await.unwrap();
    assert!(moved.iter().all(|account| account.outcome == Outcome::Present), "{moved:?}");
    // Somebody has worked in the target since.
    there.set_picture(5, Some("five")).await;
    let trial = MoveOptions { trial: true, ..options() };
    let told = home.store.move_accounts(&there.store, &trial, &no_progress()).await.unwrap();
    assert_eq!(told[0].outcome, Outcome::Differs(vec!["users"]));
    let error = move_all(&home, &there).await.unwrap_err().to_string();
    assert!(
        error.contains("account acme in the target already") && error.contains("users differ"),
        "{error}"
    );
    there.store.delete_account(ACME).await.unwrap();
    let moved = move_all(&home, &there).await.unwrap();
    assert_eq!(moved[0].outcome, Outcome::Copied);
    assert_eq!(moved[0].target, AccountId(3), "a number is never used twice");
    assert!(moved[0].rekeyed, "pictures and secrets are bound to the number");
    assert_sound(&there.store).await;
    assert_eq!(people(&there.store, AccountId(3)).await, people(&home.store, ACME).await);
}

#[tokio::test]
async fn a_trial_changes_nothing_and_numbers_that_were_taken_stay_taken() {
    let (home, _) = company().await;
    let gone = add_account(&home, "gone", 1).await;
    home.store.delete_account(gone).await.unwrap();
    let there = Home::on(Backend::chosen(), 2, None).await;
    let trial = MoveOptions { trial: true, ..options() };
    let told = home.store.move_accounts(&there.store, &trial, &no_progress()).await.unwrap();
    assert_eq!((told[0].outcome.clone(), told[0].pictures, told[0].rekeyed), (Outcome::ToBeCopied, 2, true));
    assert_eq!(there.store.accounts().await.unwrap(), []);
    assert_eq!(named(&home.store, "acme").await.state, AccountState::Active);
    let moved = move_all(&home, &there).await.unwrap();
    assert_eq!(moved[0].tables, told[0].tables);
    assert_eq!(add_account(&there, "new", 1).await, AccountId(3));
    assert_sound(&there.store).await;
}

#[tokio::test]
async fn a_store_is_no_target_of_its_own() {
    let home = Home::of(2).await;
    let again = home.again().await;
    let error = home.store.move_accounts(&again, &options(), &no_progress()).await.unwrap_err();
    assert!(error.to_string().contains("is the store that accounts are to leave"), "{error}");
    assert_eq!(named(&home.store, "acme").await.state, AccountState::Active);
    let error = home.store.move_accounts(&again, &only("nobody"), &no_progress()).await.unwrap_err();
    assert!(!matches!(error, StoreError::NoAccount), "{error}");
    let there = Home::on(Backend::chosen(), 2, None).await;
    let error = home.store.move_accounts(&there.store, &only("nobody"), &no_progress()).await.unwrap_err();
    assert!(matches!(error, StoreError::NoAccount), "{error}");
}

#[tokio::test]
async fn damage_is_told_with_its_place_and_stops_the_move() {
    let damages = [
        ("UPDATE users SET nickname = 'Nick!' WHERE id = 7", "account 1, table users, row 7: its checksum"),
        (
            "UPDATE changes SET at = at + 1 WHERE revision = 5",
            "account 1, table changes, row 5: its checksum",
        ),
        (
            "UPDATE leave_usages SET sum = sum + 1 WHERE user_id = 9",
            "table leave_usages, row 9: its checksum",
        ),
        ("UPDATE accounts SET created = created + 1", "table accounts, row 1: its checksum"),
    ];
    for (damage, place) in damages {
        let (home, _) = company().await;
        home.sql(damage).await;
        let there = Home::on(Backend::chosen(), 2, None).await;
        let error = move_all(&home, &there).await.unwrap_err().to_string();
        assert!(error.contains(place), "{damage}: {error}");
        assert_eq!(named(&home.store, "acme").await.state, AccountState::Active, "it is in service again");
        assert_eq!(there.store.accounts().await.unwrap(), []);
    }
    // A picture's content, and a picture that is gone.
    let (home, _) = company().await;
    let name = home.load().await.person(UserId(3)).unwrap().user.picture.unwrap();
    let there = Home::on(Backend::chosen(), 2, None).await;
    home.store.blobs().delete(ACME, name).await.unwrap();
    let error = move_all(&home, &there).await.unwrap_err().to_string();
    assert!(error.contains(&name.to_string()) && error.contains("is missing"), "{error}");
    home.store.blobs().put(ACME, name, "thrEe".into()).await.unwrap();
    let error = move_all(&home, &there).await.unwrap_err().to_string();
    assert!(error.contains(&name.to_string()) && error.contains("is not what its name says"), "{error}");
    assert_eq!(there.store.accounts().await.unwrap(), []);
    home.store.blobs().put(ACME, name, "three".into()).await.unwrap();
    assert_eq!(move_all(&home, &there).await.unwrap()[0].outcome, Outcome::Copied);
}

/// Calls `then` when rows begin to be copied.
fn when_copying(then: impl Fn() + Send + Sync + 'static) -> OnProgress {
    Arc::new(move |progress: Progress| {
        if (progress.stage, progress.done) == (Stage::CopyRows, 0) {
            tokio::task::block_in_place(&then);
        }
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_to_meanwhile_does_not_move_unless_it_is_served_meanwhile() {
    let (home, _) = company().await;
    let home = Arc::new(home);
    let there = Home::on(Backend::chosen(), 2, None).await;
    let (theirs, runtime) = (home.clone(), tokio::runtime::Handle::current());
    let write = when_copying(move || {
        runtime.block_on(async {
            theirs.set_picture(3, None).await;
            theirs.set_picture(2, Some("new")).await;
        });
    });
    let error = home.store.move_accounts(&there.store, &options(), &write).await.unwrap_err().to_string();
    assert!(error.contains("account acme was written to while it was moved"), "{error}");
    assert_eq!(there.store.accounts().await.unwrap(), []);
    assert_eq!(named(&home.store, "acme").await.state, AccountState::Active);
    home.set_picture(3, Some("three")).await;
    let serving = MoveOptions { while_serving: true, ..options() };
    let before = people(&home.store, ACME).await;
    let moved = home.store.move_accounts(&there.store, &serving, &write).await.unwrap();
    assert_eq!(moved[0].outcome, Outcome::Copied);
    assert_eq!(people(&there.store, ACME).await, before, "all of it is of one moment");
    assert_ne!(people(&home.store, ACME).await, before);
    assert_eq!(named(&home.store, "acme").await.state, AccountState::Active, "it was never out of service");
    assert_sound(&there.store).await;
}

#[tokio::test]
async fn a_state_that_the_operator_gave_moves_along_and_one_that_a_killed_move_left_does_not() {
    let (home, _) = company().await;
    let beta = add_account(&home, "beta", 1).await;
    let set = async |account, state| {
        let edited =
            home.store.edit_account(account, Author::OPERATOR, |account| account.state = state).await;
        edited.unwrap().unwrap();
    };
    set(beta, AccountState::Maintenance).await;
    // As a move that was killed leaves it.
    let taken = home.store.edit_account(ACME, Author::SYSTEM, |account| {
        account.state = AccountState::Maintenance;
    });
    taken.await.unwrap().unwrap();
    let there = Home::on(Backend::chosen(), 2, None).await;
    move_all(&home, &there).await.unwrap();
    assert_eq!(named(&there.store, "acme").await.state, AccountState::Active);
    assert_eq!(named(&there.store, "beta").await.state, AccountState::Maintenance);
    let gamma = add_account(&home, "gamma", 1).await;
    set(gamma, AccountState::Suspended).await;
    let revision = home.store.revision(gamma).await.unwrap();
    home.store.move_accounts(&there.store, &only("gamma"), &no_progress()).await.unwrap();
    assert_eq!(home.store.revision(gamma).await.unwrap(), revision, "nobody could write to it anyway");
    assert_eq!(named(&there.store, "gamma").await.state, AccountState::Suspended);
    assert_sound(&there.store).await;
}

#[tokio::test]
async fn nothing_of_other_accounts_comes_along() {
    let (home, _) = company().await;
    let beta = add_account(&home, "beta", 4).await;
    let acmes = give_key(&home.store, ACME, 2).await;
    let betas = give_key(&home.store, beta, 2).await;
    let content = picture("a face of beta's");
    home.store.set_picture(beta, Author::OPERATOR, UserId(1), Some(content)).await.unwrap();
    // Into a folder, all bytes of which can be looked at.
    let there = Home::on(Backend::Sqlite, 2, None).await;
    home.store.move_accounts(&there.store, &only("beta"), &no_progress()).await.unwrap();
    let directory = there.store.load_directory(beta, TODAY).await.unwrap();
    assert!(directory.by_key(&there.store.keys().hash_api_key(beta, &betas)).is_some());
    there.store.close().await;
    let bytes = all_bytes(there.folder.path());
    assert!(holds(&bytes, b"beta3") && holds(&bytes, b"a face of beta's"), "what is looked for can be found");
    let hash = home.store.keys().hash_api_key(ACME, &acmes);
    let seen: [&[u8]; 8] = [
        b"User1",
        b"User30",
        b"acme",
        b"three",
        &hash.0,
        acmes.bytes(),
        betas.bytes(),
        SECRET_NOTE.as_bytes(),
    ];
    for trace in seen {
        assert!(!holds(&bytes, trace), "{:?}", String::from_utf8_lossy(trace));
    }
    let master = std::fs::read(match home.store.keys().source() {
        folkmoot_store::KeySource::File(path) => path.clone(),
        folkmoot_store::KeySource::Command(_) => unreachable!(),
    });
    assert!(!holds(&bytes, master.unwrap().trim_ascii()), "the other store's key");
}

#[tokio::test]
async fn values_of_every_generation_of_keys_move_to_where_they_may_be() {
    let (home, key) = company().await;
    let before = people(&home.store, ACME).await;
    // The account has values of an old and of a new generation, as in the middle of a rotation.
    crate::keys::add_generation(&home.store);
    home.store.reseal(no_progress()).await.unwrap();
    let newer = home.set_key(2).await;
    let other = Home::on(Backend::chosen(), 5, None).await;
    crate::keys::add_generation(&other.store);
    other.store.reseal(no_progress()).await.unwrap();
    let same = Home::on(Backend::chosen(), 6, Some(home.store.keys().source().clone())).await;
    for there in [&other, &same] {
        let moved = move_all(&home, there).await.unwrap();
        assert_eq!(moved[0].outcome, Outcome::Copied);
        assert_sound(&there.store).await;
        let directory = there.load().await;
        for key in [&key, &newer] {
            assert!(directory.by_key(&there.store.keys().hash_api_key(ACME, key)).is_some());
        }
        assert_eq!(people(&there.store, ACME).await[2..], before[2..]);
        let generations: Vec<u32> = there.store.sealed_values().await.unwrap().into_keys().collect();
        assert_eq!(generations, [1], "nothing is sealed by a key that is on its way out");
        there.set_key(3).await;
    }
}

#[tokio::test]
async fn a_backup_of_any_store_is_restored_to_a_directory_and_moves_on_from_there() {
    let (home, key) = company().await;
    let beta = add_account(&home, "beta", 3).await;
    let gone = add_account(&home, "gone", 1).await;
    home.store.delete_account(gone).await.unwrap();
    let (before, betas) = (people(&home.store, ACME).await, people(&home.store, beta).await);
    let report =
        home.store.backup(&home.path("backup"), BackupOptions::default(), no_progress()).await.unwrap();
    assert_eq!((report.findings, report.pictures, report.accounts.len()), (Vec::new(), 2, 2));
    home.set_picture(1, None).await;
    let target = DataDir::at(home.path("restored"));
    restore(&home.path("backup"), &target, RestoreOptions::default(), no_progress()).await.unwrap();
    let restored = open(target.path()).await;
    assert_sound(&restored).await;
    assert_eq!(people(&restored, ACME).await, before);
    assert_eq!(people(&restored, beta).await, betas);
    assert_eq!(restored.revision(beta).await.unwrap(), home.store.revision(beta).await.unwrap());
    let directory = restored.load_directory(ACME, TODAY).await.unwrap();
    assert!(directory.by_key(&restored.keys().hash_api_key(ACME, &key)).is_some());
    let there = Home::on(Backend::chosen(), 8, None).await;
    restored.move_accounts(&there.store, &options(), &no_progress()).await.unwrap();
    assert_eq!(people(&there.store, ACME).await, before);
    assert_eq!(add_account(&there, "new", 1).await, AccountId(4), "numbers that were taken stay taken");
    // A backup keeps what is damaged as it is.
    home.sql("UPDATE users SET nickname = 'Nick!' WHERE id = 7 AND account_id = 1").await;
    home.store.backup(&home.path("damaged"), BackupOptions::default(), no_progress()).await.unwrap();
    let target = DataDir::at(home.path("restored-damaged"));
    restore(&home.path("damaged"), &target, RestoreOptions::default(), no_progress()).await.unwrap();
    let checked = open(target.path()).await.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(checked.findings.len(), 1);
    assert!(checked.findings[0].to_string().contains("table users, row 7"), "{:?}", checked.findings);
    let options = BackupOptions { since: Some(home.path("backup")), ..BackupOptions::default() };
    let incremental = home.store.backup(&home.path("next"), options, no_progress()).await;
    match Backend::chosen() {
        Backend::Sqlite => assert_eq!(incremental.unwrap().pictures, 2),
        Backend::Postgres => {
            assert!(incremental.unwrap_err().to_string().contains("PostgreSQL has tools of its own"));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_backup_that_others_write_beside_is_of_one_moment_on_either_backend() {
    let home = Arc::new(Home::of(40).await);
    add_account(&home, "beta", 3).await;
    let done = Arc::new(AtomicBool::new(false));
    let writer = {
        let (home, done) = (home.clone(), done.clone());
        tokio::spawn(async move {
            let mut round = 0;
            while !done.load(Ordering::Relaxed) {
                round += 1;
                let content = format!("face {}", round % 5);
                home.set_picture(round % 40 + 1, (round % 4 != 0).then_some(content.as_str())).await;
            }
        })
    };
    for number in 0..4 {
        let (source, target) =
            (home.path(&format!("backup{number}")), home.path(&format!("restored{number}")));
        let report = home.store.backup(&source, BackupOptions::default(), no_progress()).await.unwrap();
        assert_eq!(report.findings, []);
        restore(&source, &DataDir::at(&target), RestoreOptions::default(), no_progress()).await.unwrap();
        let store = open(&target).await;
        assert_sound(&store).await;
        assert_eq!(store.revision(ACME).await.unwrap(), report.accounts[0].revision);
    }
    done.store(true, Ordering::Relaxed);
    writer.await.unwrap();
}
