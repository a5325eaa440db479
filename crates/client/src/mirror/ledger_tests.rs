use super::*;

fn folder(dir: &tempfile::TempDir) -> Folder {
    Folder::open(dir.path()).unwrap()
}

fn entry(user: &str, file: &str, content: &[u8]) -> Entry {
    let mut fingerprint = Fingerprint::new();
    fingerprint.update(content);
    Entry {
        user: user.into(),
        url: format!("https://s3.test/{file}"),
        file: Some(file.into()),
        size: content.len() as u64,
        hash: fingerprint.finish(),
        ..Entry::default()
    }
}

fn journal(dir: &tempfile::TempDir, entries: &[Entry], tail: &[u8]) {
    let mut lines = format!("{HEADER}\n").into_bytes();
    for entry in entries {
        manifest::write(entry, &mut lines).unwrap();
    }
    lines.extend_from_slice(tail);
    fs::write(dir.path().join("manifest.jsonl"), lines).unwrap();
}

#[test]
fn killed_before_the_rename_the_file_gets_its_name_at_the_next_start() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(folder(&dir).part(1), b"new").unwrap();
    fs::write(dir.path().join("a.jpg"), b"old").unwrap();
    let pending = Entry { part: Some(1), ..entry("1", "a.jpg", b"new") };
    journal(&dir, &[entry("1", "a.jpg", b"old"), pending], b"{\"user\":\"2\",\"ur");
    let ledger = Ledger::load(folder(&dir)).unwrap();
    assert_eq!(fs::read(dir.path().join("a.jpg")).unwrap(), b"new");
    assert_eq!(ledger.get("1").unwrap(), &entry("1", "a.jpg", b"new"));
    assert!(!ledger.folder().part(1).exists());
    let text = fs::read_to_string(dir.path().join("manifest.jsonl")).unwrap();
    assert_eq!(text.lines().count(), 2, "the torn line and the earlier one are gone: {text}");
}

#[test]
fn killed_after_the_rename_the_file_is_recognised() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.jpg"), b"new").unwrap();
    journal(&dir, &[Entry { part: Some(1), ..entry("1", "a.jpg", b"new") }], b"");
    assert!(Ledger::load(folder(&dir)).unwrap().get("1").is_some());
}

#[test]
fn a_line_whose_file_was_lost_is_dropped() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(folder(&dir).part(1), b"n\0w").unwrap();
    fs::write(dir.path().join("a.jpg"), b"old").unwrap();
    journal(&dir, &[Entry { part: Some(1), ..entry("1", "a.jpg", b"new") }], b"");
    let ledger = Ledger::load(folder(&dir)).unwrap();
    assert!(ledger.get("1").is_none(), "same size, other content");
    assert_eq!(fs::read(dir.path().join("a.jpg")).unwrap(), b"old");
    assert!(!ledger.folder().part(1).exists());
}

#[test]
fn a_replaced_file_of_another_name_goes_even_if_the_run_was_killed() {
    let dir = tempfile::tempdir().unwrap();
    for (name, content) in [("a.png", b"old"), ("a.jpg", b"new"), ("b.jpg", b"bob")] {
        fs::write(dir.path().join(name), content).unwrap();
    }
    let replaced = Entry { replaces: Some("a.png".into()), ..entry("1", "a.jpg", b"new") };
    let moved = Entry { replaces: Some("b.jpg".into()), ..entry("3", "c.jpg", b"cee") };
    journal(&dir, &[entry("1", "a.png", b"old"), replaced, moved, entry("2", "b.jpg", b"bob")], b"");
    Ledger::load(folder(&dir)).unwrap();
    assert!(!dir.path().join("a.png").exists());
    assert!(dir.path().join("b.jpg").exists(), "it is another user's by now");
}

#[test]
fn a_run_that_changes_nothing_writes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    journal(&dir, &[entry("2", "b.jpg", b"b"), entry("1", "a.jpg", b"a")], b"");
    let before = fs::read(dir.path().join("manifest.jsonl")).unwrap();
    let mut ledger = Ledger::load(folder(&dir)).unwrap();
    ledger.update("1", |entry| entry.size = 1);
    ledger.close().unwrap();
    assert_eq!(fs::read(dir.path().join("manifest.jsonl")).unwrap(), before);
}

#[test]
fn pruning_spares_a_file_that_another_user_has_by_now() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.jpg"), b"a").unwrap();
    journal(&dir, &[entry("1", "a.jpg", b"a"), entry("2", "A.jpg", b"a")], b"");
    let mut ledger = Ledger::load(folder(&dir)).unwrap();
    ledger.prune("1").unwrap();
    assert!(dir.path().join("a.jpg").exists());
    ledger.prune("2").unwrap();
    ledger.close().unwrap();
    assert!(Ledger::load(folder_after(ledger, &dir)).unwrap().users().next().is_none());
}

fn folder_after(ledger: Ledger, dir: &tempfile::TempDir) -> Folder {
    drop(ledger);
    folder(dir)
}
