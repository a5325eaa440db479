//! The manifest at work: loaded, repaired after a crash, appended to, and rewritten at the end.
//!
//! A line is written before its file gets its name, and says where the file lies until then. So after a crash
//! at any moment each line can be made true (by giving the file its name) or is known to be false (and dropped).

use std::{
    collections::{HashMap, HashSet},
    fs::{self, File, OpenOptions},
    io::{self, Read as _, Write as _},
    path::Path,
    sync::Arc,
};

use super::{
    error::MirrorError,
    folder::Folder,
    hash::Fingerprint,
    manifest::{self, Entry, HEADER},
    names,
};

/// What is known about the pictures in a folder.
#[derive(Debug)]
pub(crate) struct Ledger {
    folder: Arc<Folder>,
    entries: HashMap<String, Entry>,
    /// Keys of the names of files that are ours.
    ours: HashSet<String>,
    /// Files of ours that others replaced, not yet removed.
    replaced: Vec<String>,
    journal: Option<File>,
    dirty: bool,
}

impl Ledger {
    /// Loads a folder's manifest, and tidies up after a run that was killed.
    pub(crate) fn load(folder: Folder) -> Result<Self, MirrorError> {
        let path = folder.manifest();
        let lines = parse(&path)?;
        let mut ledger = Self {
            folder: Arc::new(folder),
            entries: HashMap::with_capacity(lines.entries.len()),
            ours: HashSet::new(),
            replaced: Vec::new(),
            journal: None,
            dirty: lines.torn,
        };
        for entry in lines.entries {
            ledger.ours.extend(entry.file.iter().chain(&entry.replaces).map(|file| names::key(file)));
            ledger.replaced.extend(entry.replaces.clone());
            ledger.entries.insert(entry.user.clone(), entry);
        }
        ledger.dirty |= !ledger.replaced.is_empty();
        ledger.recover();
        if ledger.dirty {
            ledger.rewrite()?;
        }
        ledger.folder.sweep()?;
        Ok(ledger)
    }

    /// Finishes what the lines promise; drops the promises that cannot be kept.
    fn recover(&mut self) {
        let folder = &self.folder;
        let mut dropped = Vec::new();
        for entry in self.entries.values_mut() {
            let (Some(part), Some(file)) = (entry.part.take(), &entry.file) else { continue };
            self.dirty = true;
            let (from, to) = (folder.part(part), folder.path(file));
            let finished = (is(&from, entry) && fs::rename(&from, &to).is_ok()) || is(&to, entry);
            if !finished {
                dropped.push(entry.user.clone());
            }
        }
        for user in dropped {
            self.entries.remove(&user);
        }
    }

    pub(crate) fn folder(&self) -> &Arc<Folder> {
        &self.folder
    }

    pub(crate) fn get(&self, user: &str) -> Option<&Entry> {
        self.entries.get(user)
    }

    /// The name of a user's file, without extension.
    pub(crate) fn stem(&self, user: &str) -> Option<&str> {
        let file = self.get(user)?.file.as_deref()?;
        file.rsplit_once('.').map(|(stem, _)| stem)
    }

    pub(crate) fn users(&self) -> impl Iterator<Item = &str> {
        self.entries.keys().map(String::as_str)
    }

    /// Whether a file of this name would be ours to replace.
    pub(crate) fn is_ours(&self, file: &str) -> bool {
        self.ours.contains(&names::key(file))
    }

    /// Writes lines to the end of the manifest and makes them durable, with everything else on that disk.
    pub(crate) fn append(&mut self, entries: &[Entry]) -> Result<(), MirrorError> {
        let path = self.folder.manifest();
        let fault = || MirrorError::disk("cannot write", &path);
        let mut journal = match self.journal.take() {
            Some(journal) => journal,
            None => OpenOptions::new().create(true).append(true).open(&path).map_err(fault())?,
        };
        let mut lines = Vec::new();
        if journal.metadata().map_err(fault())?.len() == 0 {
            lines.extend_from_slice(HEADER.as_bytes());
            lines.push(b'\n');
        }
        for entry in entries {
            manifest::write(entry, &mut lines).map_err(fault())?;
        }
        // From here on the end of the file may be torn, should this fail: the rewrite mends it.
        self.dirty = true;
        journal.write_all(&lines).map_err(fault())?;
        self.folder.sync(&journal).map_err(fault())?;
        self.journal = Some(journal);
        Ok(())
    }

