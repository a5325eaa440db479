//! Giving everybody a picture: the files of a folder, named for the people they show.

use std::{
    collections::HashMap,
    fs,
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream};
use tokio::task::spawn_blocking;

use super::{
    enrich,
    error::MirrorError,
    names,
    outcome::{Failure, Report},
    progress::{Event, Progress},
};
use crate::{PictureKind, client::Client, user::User};

/// What a push is to do.
#[derive(Clone, Debug)]
pub struct PushOptions {
    /// The folder with pictures, each named for its user: username, e-mail address, id or employee number.
    pub dir: PathBuf,
    /// How many uploads are in flight at once.
    pub jobs: usize,
}

impl PushOptions {
    /// The defaults, for a folder.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), jobs: 8 }
    }
}

/// A picture of a user.
struct Upload {
    path: PathBuf,
    name: String,
    user: String,
}

/// Uploads the pictures of a folder, or as many as go before `cancel` is ready. Needs an administrator.
///
/// A file that names nobody, or more than one person, is a failure and is not uploaded: a picture on the wrong
/// profile is worse than none.
///
/// # Errors
/// When the list of users cannot be had or the folder cannot be read.
pub async fn push(
    client: &Client,
    options: &PushOptions,
    progress: Arc<dyn Progress>,
    cancel: impl Future<Output = ()>,
) -> Result<Report, MirrorError> {
    let start = client.pace.elapsed();
    let requests = client.requests();
    let mut cancel = std::pin::pin!(cancel);
    let files = pictures(&options.dir)?;
    let mut report = Report { with_picture: files.len() as u64, ..Report::default() };
    let work = async {
        let (uploads, failures, users) = match_up(client, options, files).await?;
        report.users = users;
        progress.on(Event::Listed { users, pictures: report.with_picture });
        for failure in failures {
            fail(&*progress, &mut report, failure);
        }
        let sent = stream::iter(uploads)
            .map(|upload| async move { (send(client, &upload.path, &upload.user).await, upload) })
            .buffer_unordered(options.jobs.max(1));
        let mut sent = std::pin::pin!(sent);
        while let Some((result, upload)) = sent.next().await {
            match result {
                Ok(bytes) => {
                    report.fetched += 1;
                    report.bytes += bytes;
                    progress.on(Event::Stored { user: &upload.user, file: &upload.name });
                }
                Err(reason) => {
                    fail(&*progress, &mut report, Failure { user: upload.user, name: upload.name, reason });
                }
            }
        }
        Ok::<_, MirrorError>(())
    };
    let cancelled = tokio::select! {
        biased;
        () = &mut cancel => true,
        done = work => {
            done?;
            false
        }
    };
    report.cancelled = cancelled;
    report.failed = report.failures.len() as u64;
    report.requests = client.requests() - requests;
    report.seconds = client.pace.elapsed().saturating_sub(start).as_secs_f64();
    Ok(report)
}

fn fail(progress: &dyn Progress, report: &mut Report, failure: Failure) {
    progress.on(Event::Failed { user: &failure.user, reason: &failure.reason });
    report.failures.push(failure);
}

/// The regular files of a folder that are not hidden and have a picture's extension: path and stem.
fn pictures(dir: &Path) -> Result<Vec<(PathBuf, String)>, MirrorError> {
    let mut pictures = Vec::new();
    for entry in fs::read_dir(dir).map_err(MirrorError::disk("cannot read", dir))? {
        let path = entry.map_err(MirrorError::disk("cannot read", dir))?.path();
        let text = |part: Option<&std::ffi::OsStr>| part.and_then(|part| part.to_str()).map(str::to_owned);
        let (Some(stem), Some(extension)) = (text(path.file_stem()), text(path.extension())) else {
            continue;
        };
        let known = ["jpg", "jpeg", "png", "gif", "webp"].contains(&extension.to_ascii_lowercase().as_str());
        if known && !stem.starts_with('.') && path.is_file() {
            pictures.push((path, stem));
        }
    }
    pictures.sort();
    Ok(pictures)
}

async fn match_up(
    client: &Client,
    options: &PushOptions,
    files: Vec<(PathBuf, String)>,
) -> Result<(Vec<Upload>, Vec<Failure>, u64), MirrorError> {
    let mut users = client.users().await.map_err(MirrorError::List)?;
    let known = index(&users, |user| vec![Some(&user.username), user.email.as_ref(), Some(&user.id)]);
    let is_unknown = |(_, stem): &(PathBuf, String)| !known.contains_key(&names::key(stem));
    let mut numbers = HashMap::new();
    if files.iter().any(is_unknown) {
        // Only now, for it costs a request for each user.
        enrich::employee_numbers(client, &mut users, options.jobs).await;
        numbers =
            index(&users, |user| vec![user.assignment.as_ref().and_then(|a| a.employee_number.as_ref())]);
    }
    let (mut uploads, mut failures) = (Vec::<Upload>::new(), Vec::new());
    let mut of_user: HashMap<usize, usize> = HashMap::new();
    let mut found = Vec::new();
    for (path, stem) in files {
        let key = names::key(&stem);
        let owner = known.get(&key).or_else(|| numbers.get(&key)).map(Vec::as_slice);
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        match owner {
            Some([user]) => {
                *of_user.entry(*user).or_default() += 1;
                found.push((path, name, *user));
            }
            Some(_) => failures.push(nobody(name, "the name fits more than one user")),
            None => failures.push(nobody(name, "the name fits no user")),
        }
    }
    for (path, name, user) in found {
        if of_user.get(&user) == Some(&1) {
            uploads.push(Upload { path, name, user: users[user].id.clone() });
        } else {
            failures.push(nobody(name, "more than one file for this user"));
        }
    }
    Ok((uploads, failures, users.len() as u64))
}

fn nobody(name: String, reason: &str) -> Failure {
    Failure { user: String::new(), name, reason: reason.to_owned() }
}

/// Who goes by which name; a name may fit several.
fn index<'a>(
    users: &'a [User],
    names_of: impl Fn(&'a User) -> Vec<Option<&'a String>>,
) -> HashMap<String, Vec<usize>> {
    let mut index: HashMap<String, Vec<usize>> = HashMap::new();
    for (position, user) in users.iter().enumerate() {
        for name in names_of(user).into_iter().flatten().filter(|name| !name.is_empty()) {
            let owners = index.entry(names::key(name)).or_default();
            if !owners.contains(&position) {
                owners.push(position);
            }
        }
    }
    index
}

async fn send(client: &Client, path: &Path, user: &str) -> Result<u64, String> {
    let path = path.to_owned();
    let read = spawn_blocking(move || fs::read(path)).await.map_err(|error| error.to_string())?;
    let bytes = Bytes::from(read.map_err(|error| format!("cannot read: {error}"))?);
    let kind = PictureKind::of(&bytes).ok_or("not a picture")?;
    let size = bytes.len() as u64;
    client.put_picture(user, bytes, kind.content_type()).await.map_err(|error| error.to_string())?;
    Ok(size)
}
