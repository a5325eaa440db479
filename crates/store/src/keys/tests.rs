use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};

use super::*;

/// Random bytes that a test knows: all 1 at first, then all 2.
pub(crate) struct Counting(AtomicU8);

impl From<u8> for Counting {
    fn from(first: u8) -> Counting {
        Counting(first.into())
    }
}

impl RandomSource for Counting {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(self.0.fetch_add(1, Ordering::Relaxed));
    }
}

const ACCOUNT: AccountId = AccountId(1);

/// A key file with a root key of its own.
fn key_file(folder: &Path) -> KeySource {
    let source = KeySource::File(folder.join("key"));
    source.create_if_missing(&Counting::from(1)).unwrap();
    source
}

async fn ring(source: &KeySource) -> KeyRing {
    KeyRing::read(source.clone(), Arc::new(Counting::from(50))).await.unwrap()
}

#[tokio::test]
async fn what_was_made_before_there_were_generations_is_still_what_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let source = key_file(folder.path());
    source.add_generation(&Counting::from(9)).unwrap();
    let ring = ring(&source).await;
    // All of it written down from what the program made when a key file was one line.
    let sealed: Vec<u8> = [&[1][..], &[7; 24], &OLD_CIPHERTEXT].concat();
    assert_eq!(ring.open_government_id(ACCOUNT, &Sealed(sealed.into())).unwrap(), "123-45-6789");
    let hash = ring.hash_api_key(ACCOUNT, &ApiKey::from_bytes([9; 20]));
    assert_eq!(
        crate::backup::manifest::hex(&hash.0),
        "b727bb929b5a5b3b978e390f1729b50649d770a2124beef66ba1e6be8acc8325"
    );
    let name = ring.picture_name(ACCOUNT, PictureKind::Jpeg, b"picture");
    assert_eq!(name.to_string(), "39c7de211f6c1fff6c8566f0d342.jpg");
    assert_eq!(ring.entity_tag(b"x"), 0x8d5d_45da_b457_eff5_c58e_f958_c725_2267);
    let signature = sign(ring.known().root(), b"x");
    assert_eq!(
        crate::backup::manifest::hex(&signature),
        "052ae3506e224d3b35650d5a076f839ff7fab83403365f100d6fa08d2a241b32"
    );
}

const OLD_CIPHERTEXT: [u8; 27] = [
    0xb9, 0x60, 0xdc, 0xc6, 0x97, 0xb3, 0x9b, 0xa6, 0x1e, 0x1c, 0x6c, 0xa2, 0x32, 0x06, 0x76, 0xc9, 0xcf,
    0x2a, 0x45, 0x41, 0xab, 0x9d, 0x37, 0x63, 0x50, 0xed, 0xd3,
];

#[tokio::test]
async fn equal_values_do_not_look_equal() {
    let folder = tempfile::tempdir().unwrap();
    let ring = ring(&key_file(folder.path())).await;
    let seal = || ring.seal_government_id(ACCOUNT, "123-45-6789");
    assert_ne!(seal(), seal());
    assert_eq!(ring.open_government_id(ACCOUNT, &seal()).unwrap(), "123-45-6789");
}

#[tokio::test]
async fn hashes_and_names_differ_between_accounts_and_stay_with_new_keys() {
    let folder = tempfile::tempdir().unwrap();
    let source = key_file(folder.path());
    let before = ring(&source).await;
    let key = before.new_api_key();
    let name = |ring: &KeyRing, account| ring.picture_name(AccountId(account), PictureKind::Jpeg, b"picture");
    assert_ne!(before.hash_api_key(AccountId(1), &key), before.hash_api_key(AccountId(2), &key));
    assert_ne!(name(&before, 1), name(&before, 2));
    source.add_generation(&Counting::from(9)).unwrap();
    let after = ring(&source).await;
    assert_eq!(after.newest_generation(), 1);
    assert_eq!(after.hash_api_key(ACCOUNT, &key), before.hash_api_key(ACCOUNT, &key));
    assert_eq!(name(&after, 1), name(&before, 1));
    assert_eq!(after.entity_tag(b"x"), before.entity_tag(b"x"));
}

