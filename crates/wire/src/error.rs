//! The bodies of errors and of successful deletions (`http.md`, 'Errors').

use std::borrow::Cow;

use crate::emit::{Emit, Render, document};
use crate::format::Format;
use crate::version::ApiMajor;

/// What kind of fault a request met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ErrorCode {
    /// A single resource was asked for without an ID.
    InvalidId,
    /// There is no such resource.
    NotFound,
    /// The body's `id` is missing, or is not the URL's.
    IdMismatch,
    /// The data is bad.
    Validation,
    /// A write failed for another reason.
    Save,
    /// A deletion failed for another reason.
    Delete,
    /// This user may not.
    Access,
    /// This account has not that feature enabled.
    Rights,
    /// A limit of the plan or the configuration is reached.
    Limit,
    /// The account's database cannot be reached.
    Connection,
    /// There is no such account.
    UnknownSubdomain,
    /// The service is in maintenance.
    Maintenance,
    /// Anything else.
    Other,
}

impl ErrorCode {
    /// Every code, in the order of the specification's table.
    pub const ALL: [Self; 13] = [
        Self::InvalidId,
        Self::NotFound,
        Self::IdMismatch,
        Self::Validation,
        Self::Save,
        Self::Delete,
        Self::Access,
        Self::Rights,
        Self::Limit,
        Self::Connection,
        Self::UnknownSubdomain,
        Self::Maintenance,
        Self::Other,
    ];

    /// The code as versions 2 and 3 spell it.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidId => "INVALID_ID",
            Self::NotFound => "NOT_FOUND",
            Self::IdMismatch => "ID_MISMATCH",
            Self::Validation => "VALIDATION_ERROR",
            Self::Save => "SAVE_ERROR",
            Self::Delete => "DELETE_ERROR",
            Self::Access => "ACCESS_ERROR",
            Self::Rights => "RIGHTS_ERROR",
            Self::Limit => "LIMIT_ERROR",
            Self::Connection => "CONNECTION_ERROR",
            Self::UnknownSubdomain => "UNKNOWN_SUBDOMAIN",
            Self::Maintenance => "MAINTENANCE",
            Self::Other => "ERROR",
        }
    }

    /// The code as `version` spells it. In version 1 a number that nothing has is as invalid as none.
    pub const fn code_in(self, version: ApiMajor) -> &'static str {
        match (version, self) {
            (ApiMajor::V1, Self::Validation) => "VALIDATE_ERROR",
            (ApiMajor::V1, Self::NotFound) => Self::InvalidId.code(),
            _ => self.code(),
        }
    }

    /// The HTTP status that goes with the code, unless the case has one of its own (a conflict is a 409).
    pub const fn status(self) -> u16 {
        match self {
            Self::InvalidId | Self::NotFound | Self::UnknownSubdomain => 404,
            Self::IdMismatch | Self::Validation | Self::Save | Self::Delete => 400,
            Self::Access | Self::Rights | Self::Limit => 403,
            Self::Connection | Self::Other => 500,
            Self::Maintenance => 503,
        }
    }
}

/// The body of a response that reports a fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorBody {
    /// The kind of fault.
    pub code: ErrorCode,
    /// One message for each fault.
    pub messages: Vec<Cow<'static, str>>,
}

impl ErrorBody {
    /// The element name of the root in XML.
    pub const ROOT: &'static str = "error";

    /// A body with one message.
    pub fn new(code: ErrorCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { code, messages: vec![message.into()] }
    }

    /// The whole document.
    pub fn document(&self, format: Format, version: ApiMajor) -> Vec<u8> {
        let (code, messages) = (self.code.code_in(version), &*self.messages);
        document(format, Self::ROOT, &Outcome { root: Self::ROOT, code, messages, alone: false })
    }
}

/// The body of a response that reports a success and has no resource to show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Success {
    /// What was done, as `DELETED`.
    pub code: &'static str,
    /// The messages.
    pub messages: Vec<Cow<'static, str>>,
}

impl Success {
    /// The element name of the root in XML.
    pub const ROOT: &'static str = "success";

