//! Which certificate is shown to whom: by the host name that the client asks for.

use std::collections::HashMap;
use std::sync::Arc;

use arc_swap::ArcSwap;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;

use super::certificate::Certificate;

/// Certificates by name. A change makes a new one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Names {
    by_name: HashMap<String, Arc<Certificate>>,
    /// For names that none is for, and for clients that name none.
    otherwise: Option<Arc<Certificate>>,
}

impl Names {
    /// Of several for one name, the one that is valid for longest is shown. The first is also for everything else.
    pub(crate) fn new(certificates: impl IntoIterator<Item = Certificate>) -> Names {
        let mut names = Names::default();
        for certificate in certificates {
            names.add(Arc::new(certificate));
        }
        names
    }

    /// Adds one.
    pub(crate) fn add(&mut self, certificate: Arc<Certificate>) {
        for name in &certificate.names {
            let known = self.by_name.get(name);
            if known.is_none_or(|known| known.validity.until <= certificate.validity.until) {
                self.by_name.insert(name.clone(), Arc::clone(&certificate));
            }
        }
        self.otherwise.get_or_insert(certificate);
    }

    /// The certificate for `name`, which is in lower case: its own, or a wildcard's.
    pub(crate) fn get(&self, name: &str) -> Option<&Arc<Certificate>> {
        self.by_name.get(name).or_else(|| {
            let (_, parent) = name.split_once('.')?;
            self.by_name.get(&format!("*.{parent}"))
        })
    }
}

/// The certificates in force; what rustls asks in each handshake.
#[derive(Debug, Default)]
pub(crate) struct Certificates {
    files: ArcSwap<Names>,
    ordered: ArcSwap<Names>,
}

impl Certificates {
    /// Takes these in place of those that came from files before.
    pub(crate) fn replace_files(&self, names: Names) {
        self.files.store(Arc::new(names));
    }

    /// Takes these in place of those that were ordered before.
    pub(crate) fn replace_ordered(&self, names: Names) {
        self.ordered.store(Arc::new(names));
    }

    /// Whether there is one for `name`.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.files.load().get(name).is_some() || self.ordered.load().get(name).is_some()
    }

    /// The certificate for a client that asks for `name`. What the operator gives wins over what was ordered.
    fn choose(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let (files, ordered) = (self.files.load(), self.ordered.load());
        let own = name.and_then(|name| files.get(name).or_else(|| ordered.get(name)));
        let any = || files.otherwise.as_ref().or(ordered.otherwise.as_ref());
        own.or_else(any).map(|certificate| Arc::clone(&certificate.key))
    }
}

impl ResolvesServerCert for Certificates {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.choose(hello.server_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn certificate(names: &[&str], until: i32) -> Certificate {
        let key = rcgen::KeyPair::generate().unwrap();
        let names: Vec<String> = names.iter().map(|&name| name.to_owned()).collect();
        let mut parameters = rcgen::CertificateParams::new(names).unwrap();
        parameters.not_after = rcgen::date_time_ymd(until, 1, 1);
        let chain = parameters.self_signed(&key).unwrap().pem();
        let provider = rustls::crypto::ring::default_provider();
        Certificate::from_pem(chain.as_bytes(), key.serialize_pem().as_bytes(), &provider).unwrap()
    }

    #[test]
    fn the_name_decides_then_a_wildcard_then_the_first() {
        let all = [
            certificate(&["hr.example"], 2030),
            certificate(&["*.hr.example"], 2030),
            certificate(&["acme.hr.example"], 2028),
            certificate(&["acme.hr.example"], 2029),
            certificate(&["acme.hr.example"], 2027),
        ];
        let certificates = Certificates::default();
        assert!(certificates.choose(Some("hr.example")).is_none());
        certificates.replace_files(Names::new(all.clone()));
        for (name, expected) in [
            (Some("hr.example"), 0),
            (Some("other.hr.example"), 1),
            (Some("acme.hr.example"), 3),
            // A wildcard is for one label.
            (Some("a.b.hr.example"), 0),
            (Some("*.hr.example"), 1),
            (Some("example"), 0),
            (Some("nothr.example"), 0),
            (None, 0),
        ] {
            let chosen = certificates.choose(name).unwrap();
            let at = all.iter().position(|one| Arc::ptr_eq(&one.key, &chosen)).unwrap();
            assert_eq!(at, expected, "{name:?}");
        }
    }

    #[test]
    fn files_win_over_what_was_ordered() {
        let file = certificate(&["*.hr.example"], 2027);
        let ordered = [certificate(&["other.example"], 2030), certificate(&["acme.hr.example"], 2030)];
        let certificates = Certificates::default();
        certificates.replace_ordered(Names::new(ordered.clone()));
        let is = |name: Option<&str>, one: &Certificate| {
            assert!(Arc::ptr_eq(&certificates.choose(name).unwrap(), &one.key), "{name:?}");
        };
        is(Some("acme.hr.example"), &ordered[1]);
        is(Some("nowhere.example"), &ordered[0]);
        assert!(!certificates.has("b.hr.example"));
        certificates.replace_files(Names::new([file.clone()]));
        is(Some("acme.hr.example"), &file);
        is(Some("other.example"), &ordered[0]);
        is(Some("nowhere.example"), &file);
        assert!(certificates.has("b.hr.example") && certificates.has("other.example"));
        assert!(!certificates.has("nowhere.example"));
    }
}
