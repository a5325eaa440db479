//! Following a log: what its queries have in common.

use axum::body::Body;
use folkmoot_wire::{Form, Limits, Render, document};
use http::Response;

use crate::compress::Encoding;
use crate::conditional::EntityTag;
use crate::context::{Api, Context};
use crate::error::Refusal;
use crate::respond;

/// How many entries an answer has, where nothing else is asked for, and at most.
const USUAL: u64 = 100;
const MOST: u64 = 1000;

/// A query string, whose every fault is told by the name of its field.
pub(super) struct Query {
    form: Form,
    faults: Vec<String>,
}

impl Query {
    pub(super) fn of(query: Option<&str>) -> Result<Query, Refusal> {
        let form = Form::parse(query.unwrap_or_default().as_bytes(), &Limits::default())
            .map_err(|error| Refusal::validation(error.to_string()))?;
        Ok(Query { form, faults: Vec::new() })
    }

    /// The whole number up to `most` that a field gives.
    pub(super) fn number(&mut self, field: &str, most: u64) -> Option<u64> {
        let text = self.form.get(field).map(|value| value.text().unwrap_or("?"))?;
        match text.parse() {
            Ok(number) if number <= most => Some(number),
            _ => {
                self.faults.push(format!("{field}: is a whole number from 0 to {most}."));
                None
            }
        }
    }

    /// The revision that `since` gives: 0 if none.
    pub(super) fn since(&mut self) -> u64 {
        self.number("since", i64::MAX.unsigned_abs()).unwrap_or_default()
    }

    /// How many entries are asked for.
    pub(super) fn limit(&mut self) -> usize {
        self.number("limit", MOST).unwrap_or(USUAL).max(1) as usize
    }

    /// What `parse` makes of a field's text; `expected` says what it takes.
    pub(super) fn parsed<T>(
        &mut self,
        field: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Option<T> {
        let text = self.form.get(field).map(|value| value.text().unwrap_or("?"))?;
        let parsed = parse(text);
        if parsed.is_none() {
            self.faults.push(format!("{field}: {expected}."));
        }
        parsed
    }

    /// Refuses what had faults.
    pub(super) fn checked(self) -> Result<(), Refusal> {
        Refusal::of_faults(self.faults)
    }
}

/// Refuses a revision that the account has not come to: a cursor of another account, or of a time before it was
/// restored from a backup.
pub(super) async fn check_since(context: &Context, since: u64) -> Result<(), Refusal> {
    if since <= context.directory.revision() {
        return Ok(());
    }
    // Another node may have come further.
    let newest = context.app.store.revision(context.account.id()).await?;
    if since <= newest {
        return Ok(());
    }
    Err(Refusal::validation(format!("since: is later than the newest revision, {newest}; ask from 0.")))
}

/// A document of this moment, tagged by what is in it.
pub(super) fn fresh<T: Render>(request: &Api, root: &'static str, value: &T) -> Response<Body> {
    let body = document(request.format, root, value);
    let tag = fresh_tag(request, root, &body);
    if tag.is_held(request.headers()) {
        return respond::not_modified(request, tag);
    }
    respond::with_headers(request, tag, Encoding::Identity, Body::from(body))
}

/// The tag of a document that says this.
pub(super) fn fresh_tag(request: &Api, root: &'static str, body: &[u8]) -> EntityTag {
    let account = request.account.id().0.to_be_bytes();
    let identity = [&account[..], request.version.served().as_bytes(), root.as_bytes(), body].concat();
    EntityTag(request.app.store.keys().entity_tag(&identity))
}
