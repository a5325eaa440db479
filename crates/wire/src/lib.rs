//! What bytes look like: the JSON and XML that go out, the forms, JSON and XML that come in, error bodies, dates,
//! and the headers that choose between them. No module here knows what a user is, except those named for a version
//! of the API.

pub mod basic;
pub mod emit;
pub mod error;
pub mod escape;
pub mod form;
pub mod format;
pub mod json;
mod locate;
mod singular;
pub mod time;
pub mod v2;
pub mod value;
pub mod version;
pub mod xml;

pub use basic::Credentials;
pub use emit::{
    Emit, JsonWriter, List, Render, XmlWriter, document, document_into, fragment, list_close, list_open,
    list_separator,
};
pub use error::{ErrorBody, ErrorCode, Success};
pub use form::{Form, FormError, FormValue, Leaf, Limits};
pub use format::Format;
pub use locate::ReadError;
pub use time::TimeError;
pub use value::{Node, Position, Value};
pub use version::{ApiVersion, VersionError};
