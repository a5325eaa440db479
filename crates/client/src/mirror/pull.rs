//! Fetching everybody's picture.

use std::{
    collections::HashSet,
    future::Future,
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
        mpsc,
    },
};

use bytes::Bytes;
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc::UnboundedSender},
    task::spawn_blocking,
};

use super::{
    commit::{Closing, Committer, Done},
    enrich::enrich,
    error::MirrorError,
    folder::Folder,
    ledger::Ledger,
    names,
    options::Options,
    outcome::{Failure, Report},
    plan::{Plan, Task, plan},
    progress::{Event, Progress},
    writer::{Message, Picture, Writer},
};
use crate::{
    PictureKind,
    client::Client,
    error::{Error, Result},
};

/// A picture larger than this goes to disk in pieces, so that memory is bounded by jobs, not by pictures.
const LARGEST_MESSAGE: usize = 256 * 1024;
/// How many kilobytes of pictures may wait for the writer.
const QUEUE: u32 = 3 * 1024;
/// How many gulps of written pictures may wait to become durable.
const UNCOMMITTED: usize = 1024;

/// Fetches the pictures of all users into a folder, or as many as come before `cancel` is ready.
///
/// A file is there whole or not at all. When this returns, or is dropped, or the process is killed, the folder is
/// in a state that the next run continues from. Pictures known to be current are not asked for again.
///
/// # Errors
/// When the list of users cannot be had or the folder cannot be used. What happens to single pictures is in the
/// report.
pub async fn pull(
    client: &Client,
    options: &Options,
    progress: Arc<dyn Progress>,
    cancel: impl Future<Output = ()>,
) -> std::result::Result<Report, MirrorError> {
    let start = client.pace.elapsed();
    let requests = client.requests();
    let mut cancel = std::pin::pin!(cancel);
    let prepared = tokio::select! {
        biased;
        () = &mut cancel => None,
        prepared = prepare(client, options) => Some(prepared?),
    };
    let mut report = match prepared {
        None => Report { cancelled: true, ..Report::default() },
        Some(prepared) => transfer(client, options, progress, prepared, cancel).await?,
    };
    report.failed = report.failures.len() as u64;
    report.requests = client.requests() - requests;
    report.seconds = client.pace.elapsed().saturating_sub(start).as_secs_f64();
    Ok(report)
}

/// What is known before the first picture moves.
struct Prepared {
    ledger: Ledger,
    plan: Plan,
    report: Report,
    taken: HashSet<String>,
    lookups: Vec<Failure>,
    prune: bool,
}

async fn prepare(client: &Client, options: &Options) -> std::result::Result<Prepared, MirrorError> {
    let out = options.out.clone();
    // The folder is read while the list is on its way.
    let folder = spawn_blocking(move || open(&out));
    let users = client.users().await.map_err(MirrorError::List);
    let (ledger, sizes) = folder.await.map_err(|error| MirrorError::Broken(error.to_string()))??;
    let mut users = users?;
    let mut seen = HashSet::with_capacity(users.len());
    users.retain(|user| seen.insert(user.id.clone()));
    drop(seen);
    let (undecided, lookups) = enrich(client, &mut users, options).await;
    let mut plan = plan(&users, &undecided, &ledger, &sizes, options);
    let mut report = Report { users: users.len() as u64, ..Report::default() };
    if users.is_empty() && !plan.gone.is_empty() {
        // More likely a server that is not well than a company without people.
        plan.gone.clear();
        report.warnings.push("the list of users is empty: nothing was pruned".to_owned());
    }
    report.with_picture = (plan.tasks.len() + plan.unchanged.len()) as u64;
    let taken = sizes.keys().filter(|name| !ledger.is_ours(name)).map(|name| names::key(name)).collect();
    Ok(Prepared { ledger, plan, report, taken, lookups, prune: options.prune })
}

fn open(out: &Path) -> std::result::Result<(Ledger, std::collections::HashMap<String, u64>), MirrorError> {
    let ledger = Ledger::load(Folder::open(out)?)?;
    let sizes = ledger.folder().sizes()?;
    Ok((ledger, sizes))
}

