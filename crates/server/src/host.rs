//! From the Host header to an account, and to the addresses that answers carry (`http.md`, Accounts).

use std::sync::Arc;

use http::uri::Authority;

use crate::app::App;
use crate::live::LiveAccount;
use crate::settings::Settings;

/// How accounts are told apart.
#[derive(Debug)]
pub(crate) struct Hosts {
    base_domain: Option<String>,
}

impl Hosts {
    pub(crate) fn new(settings: &Settings) -> Hosts {
        Hosts { base_domain: settings.base_domain() }
    }

    /// The account that `host` names.
    pub(crate) fn account(&self, app: &App, host: &Authority) -> Option<Arc<LiveAccount>> {
        let accounts = app.accounts.load();
        let Some(base) = &self.base_domain else {
            // Several accounts and nothing to tell them apart by: none of them is meant.
            return match accounts.as_slice() {
                [only] => Some(Arc::clone(only)),
                _ => None,
            };
        };
        let name = host.host().trim_end_matches('.').to_ascii_lowercase();
        let subdomain = name.strip_suffix(base.as_str())?.strip_suffix('.')?;
        let named = |account: &&Arc<LiveAccount>| account.directory().account().subdomain == subdomain;
        accounts.iter().find(named).map(Arc::clone)
    }
}