    /// What `version` answers to DELETE of a `resource`, such as `User`.
    pub fn deleted(resource: &str, version: ApiMajor) -> Self {
        let (code, message) = match version {
            ApiMajor::V1 => ("DELETE", format!("The {resource} was successfully deleted").into()),
            ApiMajor::V2 | ApiMajor::V3 => ("DELETED", "Operation successfully completed.".into()),
        };
        Self { code, messages: vec![message] }
    }

    /// The whole document.
    pub fn document(&self, format: Format, version: ApiMajor) -> Vec<u8> {
        let Self { code, messages } = self;
        let alone = version == ApiMajor::V1;
        document(format, Self::ROOT, &Outcome { root: Self::ROOT, code, messages, alone })
    }
}

/// A code and messages below the root. In JSON the root is an object with one member; in XML the root element has that
/// name already.
struct Outcome<'a> {
    root: &'a str,
    code: &'a str,
    messages: &'a [Cow<'static, str>],
    /// Whether a message stands by itself and not in a list, as in what version 1 says of a success.
    alone: bool,
}

impl Render for Outcome<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        let wrapped = out.format() == Format::Json;
        if wrapped {
            out.begin_object();
            out.key(self.root);
        }
        out.begin_object();
        out.key("code");
        out.string(self.code);
        if let ([message], true) = (self.messages, self.alone) {
            out.key("message");
            out.string(message);
        } else {
            out.key("messages");
            out.begin_array("message");
            for message in self.messages {
                out.string(message);
            }
            out.end_array();
        }
        out.end_object();
        if wrapped {
            out.end_object();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn errors_have_the_documented_shapes() {
        let body = ErrorBody {
            code: ErrorCode::Validation,
            messages: vec!["email: is required".into(), "name: <b> & co".into()],
        };
        assert_eq!(
            text(body.document(Format::Json, ApiMajor::V2)),
            r#"{"error":{"code":"VALIDATION_ERROR","messages":["email: is required","name: <b> & co"]}}"#
        );
        assert_eq!(
            text(body.document(Format::Xml, ApiMajor::V3)),
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<error><code>VALIDATION_ERROR</code><messages>\
             <message>email: is required</message><message>name: &lt;b&gt; &amp; co</message></messages></error>"
        );
    }

    #[test]
    fn a_deletion_has_the_documented_shape() {
        let deleted = |version, format| text(Success::deleted("User", version).document(format, version));
        assert_eq!(
            deleted(ApiMajor::V2, Format::Json),
            r#"{"success":{"code":"DELETED","messages":["Operation successfully completed."]}}"#
        );
        assert!(deleted(ApiMajor::V3, Format::Xml).ends_with(
            "<success><code>DELETED</code><messages><message>Operation successfully completed.</message>\
             </messages></success>"
        ));
        assert!(deleted(ApiMajor::V1, Format::Xml).ends_with(
            "<success><code>DELETE</code><message>The User was successfully deleted</message></success>"
        ));
    }

    #[test]
    fn codes_and_statuses_follow_the_table() {
        let table: Vec<_> = ErrorCode::ALL.iter().map(|code| (code.code(), code.status())).collect();
        assert_eq!(
            table,
            [
                ("INVALID_ID", 404),
                ("NOT_FOUND", 404),
                ("ID_MISMATCH", 400),
                ("VALIDATION_ERROR", 400),
                ("SAVE_ERROR", 400),
                ("DELETE_ERROR", 400),
                ("ACCESS_ERROR", 403),
                ("RIGHTS_ERROR", 403),
                ("LIMIT_ERROR", 403),
                ("CONNECTION_ERROR", 500),
                ("UNKNOWN_SUBDOMAIN", 404),
                ("MAINTENANCE", 503),
                ("ERROR", 500),
            ]
        );
        let differently: Vec<_> = ErrorCode::ALL
            .iter()
            .map(|code| (code.code(), code.code_in(ApiMajor::V1)))
            .filter(|(usual, first)| usual != first)
            .collect();
        assert_eq!(differently, [("NOT_FOUND", "INVALID_ID"), ("VALIDATION_ERROR", "VALIDATE_ERROR")]);
        for code in ErrorCode::ALL {
            assert_eq!((code.code_in(ApiMajor::V2), code.code_in(ApiMajor::V3)), (code.code(), code.code()));
        }
    }
}
