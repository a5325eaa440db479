//! Whose server a URL belongs to: the rule that keeps credentials at home.

use url::Url;

use crate::error::{Error, Result};

/// The account's address: scheme, host and port, and the path below which the API lives.
#[derive(Clone, Debug)]
pub(crate) struct Account {
    base: Url,
    allow_plain_http: bool,
}

impl Account {
    /// Reads a base URL such as `https://acme.example.com`. Plain HTTP is for loopback, unless allowed.
    pub(crate) fn new(text: &str, allow_plain_http: bool) -> Result<Self> {
        // The URL itself stays out of the messages: somebody may have put a password into it.
        let mut base =
            Url::parse(text.trim()).map_err(|e| Error::Setup(format!("the account's address: {e}")))?;
        if !base.username().is_empty() || base.password().is_some() {
            return Err(Error::Setup("the account's address must not carry credentials".to_owned()));
        }
        match base.scheme() {
            "https" => {}
            "http" if allow_plain_http || is_loopback(&base) => {}
            "http" => {
                let fault =
                    "plain http would send the credentials in the clear: use https, or allow it explicitly";
                return Err(Error::Setup(fault.to_owned()));
            }
            other => {
                return Err(Error::Setup(format!("the account's address has scheme {other}, not https")));
            }
        }
        base.set_query(None);
        base.set_fragment(None);
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self { base, allow_plain_http })
    }

    /// A URL of the API: `path` without a leading slash.
    pub(crate) fn api(&self, path: &str) -> Result<Url> {
        self.base.join(path).map_err(|e| Error::Url(e.to_string()))
    }

    /// A URL as a server wrote it, resolved against the account. Plain HTTP is not for an https account, unless
    /// allowed: whoever listens would see the picture, and could put another in its place.
    pub(crate) fn resolve(&self, url: &str) -> Result<Url> {
        let resolved = resolve(&self.base, url)?;
        if self.base.scheme() == "https" && resolved.scheme() == "http" && !self.allow_plain_http {
            let fault = "plain http in an https account: allow it explicitly to fetch it";
            return Err(Error::Url(fault.to_owned()));
        }
        Ok(resolved)
    }

    /// Whether the account's credentials may go to `url`.
    pub(crate) fn owns(&self, url: &Url) -> bool {
        same_origin(&self.base, url)
    }
}

fn same_origin(a: &Url, b: &Url) -> bool {
    a.scheme() == b.scheme() && a.host() == b.host() && a.port_or_known_default() == b.port_or_known_default()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(ip)) => ip.is_loopback(),
        Some(url::Host::Ipv6(ip)) => ip.is_loopback(),
        Some(url::Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            name == "localhost" || name.ends_with(".localhost")
        }
        None => false,
    }
}

/// Whether two addresses are of the same object: the same, but for when they were signed and for how long.
pub(crate) fn is_same_object(one: &str, other: &str) -> bool {
    let unsigned = |url: &str| -> String {
        let Some((path, query)) = url.split_once('?') else { return url.to_owned() };
        let rest: Vec<&str> = query.split('&').filter(|part| !part.starts_with("X-Amz-")).collect();
        format!("{path}?{}", rest.join("&"))
    };
    one == other || unsigned(one) == unsigned(other)
}

/// Whether the URL names its own server, which for a picture means that it never changes.
pub(crate) fn is_absolute(url: &str) -> bool {
    Url::parse(url).is_ok()
}

fn resolve(base: &Url, url: &str) -> Result<Url> {
    let mut resolved = base.join(url).map_err(|e| Error::Url(e.to_string()))?;
    if !matches!(resolved.scheme(), "http" | "https") {
        return Err(Error::Url(format!("scheme {}", resolved.scheme())));
    }
    if !resolved.has_host() {
        return Err(Error::Url("no host".to_owned()));
    }
    // Credentials inside a URL are never sent, ours or anybody's.
    let _ = resolved.set_username("");
    let _ = resolved.set_password(None);
    resolved.set_fragment(None);
    Ok(resolved)
}