#[tokio::test]
async fn a_value_of_an_unknown_generation_makes_the_source_be_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let source = key_file(folder.path());
    let (old, shared) = (ring(&source).await, ring(&source).await);
    let clone = shared.clone();
    source.add_generation(&Counting::from(9)).unwrap();
    let sealed = ring(&source).await.seal_government_id(ACCOUNT, "123");
    assert!(matches!(old.open_government_id(ACCOUNT, &sealed), Err(StoreError::UnknownGeneration(1))));
    let opened = shared.following(|| shared.open_government_id(ACCOUNT, &sealed)).await;
    assert_eq!(opened.unwrap(), "123");
    assert_eq!(clone.newest_generation(), 1, "clones know what one of them has learnt");
    let by = |ring: &KeyRing| KeyRing::generation_of(&ring.seal_government_id(ACCOUNT, "1"));
    assert_eq!(by(&clone), Some(0), "to know it is not to use it");
    shared.come_to(1).await.unwrap();
    assert_eq!(by(&clone), Some(1));
    shared.come_to(0).await.unwrap();
    assert_eq!(by(&clone), Some(1), "there is no way back");
    assert!(matches!(shared.come_to(2).await, Err(StoreError::UnknownGeneration(2))));
}

#[tokio::test]
async fn a_generation_that_nobody_has_does_not_have_the_source_read_all_the_time() {
    let folder = tempfile::tempdir().unwrap();
    let marks = folder.path().join("runs");
    let keys = Keys::generate(&Counting::from(1));
    let script = format!("echo x >> {}; printf '{}'", marks.display(), keys.text().trim_end());
    let ring = ring(&KeySource::Command(["sh", "-c", &script].map(str::to_owned).to_vec())).await;
    let runs = || std::fs::read_to_string(&marks).unwrap().lines().count();
    let nobodys = Sealed([&[2, 0, 0, 0, 9][..], &[0; 60]].concat().into());
    let attempt = || ring.following(|| ring.open_government_id(ACCOUNT, &nobodys));
    assert_eq!(runs(), 1);
    let begun = Instant::now();
    for _ in 0..20 {
        assert!(matches!(attempt().await, Err(StoreError::UnknownGeneration(9))));
    }
    let turns = begun.elapsed().div_duration_f64(READ_AGAIN) as usize + 1;
    assert!((2..=turns + 1).contains(&runs()), "{} readings in {turns} turns", runs());
    tokio::time::sleep(READ_AGAIN).await;
    let before = runs();
    let (one, other) = tokio::join!(attempt(), attempt());
    assert!(one.is_err() && other.is_err());
    assert_eq!(runs(), before + 1, "those who ask at once share an answer");
}

#[tokio::test]
async fn what_was_known_stays_known_and_may_not_change() {
    let folder = tempfile::tempdir().unwrap();
    let source = key_file(folder.path());
    source.add_generation(&Counting::from(9)).unwrap();
    let ring = ring(&source).await;
    let sealed = ring.seal_government_id(ACCOUNT, "123");
    source.add_generation(&Counting::from(10)).unwrap();
    source.remove_generation(1).unwrap();
    ring.refresh().await.unwrap();
    assert_eq!(ring.newest_generation(), 2);
    assert_eq!(ring.open_government_id(ACCOUNT, &sealed).unwrap(), "123");
    let KeySource::File(path) = &source else { unreachable!() };
    std::fs::remove_file(path).unwrap();
    source.create_if_missing(&Counting::from(77)).unwrap();
    let error = ring.refresh().await.unwrap_err().to_string();
    assert!(error.contains("root key is another") && error.contains("key"), "{error}");
    assert_eq!(ring.newest_generation(), 2, "nothing was taken up");
}
