//! Pictures that come along with an import: a folder of files, each named for a person.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use folkmoot_core::{AccountId, PersonHistory, PictureKind, PictureName, fold_identifier};
use folkmoot_pictures::{Kind, Limits, sanitise};
use folkmoot_server::Settings;
use folkmoot_store::{Staging, Store, StoreResult};
use indicatif::ProgressBar;

use crate::args::ImportPeople;
use crate::progress;

/// Files decoded, and kept with one flush, at a time: the bound on memory.
const AT_ONCE: usize = 200;

/// Pictures that are decoded and lie ready, and whose each is.
#[derive(Default)]
pub(crate) struct Pictures {
    /// The person's place in the file, and the picture's name.
    owners: Vec<(usize, PictureName)>,
    staged: Option<Staging>,
    found: usize,
}

impl Pictures {
    /// Reads the pictures of `folder` that are named for one of `people`: by username, e-mail address, employee number
    /// or id. On a dry run they are decoded and not kept.
    ///
    /// # Errors
    /// Every file's fault; then nothing is kept.
    pub(crate) async fn read(
        folder: &Path,
        people: &[PersonHistory],
        store: &Store,
        account: AccountId,
        settings: &Settings,
        arguments: &ImportPeople,
    ) -> Result<Pictures, Vec<String>> {
        let (assigned, mut faults) = assign(folder, people)?;
        let mut pictures = Pictures { found: assigned.len(), ..Pictures::default() };
        let bar = progress::bar(Some(assigned.len() as u64), "pictures", arguments.json);
        let limits = Limits { max_bytes: settings.max_picture_bytes(), ..Limits::default() };
        for batch in assigned.chunks(AT_ONCE) {
            let (decoded, unreadable) = decode(batch, &limits, &bar);
            faults.extend(unreadable);
            if arguments.dry_run || !faults.is_empty() {
                continue;
            }
            let mut blobs = Vec::with_capacity(decoded.len());
            for (person, kind, content) in decoded {
                let name = store.keys().picture_name(account, kind, &content);
                pictures.owners.push((person, name));
                blobs.push((name, content));
            }
            if let Err(error) = pictures.stage(store, account, blobs).await {
                faults.push(error.to_string());
            }
        }
        bar.finish_and_clear();
        faults.sort();
        if faults.is_empty() { Ok(pictures) } else { Err(faults) }
    }

    async fn stage(
        &mut self,
        store: &Store,
        account: AccountId,
        blobs: Vec<(PictureName, Vec<u8>)>,
    ) -> StoreResult<()> {
        let staged = match &mut self.staged {
            Some(staged) => staged,
            None => self.staged.insert(store.stage_pictures(account).await?),
        };
        staged.add(blobs).await
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.found
    }

    /// Gives `people`, who are those of the file in its order, their pictures, and keeps these. The write lock must be
    /// held.
    pub(crate) async fn give(self, people: &mut [PersonHistory]) -> StoreResult<()> {
        if let Some(staged) = self.staged {
            staged.publish().await?;
        }
        for (person, name) in self.owners {
            people[person].user.picture = Some(name);
        }
        Ok(())
    }
}

type Decoded = (usize, PictureKind, Vec<u8>);

/// Decodes files on every core.
fn decode(files: &[(PathBuf, usize)], limits: &Limits, bar: &ProgressBar) -> (Vec<Decoded>, Vec<String>) {
    let done = Mutex::new((Vec::new(), Vec::new()));
    let work = |files: &[(PathBuf, usize)]| {
        for (path, person) in files {
            let result = read(path, limits);
            bar.inc(1);
            let Ok(mut done) = done.lock() else { return };
            match result {
                Ok((kind, content)) => done.0.push((*person, kind, content)),
                Err(fault) => done.1.push(fault),
            }
        }
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    std::thread::scope(|scope| {
        for share in files.chunks(files.len().div_ceil(cores).max(1)) {
            scope.spawn(|| work(share));
        }
    });
    done.into_inner().unwrap_or_default()
}

fn read(path: &Path, limits: &Limits) -> Result<(PictureKind, Vec<u8>), String> {
    let name = path.display();
    let length = std::fs::metadata(path).map_err(|error| format!("{name}: {error}"))?.len();
    if length > limits.max_bytes as u64 {
        return Err(format!("{name}: is larger than the {} bytes that are accepted", limits.max_bytes));
    }
    let bytes = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
    let picture = sanitise(&bytes, limits).map_err(|error| format!("{name}: {error}"))?;
    let kind = match picture.kind {
        Kind::Jpeg => PictureKind::Jpeg,
        Kind::Png => PictureKind::Png,
    };
    Ok((kind, picture.bytes))
}

type Assigned = Vec<(PathBuf, usize)>;

/// Which file is whose picture, and what is wrong with the names of files.
fn assign(folder: &Path, people: &[PersonHistory]) -> Result<(Assigned, Vec<String>), Vec<String>> {
    let names = names(people);
    let fail = |error: std::io::Error| vec![format!("{}: {error}", folder.display())];
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        if entry.file_type().map_err(fail)?.is_file() && !hidden(&entry.file_name()) {
            files.push(entry.path());
        }
    }
    files.sort();
    let (mut assigned, mut faults) = (Vec::new(), Vec::new());
    let mut owners: HashMap<usize, PathBuf> = HashMap::new();
    for path in files {
        let shown = path.display();
        let stem = path.file_stem().and_then(OsStr::to_str).unwrap_or_default();
        match names.get(fold_identifier(stem).as_str()) {
            None => faults.push(format!("{shown}: is named for nobody in the file")),
            Some(Named::Several) => faults.push(format!("{shown}: is named for more than one person")),
            Some(Named::One(person)) => match owners.entry(*person) {
                Entry::Occupied(first) => {
                    faults.push(format!("{shown}: is a second picture next to {}", first.get().display()));
                }
                Entry::Vacant(place) => {
                    place.insert(path.clone());
                    assigned.push((path, *person));
                }
            },
        }
    }
    Ok((assigned, faults))
}

fn hidden(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with('.') || name.eq_ignore_ascii_case("thumbs.db"))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Named {
    One(usize),
    Several,
}

fn names(people: &[PersonHistory]) -> HashMap<String, Named> {
    let mut names = HashMap::new();
    for (at, person) in people.iter().enumerate() {
        let user = &person.user;
        let numbers = person.assignment.iter().map(|record| record.data.employee_num.to_string());
        let identifiers = [user.username.to_string(), user.email.to_string(), user.id.to_string()];
        for name in identifiers.into_iter().chain(numbers).filter(|name| !name.is_empty()) {
            let entry = names.entry(fold_identifier(&name).into_string()).or_insert(Named::One(at));
            if *entry != Named::One(at) {
                *entry = Named::Several;
            }
        }
    }
    names
}
