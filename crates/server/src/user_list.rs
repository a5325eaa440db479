//! The list of users: the largest answer there is, and the one asked for most. It is rendered chunk by chunk, and a
//! rendered chunk is kept by the chunk's stamp: a write renders one chunk anew, not the account. The body shares the
//! kept bytes; no request holds a copy of the list.
//!
//! Versions 2 and 3 show everybody the same list. Version 1 tells of some people their group and their status, of others
//! not, as the viewer may see them: its pieces are kept by the viewer's *sight* of the chunk besides, so that all who see
//! the same share one (`docs/decisions/0020-lists-in-version-1.md`).

mod cache;
mod then;

use std::hash::BuildHasher;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context as TaskContext, Poll};

use axum::body::Body;
use bytes::Bytes;
use folkmoot_core::{Chunk, Directory, ListedUser, Mask, PartialUser, Person, Sight, Visible};
use folkmoot_wire::documents::{ListedUserDocument, PartialUserDocument};
use folkmoot_wire::{ApiMajor, Emit, Format, Render, Style, fragment, list_close, list_open, list_separator};
use http::Response;
use http_body::{Frame, SizeHint};

pub(crate) use cache::ListCache;
use cache::{PieceKey, Whole, WholeKey};

use crate::compress::{Encoding, Frames, Piece};
use crate::conditional::EntityTag;
use crate::context::{Api, Context};
use crate::error::Refusal;
use crate::respond;
use crate::rosters::HeldRoster;

const ROOT: &str = "users";
const ITEM: &str = "user";

/// What a rendered piece depends on, besides the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Spelling {
    format: Format,
    encoding: Encoding,
    /// A hash of where pictures are said to be; version 1's list has none.
    pictures: u64,
    shape: Shape,
}

/// Which list it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Shape {
    /// Partial users, the same in versions 2 and 3 and for everybody.
    Partial,
    /// Version 1's.
    First,
}

impl Shape {
    fn of(version: ApiMajor) -> Shape {
        match version {
            ApiMajor::V1 => Shape::First,
            ApiMajor::V2 | ApiMajor::V3 => Shape::Partial,
        }
    }
}

impl Spelling {
    fn of(request: &Api, shape: Shape) -> Spelling {
        let pictures = match shape {
            Shape::Partial => request.app.lists.hasher.hash_one(&*request.pictures.identity()),
            Shape::First => 0,
        };
        Spelling { format: request.format, encoding: request.encoding, pictures, shape }
    }
}

/// Answers `GET /users`.
///
/// # Errors
/// 403 `ACCESS_ERROR` where another moment is asked about by somebody who sees nobody's history; when the store fails.
pub(crate) async fn respond(request: &Api) -> Result<Response<Body>, Refusal> {
    match request.moment {
        None => Ok(respond_now(request)),
        Some(moment) => then::respond(request, moment).await,
    }
}

/// Whether everybody whom the list is shown to sees the same.
fn is_shared(request: &Api, shape: Shape) -> bool {
    shape == Shape::Partial || request.viewer.sees_all_in_lists(&request.directory)
}

/// The tag of the list as it is now.
pub(crate) fn tag(request: &Api) -> EntityTag {
    let viewer = [request.viewer.user.0, request.viewer.group.number()];
    let seen_by = if is_shared(request, Shape::of(request.version)) { &[][..] } else { &viewer[..] };
    EntityTag(request.app.store.keys().entity_tag(&request.identity(ROOT, 0, Mask::PUBLIC, seen_by)))
}

fn respond_now(request: &Api) -> Response<Body> {
    let shape = Shape::of(request.version);
    let (shared, tag) = (is_shared(request, shape), tag(request));
    if tag.is_held(request.headers()) {
        return respond::not_modified(request, tag);
    }
    let cache = &request.app.lists;
    let spelling = Spelling::of(request, shape);
    let (account, generation) = (request.account.id(), request.directory.generation());
    let key = shared.then_some(WholeKey { account, generation, spelling });
    let body = match key.and_then(|key| cache.wholes_used.note(cache.wholes.get(&key))) {
        Some(whole) => Body::new(Ready { frames: whole.frames, next: 0, left: whole.length }),
        None => Body::new(Rendering::new(request.context.clone(), spelling, key, None)),
    };
    respond::with_headers(request, tag, request.encoding, body)
}

/// A list that is kept: its frames are handed out as they are.
struct Ready {
    frames: Arc<[Bytes]>,
    next: usize,
    left: u64,
}

