//! What can go wrong between this client and a server. No variant ever holds a secret.

use std::time::Duration;

use http::StatusCode;

/// The result of a call.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The client was set up with something it cannot work with.
    #[error("{0}")]
    Setup(String),
    /// The server refused, and may have said why.
    #[error("the server answered {status}{}", explain(code, messages))]
    Refused {
        /// The HTTP status.
        status: StatusCode,
        /// The error code of the API, such as `ACCESS_ERROR`; empty when the server sent none.
        code: String,
        /// The messages that came with it.
        messages: Vec<String>,
        /// How long the server asked to wait before the next attempt.
        retry_after: Option<Duration>,
    },
    /// Nothing came within the time allowed.
    #[error("timed out while {0}")]
    Timeout(&'static str),
    /// The connection could not be made, or broke.
    #[error("connection failed: {message}")]
    Connection {
        /// What happened, with its causes.
        message: String,
        /// Whether another attempt could fare better; a certificate that is not trusted stays so.
        transient: bool,
    },
    /// The answer is larger than allowed.
    #[error("the answer is larger than {limit} bytes")]
    TooLarge {
        /// The bound.
        limit: u64,
    },
    /// The answer could not be understood.
    #[error("unreadable answer: {}", printable(.0))]
    Unreadable(String),
    /// A redirect that must not be followed.
    #[error("refused to follow a redirect: {0}")]
    Redirect(String),
    /// A URL that cannot be fetched.
    #[error("not a usable URL: {0}")]
    Url(String),
    /// What came is not a picture, whatever it was labelled.
    #[error("not a picture{}", labelled(.content_type.as_deref()))]
    NotAPicture {
        /// How the server labelled it.
        content_type: Option<String>,
    },
}

fn explain(code: &str, messages: &[String]) -> String {
    match (code.is_empty(), messages.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!(": {}", messages.join("; ")),
        (false, true) => format!(": {code}"),
        (false, false) => format!(": {code}: {}", messages.join("; ")),
    }
}

fn labelled(content_type: Option<&str>) -> String {
    content_type.map(|label| format!(" (the server labelled it {label})")).unwrap_or_default()
}

impl Error {
    /// Whether the same call could succeed a little later.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Refused { status, .. } => {
                *status == StatusCode::TOO_MANY_REQUESTS
                    || *status == StatusCode::REQUEST_TIMEOUT
                    || (status.is_server_error()
                        && *status != StatusCode::NOT_IMPLEMENTED
                        && *status != StatusCode::HTTP_VERSION_NOT_SUPPORTED)
            }
            Self::Timeout(_) => true,
            Self::Connection { transient, .. } => *transient,
            _ => false,
        }
    }

    /// The HTTP status, when the server refused.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            Self::Refused { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// The error code of the API, such as `VALIDATION_ERROR`, when the server refused and said one.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Refused { code, .. } if !code.is_empty() => Some(code),
            _ => None,
        }
    }

    /// What the server said about why it refused: of bad input one message for each fault.
    pub fn messages(&self) -> &[String] {
        match self {
            Self::Refused { messages, .. } => messages,
            _ => &[],
        }
    }

    /// How long the server asked to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// What is wrong with a JSON document, without repeating anything of it.
    pub(crate) fn json(error: &serde_json::Error) -> Self {
        let message = error.to_string();
        // serde names the value that it found, which may be anybody's secret, before what it expected.
        let told = match message.split_once(", expected ") {
            Some((_, expected)) => format!("expected {expected}"),
            None => message,
        };
        Self::Unreadable(told)
    }

    /// A transport fault with all its causes in one line.
    pub(crate) fn connection(error: &(dyn std::error::Error + 'static)) -> Self {
        let mut message = error.to_string();
        let mut transient = true;
        let mut cause = Some(error);
        while let Some(current) = cause {
            let text = current.to_string();
            if !message.contains(&text) {
                message.push_str(": ");
                message.push_str(&text);
            }
            transient &= !is_certificate_fault(current);
            cause = current.source();
        }
        Self::Connection { message: printable(&message), transient }
    }
}

/// rustls reports through `io::Error`, whose source skips the error it wraps: look inside.
fn is_certificate_fault(error: &(dyn std::error::Error + 'static)) -> bool {
    let inner = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let tls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>()).or_else(|| error.downcast_ref());
    matches!(tls, Some(rustls::Error::InvalidCertificate(_)))
        || inner.and_then(|inner| inner.source()).is_some_and(is_certificate_fault)
}

/// Text of a server's, made safe for a terminal: bounded, and with blanks for whatever would control the terminal or
/// turn the direction of writing.
pub fn printable(text: &str) -> String {
    let clean = text.chars().map(|c| if controls(c) { ' ' } else { c });
    clean.take(500).collect::<String>().trim().to_owned()
}

fn controls(c: char) -> bool {
    let directs = matches!(c,
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    c.is_control() || directs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_printable_controls_a_terminal() {
        assert_eq!(printable("Zoë O'Hara 😀"), "Zoë O'Hara 😀");
        assert_eq!(printable("a\x1b[2Jb\r\nc\u{9b}31md\x7f"), "a [2Jb  c 31md");
        assert_eq!(printable("a\u{202e}gpj.b"), "a gpj.b");
        assert_eq!(printable(&"ü".repeat(900)).chars().count(), 500);
    }
}
