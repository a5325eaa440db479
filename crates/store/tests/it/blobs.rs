//! Pictures in files and in a bucket: the same of both, whatever the rows are in.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use folkmoot_core::{PictureKind, PictureName, UserId};
use folkmoot_store::{
    Author, BackupOptions, Blobs, CheckOptions, DataDir, MoveOptions, Place, Progress, RestoreOptions, Stage,
    Store, StoreError, StoreOptions, no_progress, restore,
};
use folkmoot_testing::TestBucket;

use crate::support::{ACME, Home, TestClock, TestRandom, in_bucket, picture};

/// A store on SQLite with its blobs in either place, and the bucket that must live as long.
async fn homes() -> [(Home, Option<TestBucket>); 2] {
    let bucket = TestBucket::create();
    let in_bucket = Home::embedded_with(in_bucket(&bucket), 6).await;
    [(Home::embedded(6).await, None), (in_bucket, Some(bucket))]
}

async fn name_of(home: &Home, user: i64) -> PictureName {
    home.load().await.person(UserId(user)).unwrap().user.picture.unwrap()
}

async fn is_sound(store: &Store) {
    let report = store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn what_is_put_can_be_got_and_listed() {
    for (home, _) in homes().await {
        let blobs = home.store.blobs();
        let name =
            |text: &'static str| home.store.keys().picture_name(ACME, PictureKind::Png, text.as_bytes());
        assert_eq!(blobs.get(ACME, name("one")).await.unwrap(), None);
        assert_eq!(blobs.list(ACME).await.unwrap(), []);
        for _ in 0..2 {
            blobs.put(ACME, name("one"), Bytes::from_static(b"one")).await.unwrap();
        }
        assert_eq!(blobs.get(ACME, name("one")).await.unwrap().as_deref(), Some(&b"one"[..]));
        assert_eq!(blobs.list(ACME).await.unwrap(), [name("one")]);
        assert_eq!(home.store.remove_unused_pictures(ACME).await.unwrap(), 1, "nobody has it");
        assert_eq!(blobs.get(ACME, name("one")).await.unwrap(), None);
    }
}

#[tokio::test]
async fn a_picture_goes_with_the_last_who_has_it() {
    for (home, _) in homes().await {
        home.set_picture(1, Some("shared")).await;
        home.set_picture(2, Some("shared")).await;
        let name = name_of(&home, 1).await;
        home.set_picture(1, None).await;
        assert_eq!(home.store.picture(ACME, name).await.unwrap().as_deref(), Some(&b"shared"[..]));
        home.set_picture(2, Some("other")).await;
        assert_eq!(home.store.picture(ACME, name).await.unwrap(), None);
        assert_eq!(home.store.blobs().list(ACME).await.unwrap(), [name_of(&home, 2).await]);
        is_sound(&home.store).await;
    }
}

#[tokio::test]
async fn staged_pictures_are_there_with_the_rows_that_name_them_or_are_swept_away() {
    for (home, _) in homes().await {
        let (store, other) = (&home.store, home.again().await);
        let content = b"staged".to_vec();
        let name = store.keys().picture_name(ACME, PictureKind::Jpeg, &content);
        let mut staged = store.stage_pictures(ACME).await.unwrap();
        staged.add(vec![(name, content.clone())]).await.unwrap();
        // A server that starts meanwhile, and looks for what nobody has.
        assert_eq!(other.remove_unused_pictures(ACME).await.unwrap(), 0);
        let tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
        staged.publish().await.unwrap();
        drop(tx);
        assert_eq!(store.blobs().list(ACME).await.unwrap(), [name]);
        home.set_picture(3, Some("staged")).await;
        assert_eq!(other.remove_unused_pictures(ACME).await.unwrap(), 0);
        assert_eq!(other.picture(ACME, name).await.unwrap().as_deref(), Some(&content[..]));
        let mut staged = store.stage_pictures(ACME).await.unwrap();
        let name = store.keys().picture_name(ACME, PictureKind::Jpeg, b"dropped");
        staged.add(vec![(name, b"dropped".to_vec())]).await.unwrap();
        drop(staged);
        let mut waits = 0..200;
        while store.blobs().list(ACME).await.unwrap().contains(&name) {
            waits.next().expect("it goes soon");
            other.remove_unused_pictures(ACME).await.unwrap();
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        is_sound(store).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_loses_a_picture_to_those_who_tidy_up() {
    for (home, _) in homes().await {
        let (home, done) = (Arc::new(home), Arc::new(AtomicBool::new(false)));
        let sweeper = {
            let (store, done) = (home.again().await, done.clone());
            tokio::spawn(async move {
                while !done.load(Ordering::Relaxed) {
                    store.remove_unused_pictures(ACME).await.unwrap();
                }
            })
        };
        let writers = (0..3).map(|writer: i64| {
            let home = home.clone();
            tokio::spawn(async move {
                for round in 0..25 {
                    // Two pictures for three people: they are taken up and given up all the time.
                    let content = format!("face {}", (round + writer) % 2);
                    home.set_picture(writer + 1, Some(&content)).await;
                    let named = name_of(&home, writer + 1).await;
                    let kept = home.store.picture(ACME, named).await.unwrap();
                    assert!(kept.is_some(), "round {round}");
                    if round % 3 == 0 {
                        home.set_picture(writer + 1, None).await;
                    }
                }
            })
        });
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        done.store(true, Ordering::Relaxed);
        sweeper.await.unwrap();
        home.store.remove_due_pictures().await.unwrap();
        is_sound(&home.store).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_has_what_was_removed_while_it_was_made() {
    for (home, bucket) in homes().await {
        let home = Arc::new(home);
        home.set_picture(1, Some("one")).await;
        home.set_picture(2, Some("two")).await;
        let name = name_of(&home, 1).await;
        let (theirs, runtime) = (home.clone(), tokio::runtime::Handle::current());
        let on_progress = Arc::new(move |progress: Progress| {
            if (progress.stage, progress.done) == (Stage::CopyPictures, 0) {
                tokio::task::block_in_place(|| runtime.block_on(theirs.set_picture(1, None)));
            }
        });
        let source = home.path("backup");
        let report = home.store.backup(&source, BackupOptions::default(), on_progress).await.unwrap();
        assert_eq!((report.pictures, report.findings), (2, Vec::new()));
        // In a bucket it stays for as long as it is held, and is then due.
        let due = u64::from(bucket.is_some());
        assert_eq!(home.store.remove_due_pictures().await.unwrap(), due);
        assert_eq!(home.store.picture(ACME, name).await.unwrap(), None);
        is_sound(&home.store).await;

        let target = DataDir::at(home.path("restored"));
        let place = TestBucket::create();
        let blobs = bucket.is_some().then(|| in_bucket(&place));
        let options = RestoreOptions { blobs: blobs.clone(), ..RestoreOptions::default() };
        restore(&source, &target, options, no_progress()).await.unwrap();
        assert_eq!(target.blobs().join("1").exists(), blobs.is_none());
        let mut options = StoreOptions::from(target);
        options.blobs = blobs.unwrap_or(options.blobs);
        let store = Store::open(options, TestClock::new(), TestRandom::seeded(9)).await.unwrap();
        assert_eq!(store.picture(ACME, name).await.unwrap().as_deref(), Some(&b"one"[..]));
        is_sound(&store).await;
    }
}

#[tokio::test]
async fn what_is_damaged_is_never_served_and_found_by_a_check() {
    for (home, _) in homes().await {
        home.set_picture(1, Some("one")).await;
        let name = name_of(&home, 1).await;
        home.store.blobs().put(ACME, name, Bytes::from_static(b"0ne")).await.unwrap();
        let error = home.store.picture(ACME, name).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged(_)), "{error}");
        let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
        assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
        let finding = &report.findings[0];
        assert!(finding.what.contains("not what its name says"), "{finding}");
        assert!(matches!(&finding.place, Place::File(_) | Place::Object(_)));
        assert!(finding.place.to_string().ends_with(&Blobs::relative_path(ACME, name)), "{finding}");
        let backup = home.store.backup(&home.path("backup"), BackupOptions::default(), no_progress()).await;
        assert!(backup.unwrap().findings[0].what.contains("damaged"));
        home.set_picture(2, Some("one")).await;
        assert_eq!(home.store.picture(ACME, name).await.unwrap().as_deref(), Some(&b"one"[..]), "healed");
        is_sound(&home.store).await;
    }
}

#[tokio::test]
async fn two_stores_do_not_share_a_place() {
    for (home, bucket) in homes().await {
        let blobs = match &bucket {
            None => home.store.blobs().clone(),
            Some(bucket) => in_bucket(bucket),
        };
        let options = StoreOptions { blobs, ..DataDir::at(home.path("other")).into() };
        let other = home.store.create_another(options).await.unwrap();
        let options = MoveOptions { settling: std::time::Duration::ZERO, ..MoveOptions::default() };
        let error = home.store.move_accounts(&other, &options, &no_progress()).await.unwrap_err();
        assert!(error.to_string().contains("a place of their own"), "{error}");
    }
}

#[tokio::test]
async fn an_account_that_is_deleted_leaves_no_picture() {
    for (home, _) in homes().await {
        home.set_picture(1, Some("one")).await;
        home.set_picture(2, Some("two")).await;
        home.store.delete_account(ACME).await.unwrap();
        assert_eq!(home.store.blobs().list(ACME).await.unwrap(), []);
        is_sound(&home.store).await;
    }
}

#[tokio::test]
async fn a_bucket_that_is_away_keeps_nobody_from_anything_but_pictures() {
    let mut bucket = TestBucket::on_own_server();
    let home = Home::embedded_with(in_bucket(&bucket), 3).await;
    home.set_picture(1, Some("one")).await;
    home.set_picture(2, Some("two")).await;
    let name = name_of(&home, 1).await;
    bucket.own().unwrap().stop();
    let store = home.again().await;
    assert_eq!(store.load_directory(ACME, crate::support::TODAY).await.unwrap().len(), 3);
    assert!(store.picture(ACME, name).await.unwrap_err().is_unreachable());
    let author = Author::OPERATOR;
    let refused = store.set_picture(ACME, author, UserId(3), Some(picture("three"))).await.unwrap_err();
    assert!(refused.is_unreachable(), "{refused}");
    assert_eq!(home.load().await.person(UserId(3)).unwrap().user.picture, None);
    // Taking a picture away is no matter of the bucket; the picture follows.
    home.set_picture(1, None).await;
    assert!(home.store.remove_due_pictures().await.unwrap_err().is_unreachable());
    bucket.own().unwrap().start_again();
    assert_eq!(home.store.remove_due_pictures().await.unwrap(), 1);
    assert_eq!(home.store.picture(ACME, name).await.unwrap(), None);
    store.set_picture(ACME, author, UserId(3), Some(picture("three"))).await.unwrap();
    is_sound(&store).await;
}

#[tokio::test]
async fn a_store_is_not_made_where_its_pictures_cannot_be() {
    let bucket = TestBucket::on_own_server();
    let folder = tempfile::tempdir().unwrap();
    let create = async |blobs| {
        let data_dir = DataDir::at(folder.path().join("data"));
        let options = StoreOptions { blobs, ..StoreOptions::from(data_dir.clone()) };
        let made = Store::create(options, TestClock::new(), TestRandom::seeded(3)).await;
        (made, data_dir)
    };
    let mut wrong = TestBucket::on_own_server();
    wrong.secret_key = "wrong".to_owned();
    let (refused, data_dir) = create(in_bucket(&wrong)).await;
    assert!(refused.unwrap_err().to_string().contains("SignatureDoesNotMatch"));
    assert!(!data_dir.exists(), "there is no half of a store");
    let home = Home::embedded_with(in_bucket(&bucket), 1).await;
    home.set_picture(1, Some("one")).await;
    let (refused, _) = create(in_bucket(&bucket)).await;
    assert!(refused.unwrap_err().to_string().contains("another store"));
    is_sound(&home.store).await;
}
