//! What a host name says of the account that is meant.

use std::sync::Arc;

use http::uri::Authority;

use super::catalogue::Catalogue;
use super::live::LiveAccount;
use crate::settings::Settings;

/// How accounts are told apart.
#[derive(Debug)]
pub(super) struct Hosts {
    base_domain: Option<String>,
}

impl Hosts {
    pub(super) fn new(settings: &Settings) -> Hosts {
        Hosts { base_domain: settings.base_domain() }
    }

    /// Whether `host` is the base domain itself.
    pub(super) fn is_base(&self, host: &Authority) -> bool {
        let host = host.host().trim_end_matches('.');
        self.base_domain.as_ref().is_some_and(|base| base.eq_ignore_ascii_case(host))
    }

    /// The account that `host` names. Where there is no base domain, the only one there is: of several, none of them
    /// is meant.
    pub(super) fn account<'a>(
        &self,
        catalogue: &'a Catalogue,
        host: &Authority,
    ) -> Option<&'a Arc<LiveAccount>> {
        match &self.base_domain {
            None => catalogue.only(),
            Some(base) => {
                subdomain(base, host.host(), &mut [0; LONGEST]).and_then(|name| catalogue.named(name))
            }
        }
    }
}

/// The longest name that can be one of a host.
const LONGEST: usize = 253;

/// What stands before the base domain, in lower case.
fn subdomain<'b>(base: &str, host: &str, buffer: &'b mut [u8; LONGEST]) -> Option<&'b str> {
    let host = host.trim_end_matches('.').as_bytes();
    let (name, end) = host.split_at_checked(host.len().checked_sub(base.len())?)?;
    let name = name.strip_suffix(b".").filter(|_| end.eq_ignore_ascii_case(base.as_bytes()))?;
    let lower = buffer.get_mut(..name.len())?;
    lower.copy_from_slice(name);
    lower.make_ascii_lowercase();
    std::str::from_utf8(lower).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_before_the_base_domain_is_a_name() {
        let of = |host: &str| subdomain("hr.example", host, &mut [0; LONGEST]).map(str::to_owned);
        assert_eq!(of("acme.hr.example").as_deref(), Some("acme"));
        assert_eq!(of("ACME.Hr.Example.").as_deref(), Some("acme"));
        assert_eq!(of("a.b.hr.example").as_deref(), Some("a.b"));
        for other in
            ["hr.example", ".hr.example", "acmehr.example", "acme.hr.example.evil", "example", "", "."]
        {
            assert_eq!(of(other).filter(|name| !name.is_empty()), None, "{other}");
        }
        assert_eq!(of(&format!("{}.hr.example", "a".repeat(300))), None);
    }
}
