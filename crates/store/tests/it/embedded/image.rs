//! Images of directories: used where they serve, passed over where they do not.

use std::fs;

use folkmoot_core::{Directory, UserId};
use folkmoot_store::Author;
use jiff::civil::date;
use proptest::prelude::*;

use crate::company::{crowd, encrypted};
use crate::directory::{delete, perform, writes};
use crate::support::{ACME, Home, TODAY, TestClock, TestRandom, assert_same};

/// Changes a row behind the change log's back: whoever reads rows sees it, whoever reads the image does not.
async fn mark(home: &Home) {
    home.sql("UPDATE users SET nickname = 'from the rows' WHERE id = 1").await;
}

fn from_rows(directory: &Directory) -> bool {
    directory.person(UserId(1)).unwrap().user.nickname == "from the rows"
}

async fn with_image(people: i64) -> Home {
    let home = Home::embedded(people).await;
    home.set_key(2).await;
    home.set_picture(2, Some("face")).await;
    home.store.write_directory_image(&home.load().await).await.unwrap();
    mark(&home).await;
    home
}

#[tokio::test]
async fn an_image_is_taken_and_says_what_the_rows_said() {
    let home = Home::embedded(4500).await;
    home.set_key(2).await;
    home.set_picture(2, Some("face")).await;
    let rows = home.load().await;
    home.store.write_directory_image(&rows).await.unwrap();
    mark(&home).await;
    let image = home.load().await;
    assert!(!from_rows(&image));
    assert_same(&image, &rows, TODAY);
    assert_eq!(image.as_of(), TODAY);
    home.store.remove_directory_image(ACME).unwrap();
    home.store.remove_directory_image(ACME).unwrap();
    assert!(from_rows(&home.load().await));
}

#[tokio::test]
async fn damage_at_any_byte_sends_back_to_the_rows() {
    let home = with_image(3).await;
    let path = home.image();
    let whole = fs::read(&path).unwrap();
    assert!(!from_rows(&home.load().await));
    for at in 0..whole.len() {
        let mut damaged = whole.clone();
        damaged[at] ^= 1 << (at % 8);
        fs::write(&path, damaged).unwrap();
        assert!(from_rows(&home.load().await), "byte {at} of {}", whole.len());
    }
    for length in (0..whole.len()).step_by(97) {
        fs::write(&path, &whole[..length]).unwrap();
        assert!(from_rows(&home.load().await), "cut to {length}");
    }
    let longer: Vec<u8> = whole.iter().copied().chain([0]).collect();
    fs::write(&path, longer).unwrap();
    assert!(from_rows(&home.load().await));
    fs::write(&path, &whole).unwrap();
    assert!(!from_rows(&home.load().await), "and whole again it serves");
}

#[tokio::test]
async fn segments_of_two_images_do_not_mix() {
    let home = Home::embedded(2049).await;
    home.store.write_directory_image(&home.load().await).await.unwrap();
    let first = fs::read(home.image()).unwrap();
    home.store.remove_directory_image(ACME).unwrap();
    home.store.write_directory_image(&home.load().await).await.unwrap();
    let second = fs::read(home.image()).unwrap();
    assert_eq!(first.len(), second.len());
    mark(&home).await;
    // The index ends with its length and a magic number of eight bytes; segments lie before it.
    let trailer = first.len() - 12;
    let length = u32::from_le_bytes(first[trailer..trailer + 4].try_into().unwrap());
    let index = trailer - length as usize;
    let mixed: Vec<u8> = first[..index].iter().chain(&second[index..]).copied().collect();
    fs::write(home.image(), mixed).unwrap();
    assert!(
        from_rows(&home.load().await),
        "each part is sealed by the right key, and they are not of one image"
    );
    for whole in [first, second] {
        fs::write(home.image(), whole).unwrap();
        assert!(!from_rows(&home.load().await));
    }
}

#[tokio::test]
async fn an_image_serves_from_its_day_on() {
    let home = with_image(3).await;
    let yesterday = TODAY.yesterday().unwrap();
    assert!(from_rows(&home.store.load_directory(ACME, yesterday).await.unwrap()), "the clock went back");
    let day = date(2027, 6, 1);
    let later = home.store.load_directory(ACME, day).await.unwrap();
    assert!(!from_rows(&later));
    home.sql("UPDATE users SET nickname = 'Nick' WHERE id = 1").await;
    home.store.remove_directory_image(ACME).unwrap();
    let fresh = home.store.load_directory(ACME, day).await.unwrap();
    // Untrimmed: what the new year has superseded is not in either.
    assert_same(&later, &fresh, TODAY);
    assert_eq!(later.as_of(), fresh.as_of());
}