/// Where a redirect from `from` leads. From https to http is refused.
pub(crate) fn redirect(from: &Url, location: &str) -> Result<Url> {
    let to = resolve(from, location).map_err(|e| Error::Redirect(e.to_string()))?;
    if from.scheme() == "https" && to.scheme() == "http" {
        return Err(Error::Redirect("it leads from https to http".to_owned()));
    }
    Ok(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(text: &str) -> Account {
        Account::new(text, true).unwrap()
    }

    fn owns(account_url: &str, url: &str) -> bool {
        account(account_url).owns(&Url::parse(url).unwrap())
    }

    #[test]
    fn only_scheme_host_and_port_together_make_the_account() {
        assert!(owns("https://acme.example.com", "https://ACME.example.com:443/users/view/7/picture"));
        for other in [
            "http://acme.example.com/",
            "https://acme.example.com:8443/",
            "https://example.com/",
            "https://acme.example.com.evil.test/",
            "https://evil.acme.example.com/",
            "https://acme.example.com@evil.test/",
        ] {
            assert!(!owns("https://acme.example.com", other), "{other}");
        }
    }

    #[test]
    fn relative_urls_resolve_and_protocol_relative_ones_are_foreign() {
        let account = account("https://acme.example.com");
        let resolve = |url| account.resolve(url).unwrap();
        assert_eq!(
            resolve("/users/view/7/picture").as_str(),
            "https://acme.example.com/users/view/7/picture"
        );
        assert_eq!(resolve("a.jpg").as_str(), "https://acme.example.com/a.jpg");
        assert!(!account.owns(&resolve("//evil.test/a.jpg")));
        assert!(!account.owns(&resolve("\\\\evil.test\\a.jpg")));
        assert_eq!(resolve("https://u:p@s3.test/a").as_str(), "https://s3.test/a");
        for bad in ["file:///etc/passwd", "data:image/png;base64,AA", "ftp://a/b"] {
            assert!(account.resolve(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn plain_http_needs_loopback_or_leave() {
        assert!(Account::new("http://127.0.0.1:8080", false).is_ok());
        assert!(Account::new("http://acme.localhost:8080", false).is_ok());
        assert!(Account::new("http://[::1]", false).is_ok());
        assert!(Account::new("http://acme.example.com", false).is_err());
        assert!(Account::new("http://localhost.evil.test", false).is_err());
        assert!(Account::new("http://acme.example.com", true).is_ok());
        assert!(Account::new("ftp://acme.example.com", true).is_err());
    }

    #[test]
    fn an_https_account_has_no_plain_http_pictures_without_leave() {
        let resolves = |base: &str, allow, url: &str| Account::new(base, allow).unwrap().resolve(url).is_ok();
        let plain =
            ["http://s3.test/a", "HTTP://acme.example.com/a", " http:\\\\s3.test/a", "http://127.0.0.1/a"];
        for url in plain {
            assert!(!resolves("https://acme.example.com", false, url), "{url}");
            assert!(resolves("https://acme.example.com", true, url), "{url}");
            assert!(resolves("http://127.0.0.1:8080", false, url), "{url}");
        }
        for url in ["https://s3.test/a", "//s3.test/a", "/a"] {
            assert!(resolves("https://acme.example.com", false, url), "{url}");
        }
    }

    #[test]
    fn credentials_in_the_address_are_refused_and_not_repeated() {
        let fault = Account::new("https://root:hunter2@acme.example.com", false).unwrap_err();
        assert!(!format!("{fault} {fault:?}").contains("hunter2"));
    }

    #[test]
    fn a_redirect_never_leads_from_https_to_http() {
        let from = Url::parse("https://acme.example.com/a").unwrap();
        assert!(redirect(&from, "http://acme.example.com/a").is_err());
        assert_eq!(redirect(&from, "/b").unwrap().as_str(), "https://acme.example.com/b");
        let plain = Url::parse("http://127.0.0.1/a").unwrap();
        assert!(redirect(&plain, "https://acme.example.com/a").is_ok());
    }

    #[test]
    fn an_address_that_is_signed_anew_is_of_the_same_object() {
        let signed = "https://s3.test/a.jpg?X-Amz-Date=1&X-Amz-Signature=aa";
        assert!(is_same_object(signed, "https://s3.test/a.jpg?X-Amz-Date=2&X-Amz-Signature=bb"));
        assert!(is_same_object("https://s3.test/a.jpg?v=1", "https://s3.test/a.jpg?v=1"));
        for other in [
            "https://s3.test/b.jpg?X-Amz-Date=1&X-Amz-Signature=aa",
            "https://s3.test/a.jpg?v=2&X-Amz-Date=1&X-Amz-Signature=aa",
            "https://evil.test/a.jpg?X-Amz-Date=1&X-Amz-Signature=aa",
            "https://s3.test/a.jpg",
        ] {
            assert!(!is_same_object(signed, other), "{other}");
        }
    }

    #[test]
    fn a_base_below_a_path_is_kept() {
        let url = account("https://example.com/hr").api("users.json").unwrap();
        assert_eq!(url.as_str(), "https://example.com/hr/users.json");
    }
}
