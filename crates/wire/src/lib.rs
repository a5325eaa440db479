//! What bytes look like: the JSON and XML that go out, the forms, JSON and XML that come in, error bodies, dates,
//! and the headers that choose between them. No module here knows what a user is, except those named for a version
//! of the API, and `access`.

pub mod access;
pub mod basic;
pub mod documents;
pub mod emit;
pub mod error;
pub mod escape;
mod feed;
pub mod form;
pub mod format;
pub mod input;
pub mod json;
mod locate;
mod singular;
mod style;
pub mod time;
mod v1;
mod v2;
pub mod value;
pub mod version;
#[cfg(feature = "webhooks")]
pub mod webhook;
pub mod xml;

pub use basic::Credentials;
pub use documents::Opened;
pub use emit::{
    Emit, JsonWriter, List, Render, XmlWriter, document, document_into, fragment, list_close, list_open,
    list_separator,
};
pub use error::{ErrorBody, ErrorCode, Success};
pub use feed::{ChangeDocument, FeedDocument, object_url};
pub use form::{Form, FormError, FormValue, Leaf, Limits};
pub use format::Format;
pub use locate::ReadError;
pub use style::{PictureAddresses, PictureUrls, Style};
pub use time::TimeError;
pub use value::{Node, Position, Value};
pub use version::{ApiMajor, ApiVersion, VersionError};