    /// Takes note of an entry whose file has its name now.
    pub(crate) fn insert(&mut self, mut entry: Entry) {
        self.dirty = true;
        entry.part = None;
        self.replaced.extend(entry.replaces.take());
        self.ours.extend(entry.file.iter().map(|file| names::key(file)));
        self.entries.insert(entry.user.clone(), entry);
    }

    /// Changes an entry in place; nothing is written until the end, and then only if this changed something.
    pub(crate) fn update(&mut self, user: &str, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.entries.get_mut(user) {
            let before = entry.clone();
            change(entry);
            self.dirty |= *entry != before;
        }
    }

    /// Deletes a user's file and forgets the user.
    pub(crate) fn prune(&mut self, user: &str) -> Result<Option<String>, MirrorError> {
        let Some(entry) = self.entries.get(user) else { return Ok(None) };
        let file = entry.file.clone();
        if let Some(file) = &file
            && !self.is_used_by_another(user, file)
        {
            remove(&self.folder.path(file))?;
        }
        self.dirty = true;
        self.entries.remove(user);
        Ok(file)
    }

    fn is_used_by_another(&self, user: &str, file: &str) -> bool {
        let key = names::key(file);
        self.entries.values().any(|entry| {
            entry.user != user && entry.file.as_ref().is_some_and(|other| names::key(other) == key)
        })
    }

    /// Ends a run: removes replaced files and leaves a manifest with one line for each user.
    pub(crate) fn close(&mut self) -> Result<(), MirrorError> {
        if self.dirty { self.rewrite() } else { Ok(()) }
    }

    fn rewrite(&mut self) -> Result<(), MirrorError> {
        let path = self.folder.manifest();
        let fault = || MirrorError::disk("cannot write", &path);
        let new = self.folder.scratch();
        let mut entries: Vec<_> = self.entries.values().collect();
        entries.sort_by_cached_key(|entry| names::id_order(&entry.user));
        let mut lines = format!("{HEADER}\n").into_bytes();
        for entry in entries {
            manifest::write(&Entry { replaces: None, ..entry.clone() }, &mut lines).map_err(fault())?;
        }
        let mut file = File::create(&new).map_err(fault())?;
        file.write_all(&lines).and_then(|()| file.sync_all()).map_err(fault())?;
        // The names that pictures got must be as durable as the lines that no longer say where they were.
        self.folder.sync(&file).map_err(fault())?;
        self.remove_replaced()?;
        fs::rename(&new, &path).map_err(fault())?;
        self.folder.sync(&file).map_err(fault())?;
        self.journal = None;
        self.dirty = false;
        Ok(())
    }

    fn remove_replaced(&mut self) -> Result<(), MirrorError> {
        let used: HashSet<String> =
            self.entries.values().filter_map(|entry| entry.file.as_deref()).map(names::key).collect();
        for file in std::mem::take(&mut self.replaced) {
            if !used.contains(&names::key(&file)) {
                remove(&self.folder.path(&file))?;
            }
        }
        Ok(())
    }
}

/// Reads the manifest of a folder; a folder without one has an empty one.
pub(crate) fn parse(path: &Path) -> Result<manifest::Lines, MirrorError> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(MirrorError::disk("cannot read", path)(error)),
    };
    manifest::parse(&bytes).map_err(|line| MirrorError::Manifest { path: path.to_owned(), line })
}

fn remove(path: &Path) -> Result<(), MirrorError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(MirrorError::disk("cannot remove", path)(error))
        }
        _ => Ok(()),
    }
}

/// Whether a file is, byte for byte, what the entry says.
fn is(path: &Path, entry: &Entry) -> bool {
    let hashed = || -> io::Result<bool> {
        let mut file = File::open(path)?;
        if file.metadata()?.len() != entry.size {
            return Ok(false);
        }
        let mut fingerprint = Fingerprint::new();
        let mut buffer = vec![0; 64 * 1024];
        loop {
            match file.read(&mut buffer)? {
                0 => return Ok(fingerprint.finish() == entry.hash),
                n => fingerprint.update(&buffer[..n]),
            }
        }
    };
    hashed().unwrap_or(false)
}

#[cfg(test)]
#[path = "ledger_tests.rs"]
mod tests;
