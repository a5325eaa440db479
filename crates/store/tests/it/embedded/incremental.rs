//! Incremental backups: each brings back what a full one of the same moment would, to the byte, or nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use folkmoot_core::UserId;
use folkmoot_store::{
    Author, BackupOptions, BackupReport, CheckOptions, DataDir, RestoreOptions, StoreError, StoreResult,
    no_progress, restore, verify_backup,
};
use folkmoot_testing::Backend;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePool};

use crate::company::{crowd, encrypted, sequences};
use crate::support::{ACME, Home, TODAY, assert_same, files, open};

async fn backup(home: &Home, name: &str, since: Option<&str>) -> BackupReport {
    try_backup(home, name, since).await.unwrap()
}

async fn try_backup(home: &Home, name: &str, since: Option<&str>) -> StoreResult<BackupReport> {
    let options = BackupOptions { since: since.map(|name| home.path(name)), ..BackupOptions::default() };
    home.store.backup(&home.path(name), options, no_progress()).await
}

async fn restored(home: &Home, name: &str) -> PathBuf {
    let target = home.path(&format!("{name}-restored"));
    let options = RestoreOptions::default();
    restore(&home.path(name), &DataDir::at(&target), options, no_progress()).await.unwrap();
    target
}

async fn refusal(home: &Home, name: &str) -> String {
    let target = home.path("refused");
    let verified = verify_backup(&home.path(name), RestoreOptions::default(), no_progress()).await;
    let error =
        restore(&home.path(name), &DataDir::at(&target), RestoreOptions::default(), no_progress()).await;
    let error = error.unwrap_err().to_string();
    assert_eq!(verified.unwrap_err().to_string(), error);
    assert!(!target.exists(), "nothing was begun");
    error
}

/// The files below a folder, by their path in it.
fn contents(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let read = |path: PathBuf| (path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap());
    files(folder).into_iter().map(read).collect()
}

/// So many more people.
async fn hire(home: &Home, count: i64) {
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    let first = tx.sequences().await.unwrap().users;
    let last = first + count - 1;
    tx.add_people(&crowd(&home.store, first..=last), &encrypted()).await.unwrap();
    tx.set_sequences(&sequences(last)).await.unwrap();
    tx.commit().await.unwrap();
}

/// Runs SQL as another process would, through connections of its own.
async fn sqlite(home: &Home, statement: &str) {
    let options = SqliteConnectOptions::new().filename(home.store.data_dir().unwrap().database());
    let pool = SqlitePool::connect_with(options).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&pool).await.unwrap();
    pool.close().await;
}

#[tokio::test]
async fn a_chain_brings_back_what_a_full_backup_of_the_same_moment_does() {
    let home = Home::embedded(300).await;
    home.set_picture(1, Some("one")).await;
    home.set_picture(2, Some("two")).await;
    let whole = backup(&home, "0", None).await;
    let mut then = Vec::new();
    for round in 1..=6 {
        match round {
            1 => drop(home.set_picture(3, Some("three")).await),
            2 => hire(&home, 100).await,
            3 => drop(home.set_picture(1, None).await),
            // Everything moves, and there is less of it.
            4 => sqlite(&home, "DELETE FROM changes WHERE revision BETWEEN 20 AND 250").await,
            5 => sqlite(&home, "VACUUM").await,
            _ => sqlite(&home, "PRAGMA wal_checkpoint(TRUNCATE)").await,
        }
        let (name, since) = (round.to_string(), (round - 1).to_string());
        let report = backup(&home, &name, Some(&since)).await;
        let full = backup(&home, &format!("full{round}"), None).await;
        assert_eq!((report.pictures, &report.accounts), (full.pictures, &full.accounts));
        if round == 1 || round == 6 {
            let (little, much) = (report.bytes, whole.bytes);
            assert!(little * 4 < much, "round {round}: {little} bytes of {much}");
        }
        then.push(home.load().await);
    }
    for (round, then) in (1..=6).zip(&then) {
        let (chain, full) =
            (restored(&home, &round.to_string()).await, restored(&home, &format!("full{round}")).await);
        assert!(contents(&chain) == contents(&full), "round {round}");
        if round < 4 {
            let store = open(&chain).await;
            assert_same(&store.load_directory(ACME, TODAY).await.unwrap(), then, TODAY);
            let checked = store.check(CheckOptions::default(), no_progress()).await.unwrap();
            assert_eq!(checked.findings, []);
        }
    }
    // As anybody can verify it.
    let sums = std::process::Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(home.path("3"))
        .status()
        .unwrap();
    assert!(sums.success());
}