/// Runs downloads here, and writing and committing on two threads, until all is done or cancelled.
async fn transfer(
    client: &Client,
    options: &Options,
    progress: Arc<dyn Progress>,
    prepared: Prepared,
    cancel: impl Future<Output = ()>,
) -> std::result::Result<Report, MirrorError> {
    let Prepared { ledger, plan, report, taken, lookups, prune } = prepared;
    progress.on(Event::Listed { users: report.users, pictures: report.with_picture });
    progress.on(Event::Unchanged { count: plan.unchanged.len() as u64 });
    for failure in &lookups {
        progress.on(Event::Failed { user: &failure.user, reason: &failure.reason });
    }
    let (sender, messages) = tokio::sync::mpsc::unbounded_channel();
    let (done, finished) = mpsc::sync_channel(UNCOMMITTED);
    let writer = Writer::new(Arc::clone(ledger.folder()), done.clone());
    let pace = Arc::clone(&client.pace);
    let committer =
        Committer { ledger, progress: Arc::clone(&progress), pace, taken, force: options.force, report };
    let committing = spawn_blocking(move || committer.run(&finished));
    let writing = spawn_blocking(move || writer.run(messages));

    let run = Run {
        client,
        progress: &*progress,
        tasks: &plan.tasks,
        next: AtomicUsize::new(0),
        parts: AtomicU64::new(0),
        room: Arc::new(Semaphore::new(QUEUE as usize)),
        ended: Mutex::default(),
        sender,
    };
    let cancelled = run.all(options.jobs, cancel).await;
    let Run { ended, sender, .. } = run;
    drop(sender);
    writing.await.map_err(|error| MirrorError::Broken(error.to_string()))?;

    let ended = ended.into_inner().unwrap_or_else(PoisonError::into_inner);
    let mut unchanged = plan.unchanged;
    unchanged.extend(ended.unchanged);
    let count = unchanged.len() as u64;
    let mut failed = ended.failed;
    failed.extend(lookups.into_iter().map(|failure| (failure, String::new())));
    let gone = if cancelled { Vec::new() } else { plan.gone };
    let closing = Box::new(Closing { unchanged, gone, prune, failed });
    // If the committer is gone, it says why itself.
    let _ = done.send(vec![Done::Close(closing)]);
    drop(done);
    let report = committing.await.map_err(|error| MirrorError::Broken(error.to_string()))??;
    Ok(Report { unchanged: count, cancelled, ..report })
}

/// Downloads in progress.
struct Run<'a> {
    client: &'a Client,
    progress: &'a dyn Progress,
    tasks: &'a [Task],
    next: AtomicUsize,
    parts: AtomicU64,
    room: Arc<Semaphore>,
    ended: Mutex<Ended>,
    sender: UnboundedSender<Message>,
}

/// Downloads that ended without a picture for the writer.
#[derive(Default)]
struct Ended {
    unchanged: Vec<String>,
    failed: Vec<(Failure, String)>,
}

/// How an attempt ended.
enum Got {
    Picture,
    Unchanged,
    /// The writer is gone: nothing can be done any more.
    Stopped,
}

