//! The settings of webhooks.

use std::time::Duration;

use super::Settings;

/// How webhooks are delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebHookSettings {
    /// Whether to addresses that are not public, too.
    pub allow_private: bool,
    /// The account's address as receivers are told it, with `{account}` for its subdomain and a slash at its end.
    pub system_url: String,
    /// How long an attempt may take.
    pub timeout: Duration,
    /// How long to wait after a first failure.
    pub first_pause: Duration,
    /// How long after it happened an event is still tried again.
    pub give_up_after: Duration,
}

impl Settings {
    /// `server.account_url`, with `{account}` for the account's subdomain and a slash at its end.
    pub fn account_url(&self) -> String {
        let given = self.text("server.account_url").trim_end_matches('/');
        let address = match (given, self.base_domain()) {
            ("", Some(base)) => format!("https://{{account}}.{base}"),
            ("", None) => format!("http://{}", self.listen()),
            (given, _) => given.to_owned(),
        };
        address + "/"
    }

    /// What is set about webhooks.
    pub fn webhooks(&self) -> WebHookSettings {
        WebHookSettings {
            allow_private: self.text("webhooks.allow_private") == "true",
            system_url: self.account_url(),
            timeout: Duration::from_secs(self.number("webhooks.timeout_seconds")),
            first_pause: Duration::from_secs(self.number("webhooks.retry_seconds")),
            give_up_after: Duration::from_hours(self.number("webhooks.retry_hours")),
        }
    }

    /// `changes.max_waiting`.
    pub fn max_waiting(&self) -> usize {
        self.number("changes.max_waiting") as usize
    }
}
