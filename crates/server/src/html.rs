//! Web pages: whole documents that ask for nothing from elsewhere, run no script, and are shown in no frame.

use std::fmt::{self, Write};
use std::sync::LazyLock;

use axum::body::Body;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Response, StatusCode, header};
use sha2::{Digest, Sha256};

const STYLE: &str = "\
:root{color-scheme:light dark}\
body{font:1rem/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem}\
label{display:block;margin-top:1rem}\
input{font:inherit;width:100%;box-sizing:border-box;padding:.4rem}\
button{font:inherit;margin-top:1.5rem;padding:.4rem 1.2rem}\
[role=alert]{border-left:.3rem solid;padding-left:.8rem}";

static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    HeaderValue::from_str(&policy(STYLE, "'self'")).unwrap_or(HeaderValue::from_static("default-src 'none'"))
});

/// The policy of a page (Content Security Policy, level 3): nothing but its own style, which is told by its hash, and
/// forms that are sent to `forms`.
pub(crate) fn policy(style: &str, forms: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style));
    format!(
        "default-src 'none'; style-src 'sha256-{hash}'; form-action {forms}; base-uri 'none'; frame-ancestors 'none'"
    )
}

/// A page. `body` is HTML: what comes from elsewhere has been through [`Escaped`].
pub(crate) fn page(status: StatusCode, title: &str, body: &str) -> Response<Body> {
    let title = Escaped(title);
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<h1>{title}</h1>\n{body}\n</main>\n</body>\n</html>\n"
    );
    let mut response = Response::new(Body::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY.clone());
    // The address of a page can be a secret.
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex"));
    response
}

/// A text that is safe wherever HTML has text, and in attributes with quotes around them.
pub(crate) struct Escaped<'a>(pub(crate) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for character in self.0.chars() {
            match character {
                '&' => f.write_str("&amp;")?,
                '<' => f.write_str("&lt;")?,
                '>' => f.write_str("&gt;")?,
                '"' => f.write_str("&quot;")?,
                '\'' => f.write_str("&#39;")?,
                // As they stand, some of these end the document for some browsers.
                control if control.is_control() && !matches!(control, '\n' | '\t') => {
                    f.write_char(char::REPLACEMENT_CHARACTER)?;
                }
                other => f.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        assert_eq!(Escaped("a<b>&\"c'\"\n\0").to_string(), "a&lt;b&gt;&amp;&quot;c&#39;&quot;\n\u{fffd}");
    }

    #[tokio::test]
    async fn a_page_allows_its_own_style_and_nothing_else() {
        let response = page(StatusCode::OK, "A <title>", "<p>x</p>");
        let policy = response.headers()[header::CONTENT_SECURITY_POLICY].to_str().unwrap().to_owned();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        let body = axum::body::to_bytes(response.into_body(), 1 << 16).await.unwrap();
        let body = String::from_utf8(body.to_vec()).unwrap();
        assert!(body.contains("<h1>A &lt;title&gt;</h1>") && body.contains("<p>x</p>"), "{body}");
    }
}