impl Run<'_> {
    /// Works through all tasks, or until cancelled; says which.
    async fn all(&self, jobs: usize, cancel: impl Future<Output = ()>) -> bool {
        let jobs = jobs.clamp(1, self.tasks.len().max(1));
        let mut workers: FuturesUnordered<_> = (0..jobs).map(|_| self.work()).collect();
        tokio::select! {
            biased;
            () = cancel => true,
            () = async { while workers.next().await.is_some() {} } => false,
        }
    }

    async fn work(&self) {
        while let Some(task) = self.tasks.get(self.next.fetch_add(1, Ordering::Relaxed)) {
            let got = self.fetch(task).await;
            let mut ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
            match got {
                Ok(Got::Picture) => {}
                Ok(Got::Stopped) => return,
                Ok(Got::Unchanged) => {
                    self.progress.on(Event::Unchanged { count: 1 });
                    ended.unchanged.push(task.user.clone());
                }
                Err(error) => {
                    let failure = Failure {
                        user: task.user.clone(),
                        name: task.username.clone(),
                        reason: error.to_string(),
                    };
                    self.progress.on(Event::Failed { user: &failure.user, reason: &failure.reason });
                    ended.failed.push((failure, task.url.clone()));
                }
            }
        }
    }

    async fn fetch(&self, task: &Task) -> Result<Got> {
        let mut attempt = 1;
        loop {
            let part = self.parts.fetch_add(1, Ordering::Relaxed);
            let mut handed_over = false;
            let error = match self.once(task, part, &mut handed_over).await {
                Ok(got) => return Ok(got),
                Err(error) => error,
            };
            if handed_over {
                let _ = self.sender.send(Message::Drop { part });
            }
            if !error.is_transient() {
                return Err(error);
            }
            self.client.retry.wait(&*self.client.pace, attempt, error).await?;
            attempt += 1;
        }
    }

    async fn once(&self, task: &Task, part: u64, handed_over: &mut bool) -> Result<Got> {
        let mut download = self.client.open(&task.url, task.validators.as_ref()).await?;
        if download.not_modified() {
            return Ok(Got::Unchanged);
        }
        let mut pieces = Vec::new();
        let mut buffered = 0;
        let mut kind = None;
        while let Some(piece) = download.next().await? {
            self.progress.on(Event::Received { bytes: piece.len() as u64 });
            buffered += piece.len();
            pieces.push(piece);
            if kind.is_none() && buffered >= PictureKind::PREFIX {
                // Refused before the rest of, say, a video has come.
                kind = Some(sniff(&pieces).ok_or_else(|| not_a_picture(&download))?);
            }
            if buffered >= LARGEST_MESSAGE && kind.is_some() {
                *handed_over = true;
                let permit = self.room(buffered).await;
                buffered = 0;
                let message = Message::More { part, pieces: std::mem::take(&mut pieces), permit };
                if self.sender.send(message).is_err() {
                    return Ok(Got::Stopped);
                }
            }
        }
        let kind = kind.ok_or_else(|| not_a_picture(&download))?;
        let picture = Box::new(Picture { task: task.clone(), kind, validators: download.validators() });
        let permit = self.room(buffered).await;
        let sent = self.sender.send(Message::End { part, pieces, permit, picture });
        Ok(if sent.is_ok() { Got::Picture } else { Got::Stopped })
    }

    /// Waits until the writer has room for so many bytes.
    async fn room(&self, bytes: usize) -> Option<OwnedSemaphorePermit> {
        let kilobytes = u32::try_from(bytes / 1024 + 1).unwrap_or(QUEUE).min(QUEUE);
        // A semaphore that is never closed always grants in the end.
        Arc::clone(&self.room).acquire_many_owned(kilobytes).await.ok()
    }
}

fn not_a_picture(download: &crate::Download) -> Error {
    Error::NotAPicture { content_type: download.content_type().map(crate::error::printable) }
}

fn sniff(pieces: &[Bytes]) -> Option<PictureKind> {
    let first: Vec<u8> =
        pieces.iter().flat_map(|piece| piece.iter().copied()).take(PictureKind::PREFIX).collect();
    PictureKind::of(&first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_plain_http_picture_of_an_https_account_fails_that_user_alone() {
        let dir = tempfile::tempdir().unwrap();
        let options = Options::new(dir.path());
        let (ledger, _) = open(dir.path()).unwrap();
        let task = Task {
            user: "1".to_owned(),
            username: "alice".to_owned(),
            // Nothing listens there, and nobody asks.
            url: "http://127.0.0.1:9/alice.jpg".to_owned(),
            stem: "alice".to_owned(),
            validators: None,
        };
        let plan = Plan { tasks: vec![task], unchanged: vec!["2".to_owned()], gone: Vec::new() };
        let (report, taken, lookups) = (Report::default(), HashSet::new(), Vec::new());
        let prepared = Prepared { ledger, plan, report, taken, lookups, prune: false };
        let client = Client::builder("https://acme.example.com", "root", "secret".to_owned().into());
        let (client, progress) = (client.build().unwrap(), Arc::new(()));
        let report = transfer(&client, &options, progress, prepared, std::future::pending()).await.unwrap();
        let reason = "not a usable URL: plain http in an https account: allow it explicitly to fetch it";
        let failure = Failure { user: "1".into(), name: "alice".into(), reason: reason.into() };
        assert_eq!((report.failures, report.unchanged), (vec![failure], 1));
        assert_eq!(client.requests(), 0);
    }
}
