//! `GET /changes`: what has happened since a revision, as far as the caller may know; at once, or as soon as there is
//! something, or as a stream of events.

mod parts;
mod stream;

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::RawQuery;
use folkmoot_core::{Directory, Happening, Object, Rights, Touched, UserId, Viewer, Visible};
use folkmoot_store::Change;
use folkmoot_wire::{ChangeDocument, FeedDocument};
use http::{Response, header};
use tokio::time::{Instant, sleep_until};

use super::cursor::{Query, check_since, fresh};
use crate::accounts::LiveAccount;
use crate::app::App;
use crate::authenticate;
use crate::context::{Api, Context};
use crate::error::Refusal;

/// The longest that a request may wait for something to happen, in seconds.
const LONGEST_WAIT: u64 = 60;
/// Entries that are read at a time.
const AT_ONCE: u32 = 256;
/// Entries before a change of somebody among which are those of the records that it is about.
const RECORDS_BEFORE: u64 = 16;
/// Entries that one answer looks through at most, shown or not.
const LOOKED_THROUGH: u64 = 4096;
/// How often it is looked whether the account is still in memory, where changes are told of.
const LOOK: Duration = Duration::from_secs(1);

/// `GET /changes?since=&limit=&wait=`.
pub(crate) async fn list(request: Api, RawQuery(query): RawQuery) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let mut query = Query::of(query.as_deref())?;
        let (mut since, limit) = (query.since(), query.limit());
        let wait = query.number("wait", LONGEST_WAIT).unwrap_or_default();
        query.checked()?;
        let wants_stream = wants_stream(&request);
        if let Some(last) = request.headers().get("last-event-id").filter(|_| wants_stream) {
            let last = last.to_str().ok().and_then(|last| last.parse().ok());
            since = last.ok_or_else(|| Refusal::validation("Last-Event-ID: is a revision."))?;
        }
        check_since(&request, since).await?;
        let following = Following::of(&request);
        if wants_stream {
            return stream::begin(following, since, format);
        }
        let page = following.wait(since, limit, Duration::from_secs(wait)).await?;
        let items: Vec<_> = page.entries.into_iter().map(ChangeDocument).collect();
        let (next, more) = (page.next, page.more);
        let document = FeedDocument { next, more, key: "changes", item: "change", items: &items };
        Ok(fresh(&request, "feed", &document))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

fn wants_stream(request: &Api) -> bool {
    let mut accepted = request.headers().get_all(header::ACCEPT).iter();
    accepted.any(|value| value.as_bytes().starts_with(b"text/event-stream"))
}

/// Somebody who follows the change log.
struct Following {
    app: Arc<App>,
    account: Arc<LiveAccount>,
    directory: Arc<Directory>,
    viewer: Viewer,
}

/// A piece of the log, as its viewer sees it.
struct Page {
    entries: Vec<Visible<Happening>>,
    /// The revision up to which the log was looked through.
    next: u64,
    /// Whether there is more to look through already.
    more: bool,
}

impl Following {
    fn of(context: &Context) -> Following {
        Following {
            app: Arc::clone(&context.app),
            account: Arc::clone(&context.account),
            directory: Arc::clone(&context.directory),
            viewer: context.viewer,
        }
    }

    /// What is shown of the log after `since`: at once if there is anything, else as soon as there is, else nothing.
    async fn wait(mut self, mut since: u64, limit: usize, patience: Duration) -> Result<Page, Refusal> {
        let end = Instant::now() + patience;
        let mut shown = self.account.shown();
        // Where no place is left, nobody waits.
        let mut place = if patience.is_zero() { None } else { self.app.feed.place() };
        loop {
            shown.borrow_and_update();
            self.renew().await?;
            let page = self.page(since, limit).await?;
            let Some(waiting) = &mut place else { return Ok(page) };
            if !page.entries.is_empty() || page.more || Instant::now() >= end {
                return Ok(page);
            }
            since = page.next;
            tokio::select! {
                _ = shown.changed() => {}
                () = sleep_until(end.min(Instant::now() + LOOK)) => {}
                () = waiting.ended() => return Ok(page),
            }
        }
    }

    /// Goes over to the newest snapshot, and to what the viewer may see by now.
    async fn renew(&mut self) -> Result<(), Refusal> {
        let newest = match self.account.in_memory() {
            Some(directory) => directory,
            None => self.app.accounts.directory(&self.account).await?,
        };
        if newest.revision() < self.directory.revision() {
            return Ok(());
        }
        let person = newest.person(self.viewer.user).ok_or(Refusal::Unauthenticated)?;
        self.viewer = authenticate::viewer(&newest, person).ok_or(Refusal::Unauthenticated)?;
        self.directory = newest;
        Ok(())
    }

    /// What is shown of the log after `since`: of the part that the snapshot is of, since that says who may see what.
    async fn page(&self, since: u64, limit: usize) -> Result<Page, Refusal> {
        let until = self.directory.revision();
        let (mut next, mut entries) = (since, Vec::new());
        let end = until.min(since.saturating_add(LOOKED_THROUGH));
        'reading: while next < end {
            let from = next.saturating_sub(RECORDS_BEFORE);
            let changes = self.app.store.changes(self.account.id(), from, end, AT_ONCE).await?;
            let new = changes.partition_point(|change| change.revision <= next);
            if new == changes.len() {
                // The log ends before the account does: for a check to tell of.
                next = end;
            }
            for at in new..changes.len() {
                if entries.len() == limit {
                    break 'reading;
                }
                entries.extend(self.shown(&changes, at).await?);
                next = changes[at].revision;
            }
        }
        // A client may ask from where this account has not come to on this node.
        Ok(Page { entries, next, more: next < until })
    }

    /// What the viewer is told of one of `changes`.
    async fn shown(&self, changes: &[Change], at: usize) -> Result<Option<Visible<Happening>>, Refusal> {
        let Change { revision, at: moment, actor, object, object_id, action, .. } = changes[at];
        let happening = Happening { revision, at: moment, object, object_id, action, actor };
        let is_of_person = object == Object::User || object.is_record();
        // Administrators are told everything, whatever it touched.
        let told_all = self.viewer.rights_over_all(&self.directory) == Rights::ALL;
        let (owner, touched) = if is_of_person && !told_all {
            parts::touched(&self.app.store, self.account.id(), changes, at).await?
        } else {
            (Some(UserId(object_id)).filter(|_| object == Object::User), Touched::Whole)
        };
        Ok(self.viewer.happening(&self.directory, happening, owner, &touched))
    }
}