#[tokio::test]
async fn an_image_of_another_past_is_passed_over() {
    let home = Home::embedded(3).await;
    home.store.close().await;
    let database = home.store.data_dir().unwrap().database();
    let old = fs::read(&database).unwrap();
    let store = home.again().await;
    let key = store.keys().new_api_key();
    let mut tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_api_key(UserId(1), &key).await.unwrap();
    tx.commit().await.unwrap();
    store.write_directory_image(&store.load_directory(ACME, TODAY).await.unwrap()).await.unwrap();
    store.close().await;
    // An older copy of the database is put back, and goes another way.
    fs::write(&database, old).unwrap();
    let store = home.again().await;
    let back = store.load_directory(ACME, TODAY).await.unwrap();
    assert!(back.person(UserId(1)).unwrap().user.api_key.is_none(), "the image is ahead of the database");
    let mut tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.set_password_hash(UserId(2), "$argon2id$y").await.unwrap();
    tx.commit().await.unwrap();
    let back = store.load_directory(ACME, TODAY).await.unwrap();
    assert!(
        back.person(UserId(1)).unwrap().user.api_key.is_none(),
        "the same revision, but not the same past"
    );
    assert_eq!(back.person(UserId(2)).unwrap().user.password_hash.as_deref(), Some("$argon2id$y"));
}

#[tokio::test]
async fn too_many_changes_or_none_at_all() {
    let home = with_image(5).await;
    let before = fs::metadata(home.image()).unwrap().modified().unwrap();
    home.store.write_directory_image(&home.load().await).await.unwrap();
    assert_eq!(fs::metadata(home.image()).unwrap().modified().unwrap(), before, "there is nothing to write");
    let mut tx = home.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.add_people(&crowd(&home.store, (1..=250).map(|n| n * 20)), &encrypted()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(from_rows(&home.load().await), "reading everybody is quicker");
}

#[tokio::test]
async fn who_was_deleted_does_not_stay_in_the_image() {
    let home = with_image(5).await;
    let knowing_nothing = home.load().await;
    delete(&home, 3).await;
    let directory = home.load().await;
    assert!(directory.person(UserId(3)).is_none());
    assert!(!from_rows(&directory), "the rest of it served");
    assert!(!home.image().exists(), "and for the last time");
    home.store.write_directory_image(&knowing_nothing).await.unwrap();
    assert!(!home.image().exists(), "who does not know of it writes none");
    home.store.write_directory_image(&directory).await.unwrap();
    assert!(home.image().exists());
}

#[tokio::test]
async fn an_image_sealed_by_another_key_is_passed_over() {
    let home = with_image(3).await;
    home.store.close().await;
    // The same company under another key.
    let other = Home::embedded_empty().await;
    fs::copy(other.store.data_dir().unwrap().key(), home.path("other-key")).unwrap();
    let text = fs::read_to_string(home.path("other-key")).unwrap();
    let turned: String = text.trim().chars().rev().collect();
    fs::write(home.store.data_dir().unwrap().key(), turned).unwrap();
    let dir = home.store.data_dir().unwrap().clone();
    let refused = folkmoot_store::Store::open(dir.clone(), TestClock::new(), TestRandom::seeded(5)).await;
    assert!(matches!(refused, Err(folkmoot_store::StoreError::WrongKey)));
    // As a store of an earlier version, which does not know its key.
    home.sql("DELETE FROM canaries").await;
    let store = folkmoot_store::Store::open(dir, TestClock::new(), TestRandom::seeded(5)).await.unwrap();
    // Custom fields do not open either: the image was not what answered.
    assert!(store.load_directory(ACME, TODAY).await.is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn an_old_image_and_what_changed_since_are_a_fresh_load(before in writes(), after in writes()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let home = Home::embedded(20).await;
            let mut day = TODAY;
            for write in &before {
                day = perform(&home, write, day).await;
            }
            let snapshot = home.store.load_directory(ACME, day).await.unwrap();
            home.store.write_directory_image(&snapshot).await.unwrap();
            let image = fs::read(home.image()).unwrap();
            for write in &after {
                day = perform(&home, write, day).await;
            }
            fs::write(home.image(), image).unwrap();
            let taken_up = home.store.load_directory(ACME, day).await.unwrap();
            home.store.remove_directory_image(ACME).unwrap();
            assert_same(&taken_up, &home.store.load_directory(ACME, day).await.unwrap(), day);
        });
    }
}