impl http_body::Body for Ready {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        let frame = self.frames.get(self.next).cloned();
        self.next += 1;
        if let Some(frame) = &frame {
            self.left -= frame.len() as u64;
        }
        Poll::Ready(frame.map(|frame| Ok(Frame::data(frame))))
    }

    fn is_end_stream(&self) -> bool {
        self.next >= self.frames.len()
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

/// A list that is rendered while it is sent, a chunk at a time, so that its first byte does not wait for its last.
struct Rendering {
    context: Context,
    spelling: Spelling,
    /// Under what the whole is kept, if it is.
    key: Option<WholeKey>,
    /// Whom it lists, where that is not who is there today.
    then: Option<Arc<HeldRoster>>,
    frames: Frames,
    chunk: usize,
    opened: bool,
    step: Step,
    /// What was sent so far, to be kept as a whole; given up when it grows too large.
    sent: Option<Vec<Bytes>>,
    length: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Open,
    Chunks,
    Close,
    Done,
}

impl Rendering {
    fn new(
        context: Context,
        spelling: Spelling,
        key: Option<WholeKey>,
        then: Option<Arc<HeldRoster>>,
    ) -> Rendering {
        Rendering {
            context,
            spelling,
            key,
            then,
            frames: Frames::new(spelling.encoding),
            chunk: 0,
            opened: false,
            step: Step::Open,
            sent: key.map(|_| Vec::new()),
            length: 0,
        }
    }

    fn next_bytes(&mut self) -> Option<Bytes> {
        loop {
            let bytes = match self.step {
                Step::Open => {
                    self.step = Step::Chunks;
                    self.frames.open()
                }
                Step::Chunks => {
                    let Some(chunk) = self.context.directory.chunks().get(self.chunk).cloned() else {
                        self.step = Step::Close;
                        continue;
                    };
                    self.chunk += 1;
                    let Some(piece) = self.piece(&chunk) else { continue };
                    self.frames.add(&piece);
                    self.opened = true;
                    piece.bytes
                }
                Step::Close => {
                    self.step = Step::Done;
                    self.closing_bytes()
                }
                Step::Done => return None,
            };
            if bytes.is_empty() {
                continue;
            }
            self.note(&bytes);
            return Some(bytes);
        }
    }

    /// What the list shows of a chunk, kept or rendered now; `None` for a chunk of leavers only.
    fn piece(&self, chunk: &Chunk) -> Option<Piece> {
        let (spelling, opens) = (self.spelling, !self.opened);
        let Context { app, account, directory, viewer, .. } = &self.context;
        if let Some(roster) = &self.then {
            let style = self.context.style_in(spelling.format);
            let raw = then::listed(directory, viewer, chunk, &roster.roster, spelling.shape, opens, style);
            return raw.map(|raw| spelling.encoding.piece(raw));
        }
        let sight = match spelling.shape {
            Shape::Partial => Sight::default(),
            Shape::First => viewer.sight(directory, chunk),
        };
        let (account, first, stamp) = (account.id(), chunk.first()?.0, chunk.stamp());
        let key = PieceKey { account, first, stamp, opens, spelling, sight };
        let cache = &app.lists;
        if let Some(piece) = cache.pieces_used.note(cache.pieces.get(&key)) {
            return piece;
        }
        let style = self.context.style_in(spelling.format);
        let raw = match spelling.shape {
            Shape::Partial => {
                let as_of = directory.as_of();
                let present = chunk.people().iter().filter(|person| !person.has_left(as_of));
                render(style, opens, chunk, present.map(|person| Partial(directory, person, style)))
            }
            Shape::First => render(style, opens, chunk, sight.listed(directory, chunk).map(First)),
        };
        let piece = raw.map(|raw| spelling.encoding.piece(raw));
        cache.pieces.insert(key, piece.clone());
        piece
    }

    fn closing_bytes(&mut self) -> Bytes {
        let Spelling { format, encoding, .. } = self.spelling;
        let mut end = if self.opened { Vec::new() } else { list_open(format, ROOT) };
        end.extend_from_slice(&list_close(format, ROOT));
        let piece = encoding.piece(end);
        self.frames.add(&piece);
        let frames = std::mem::replace(&mut self.frames, Frames::new(encoding));
        [&piece.bytes[..], &frames.close()[..]].concat().into()
    }

    fn note(&mut self, bytes: &Bytes) {
        self.length += bytes.len() as u64;
        self.context.app.metrics.sent_bytes.add(bytes.len() as u64);
        let cache = &self.context.app.lists;
        if self.length > cache.largest {
            self.sent = None;
        }
        if let Some(sent) = &mut self.sent {
            sent.push(bytes.clone());
            if self.step == Step::Done
                && let Some(key) = self.key
            {
                let frames = std::mem::take(sent).into();
                cache.wholes.insert(key, Whole { frames, length: self.length });
            }
        }
    }
}

impl http_body::Body for Rendering {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut TaskContext<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        Poll::Ready(self.next_bytes().map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.step == Step::Done
    }
}

struct Partial<'a>(&'a Directory, &'a Person, Style<'a>);

impl Render for Partial<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        let user = PartialUser::of(self.0, self.1);
        PartialUserDocument { user: &user, style: self.2 }.render(out);
    }
}

struct First<'a>(Visible<ListedUser<'a>>);

impl Render for First<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        ListedUserDocument { user: &self.0 }.render(out);
    }
}

/// The users of a chunk who are listed, with what comes before them; `None` when nobody is.
fn render<T: Render>(
    style: Style<'_>,
    opens: bool,
    chunk: &Chunk,
    users: impl Iterator<Item = T>,
) -> Option<Vec<u8>> {
    const TYPICAL: usize = 400;
    let mut raw = Vec::with_capacity(chunk.people().len() * TYPICAL);
    if opens {
        raw.extend_from_slice(&list_open(style.format, ROOT));
    } else {
        raw.extend_from_slice(list_separator(style.format));
    }
    let before = raw.len();
    fragment(style.format, ITEM, users, &mut raw);
    (raw.len() > before).then_some(raw)
}
