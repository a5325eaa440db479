//! The list of users at another moment than now: those who were there then, whose history the viewer sees today. Nothing of
//! it is kept but the roster: few ask for the same day, and whom each of them sees differs.

use axum::body::Body;
use folkmoot_core::{Chunk, Directory, HistoryOf, ListedUser, Mask, Moment, Roster, Viewer, Visible};
use folkmoot_wire::documents::PartialUserDocument;
use folkmoot_wire::{Emit, ErrorCode, Render, Style};
use http::Response;

use super::{First, ROOT, Rendering, Shape, Spelling, render};
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::respond;

/// Answers `GET /users?as_of=`.
pub(super) async fn respond(request: &Api, moment: Moment) -> Result<Response<Body>, Refusal> {
    let viewer = request.viewer;
    if !viewer.sees_some_history(&request.directory) {
        return Err(Refusal::new(ErrorCode::Access, "You may see nobody's history."));
    }
    let seen_by = [viewer.user.0, viewer.group.number()];
    let identity = request.identity(ROOT, 0, Mask::PUBLIC, &seen_by);
    let tag = EntityTag(request.app.store.keys().entity_tag(&identity));
    if tag.is_held(request.headers()) {
        return Ok(respond::not_modified(request, tag));
    }
    let roster = request.app.rosters.get(request, moment).await?;
    let spelling = Spelling::of(request, Shape::of(request.version));
    let body = Body::new(Rendering::new(request.context.clone(), spelling, None, Some(roster)));
    Ok(respond::with_headers(request, tag, request.encoding, body))
}

/// What the list shows of a chunk; `None` where that is nobody.
pub(super) fn listed(
    directory: &Directory,
    viewer: &Viewer,
    chunk: &Chunk,
    roster: &Roster,
    shape: Shape,
    opens: bool,
    style: Style<'_>,
) -> Option<Vec<u8>> {
    let people = chunk.people().iter().filter_map(|person| {
        let then = roster.of(person.user.id)?;
        viewer.history(directory, person, HistoryOf::All)?.listed(person, then)
    });
    match shape {
        Shape::Partial => render(style, opens, chunk, people.map(|user| Partial(user, style))),
        Shape::First => render(style, opens, chunk, people.map(First)),
    }
}

struct Partial<'a>(Visible<ListedUser<'a>>, Style<'a>);

impl Render for Partial<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        let user = ListedUser::partial(&self.0);
        PartialUserDocument { user: &user, style: self.1 }.render(out);
    }
}