#[tokio::test]
async fn the_pages_of_a_backup_are_those_that_sqlite_itself_reads() {
    let home = Home::embedded(50).await;
    let data_dir = home.store.data_dir().unwrap();
    let database = data_dir.database();
    // Some of it in the file, much of it in the log, and an older log's frames after it.
    for round in 0..4 {
        hire(&home, if round == 3 { 3 } else { 40 }).await;
        if round % 2 == 0 {
            sqlite(&home, "PRAGMA wal_checkpoint(RESTART)").await;
        }
        let name = format!("backup{round}");
        backup(&home, &name, None).await;
        let copy = home.path(&format!("copy{round}.db"));
        fs::copy(&database, &copy).unwrap();
        fs::copy(database.with_extension("db-wal"), copy.with_extension("db-wal")).unwrap();
        let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&copy)).await.unwrap();
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(&pool).await.unwrap();
        pool.close().await;
        assert!(
            fs::read(home.path(&name).join("folkmoot.db")).unwrap() == fs::read(&copy).unwrap(),
            "{round}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn backups_are_of_one_moment_whatever_writers_and_checkpoints_do() {
    let home = Arc::new(Home::embedded(60).await);
    let done = Arc::new(AtomicBool::new(false));
    backup(&home, "0", None).await;
    let writers: Vec<_> = (0..2)
        .map(|writer| {
            let (home, done) = (home.clone(), done.clone());
            tokio::spawn(async move {
                let mut round = 0;
                while !done.load(Ordering::Relaxed) {
                    round += 1;
                    let content = format!("face {}", round % 7);
                    let user = (round * 7 + writer * 13) % 60 + 1;
                    home.set_picture(user, (round % 5 != 0).then_some(content.as_str())).await;
                    if round % 3 == 0 {
                        hire(&home, 10).await;
                    }
                }
            })
        })
        .collect();
    let checkpoints = {
        let (home, done) = (home.clone(), done.clone());
        tokio::spawn(async move {
            let options = SqliteConnectOptions::new().filename(home.store.data_dir().unwrap().database());
            let pool = SqlitePool::connect_with(options).await.unwrap();
            let modes = ["PASSIVE", "FULL", "RESTART", "TRUNCATE"].into_iter().cycle();
            for mode in modes {
                if done.load(Ordering::Relaxed) {
                    return pool.close().await;
                }
                let checkpoint = sqlx::AssertSqlSafe(format!("PRAGMA wal_checkpoint({mode})"));
                let _ = sqlx::query(checkpoint).execute(&pool).await;
                tokio::task::yield_now().await;
            }
        })
    };
    for number in 1..=12 {
        let (name, since) = (number.to_string(), (number - 1).to_string());
        let report = backup(&home, &name, (number % 4 != 0).then_some(&*since)).await;
        assert_eq!(report.findings, []);
        let store = open(&restored(&home, &name).await).await;
        let checked = store.check(CheckOptions::default(), no_progress()).await.unwrap();
        assert_eq!((checked.findings, checked.pictures), (Vec::new(), report.pictures));
        assert_eq!(store.revision(ACME).await.unwrap(), report.accounts[0].revision);
    }
    done.store(true, Ordering::Relaxed);
    for task in writers.into_iter().chain([checkpoints]) {
        task.await.unwrap();
    }
    assert_eq!(home.store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
}

/// Three backups in a chain.
async fn three() -> Home {
    let home = Home::embedded(40).await;
    home.set_picture(1, Some("one")).await;
    backup(&home, "full", None).await;
    home.set_picture(2, Some("two")).await;
    backup(&home, "middle", Some("full")).await;
    home.set_picture(3, Some("three")).await;
    backup(&home, "last", Some("middle")).await;
    home
}

fn flip(path: &Path) {
    let mut bytes = fs::read(path).unwrap();
    let at = bytes.len() / 2;
    bytes[at] ^= 4;
    fs::write(path, bytes).unwrap();
}

#[tokio::test]
async fn a_link_that_is_broken_or_missing_or_not_the_one_is_refused_before_anything_is_written() {
    let home = three().await;
    let verified = verify_backup(&home.path("last"), RestoreOptions::default(), no_progress()).await.unwrap();
    assert_eq!(verified.pictures, 3);
    let all: Vec<PathBuf> =
        ["full", "middle", "last"].iter().flat_map(|name| files(&home.path(name))).collect();
    // Every single file of the chain, but for keys and hashes of pages that are not needed any more.
    for path in all {
        let name = path.file_name().unwrap().to_str().unwrap();
        let of_last = path.starts_with(home.path("last"));
        let needed = !matches!(name, "key" | "folkmoot.db.hashes") || (name == "key" && of_last);
        let kept = fs::read(&path).unwrap();
        flip(&path);
        if needed {
            refusal(&home, "last").await;
        }
        fs::remove_file(&path).unwrap();
        if needed {
            refusal(&home, "last").await;
        }
        fs::write(&path, kept).unwrap();
    }
    restored(&home, "last").await;

    let away = home.path("away");
    fs::create_dir(&away).unwrap();
    fs::rename(home.path("full"), away.join("moved")).unwrap();
    let missing = refusal(&home, "last").await;
    assert!(missing.contains("middle holds only what has changed since"), "{missing}");
    assert!(missing.contains("full") && missing.contains("--parents"), "{missing}");
    let error = try_backup(&home, "more", Some("last")).await.unwrap_err().to_string();
    assert_eq!(error, missing, "nothing is built on what cannot be restored");
    // Another of the same store is not the one.
    backup(&home, "full", None).await;
    assert_eq!(refusal(&home, "last").await, missing);
    // Told where it is, under whatever name.
    let options = RestoreOptions { parents: Some(away.clone()), ..RestoreOptions::default() };
    let target = DataDir::at(home.path("found"));
    restore(&home.path("last"), &target, options, no_progress()).await.unwrap();
    assert!(contents(target.path()) == contents(&home.path("last-restored")));
    // Beside it, under another name.
    fs::rename(away.join("moved"), home.path("monday")).unwrap();
    fs::remove_dir_all(home.path("last-restored")).unwrap();
    restored(&home, "last").await;
    // All of them somewhere else.
    let vault = home.path("vault");
    fs::create_dir(&vault).unwrap();
    for name in ["monday", "middle", "last"] {
        fs::rename(home.path(name), vault.join(name)).unwrap();
    }
    let target = DataDir::at(home.path("from-vault"));
    restore(&vault.join("last"), &target, RestoreOptions::default(), no_progress()).await.unwrap();
    assert!(contents(target.path()) == contents(&home.path("last-restored")));
}

#[tokio::test]
async fn another_stores_backup_is_none_to_go_on_from() {
    let home = three().await;
    let other = Home::on(Backend::Sqlite, 9, None).await;
    let options = BackupOptions { since: Some(home.path("last")), ..BackupOptions::default() };
    let error = other.store.backup(&other.path("b"), options, no_progress()).await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
    assert!(error.to_string().contains("the key is not this backup's"), "{error}");
    assert!(!other.path("b").exists());
    // The key of the newest backup is the one that counts, also where an older one is kept apart.
    crate::keys::add_generation(&home.store);
    home.store.reseal(no_progress()).await.unwrap();
    backup(&home, "rotated", Some("last")).await;
    let store = open(&restored(&home, "rotated").await).await;
    assert_eq!(store.keys().newest_generation(), 1);
    assert_eq!(store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
}

#[tokio::test]
async fn a_picture_that_was_damaged_when_it_was_copied_is_copied_again() {
    let home = Home::embedded(3).await;
    home.set_picture(1, Some("one")).await;
    home.set_picture(2, Some("two")).await;
    let directory = home.load().await;
    let names = [1, 2].map(|user| directory.person(UserId(user)).unwrap().user.picture.unwrap());
    home.store.blobs().put(ACME, names[0], "One".into()).await.unwrap();
    home.store.blobs().delete(ACME, names[1]).await.unwrap();
    let report = backup(&home, "damaged", None).await;
    assert_eq!((report.findings.len(), report.pictures), (2, 1));
    home.store.blobs().put(ACME, names[0], "one".into()).await.unwrap();
    home.store.blobs().put(ACME, names[1], "two".into()).await.unwrap();
    let report = backup(&home, "repaired", Some("damaged")).await;
    assert_eq!((report.findings.len(), report.pictures), (0, 2));
    backup(&home, "after", Some("repaired")).await;
    assert!(!home.path("after").join("blobs").exists(), "there is no picture that is new");
    let store = open(&restored(&home, "after").await).await;
    assert_eq!(store.check(CheckOptions::default(), no_progress()).await.unwrap().findings, []);
}
