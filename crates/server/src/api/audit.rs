//! `GET /audit`: the change log with everything that it says, for administrators.

use axum::body::Body;
use axum::extract::RawQuery;
use folkmoot_core::{Object, UserId};
use folkmoot_store::Change;
use folkmoot_wire::{Emit, ErrorCode, FeedDocument, Render, json, object_url};
use http::Response;

use super::cursor::{Query, check_since, fresh};
use super::id;
use crate::context::{Api, Context};
use crate::error::Refusal;

/// Entries that are read at a time.
const AT_ONCE: u32 = 256;
/// Entries that one answer looks through at most, asked for or not.
const LOOKED_THROUGH: u64 = 10_000;

/// `GET /audit?since=&object=&object_id=&actor=&limit=`.
pub(crate) async fn list(request: Api, RawQuery(query): RawQuery) -> Response<Body> {
    let format = request.format;
    let answer = async {
        administrators_only(&request)?;
        let mut query = Query::of(query.as_deref())?;
        let (since, limit) = (query.since(), query.limit());
        let object =
            query.parsed("object", "is the name of a kind of object, such as User", Object::from_code);
        let object_id = query.parsed("object_id", "is the number of an object", id::number);
        let actor = query.parsed("actor", "is the number of a user", id::number).map(UserId);
        query.checked()?;
        check_since(&request, since).await?;
        let is_wanted = |change: &Change| {
            object.is_none_or(|object| change.object == object)
                && object_id.is_none_or(|id| change.object_id == id)
                && actor.is_none_or(|actor| change.actor == Some(actor))
        };
        let (store, account) = (&request.app.store, request.account.id());
        let until = store.revision(account).await?;
        let end = until.min(since.saturating_add(LOOKED_THROUGH));
        let (mut next, mut entries) = (since, Vec::new());
        while next < end && entries.len() < limit {
            let changes = store.changes(account, next, end, AT_ONCE).await?;
            if changes.is_empty() {
                // The log ends before the account does: for a check to tell of.
                next = end;
            }
            for change in changes {
                if entries.len() == limit {
                    break;
                }
                next = change.revision;
                if is_wanted(&change) {
                    entries.push(Entry(change));
                }
            }
        }
        let more = next < until;
        Ok(fresh(
            &request,
            "audit",
            &FeedDocument { next, more, key: "entries", item: "entry", items: &entries },
        ))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// Refuses everybody else.
pub(super) fn administrators_only(context: &Context) -> Result<(), Refusal> {
    if context.directory.administers(context.viewer.user, context.viewer.group) {
        return Ok(());
    }
    Err(Refusal::new(ErrorCode::Access, "Only administrators may do this."))
}

/// An entry of the change log.
struct Entry(Change);

impl Render for Entry {
    fn render<E: Emit>(&self, out: &mut E) {
        let Change {
            revision,
            at,
            actor,
            source,
            object,
            object_id,
            action,
            before,
            after,
            address,
            request,
            hash,
        } = &self.0;
        out.begin_object();
        out.key("revision");
        out.integer(revision.cast_signed());
        out.key("at");
        out.timestamp(*at);
        out.key("actor_id");
        match actor {
            Some(actor) => out.integer(actor.0),
            None => out.null(),
        }
        out.key("source");
        out.string(source.code());
        for (key, value) in [("address", address), ("request", request)] {
            out.key(key);
            match value {
                Some(value) => out.string(value),
                None => out.null(),
            }
        }
        out.key("object");
        out.string(object.code());
        out.key("object_id");
        out.integer(*object_id);
        out.key("action");
        out.string(action.code());
        out.key("url");
        object_url(*object, *object_id, out);
        for (key, value) in [("before", before), ("after", after)] {
            out.key(key);
            match value.as_ref().map(|text| json::read(text.as_bytes())) {
                Some(Ok(value)) => value.render(out),
                Some(Err(_)) | None => out.null(),
            }
        }
        out.key("hash");
        match hash {
            Some(hash) => out.string(hash),
            None => out.null(),
        }
        out.end_object();
    }
}
