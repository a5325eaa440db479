//! Mail: what the store says is waiting is handed to a mail server, or put into a folder, by the node that does the jobs.

mod carrier;
mod invitation;

use std::time::Duration;

use folkmoot_store::{Invitation, Store, StoreResult};
use lettre::message::Mailbox;
use tokio::sync::Notify;
use tokio::time::timeout;

use self::carrier::Carrier;
pub(crate) use self::carrier::MailError;
use crate::settings::Settings;

/// How often it is looked whether other nodes have added anybody.
const LOOK: Duration = Duration::from_secs(5);
/// How many are handed over between two looks.
const AT_ONCE: u32 = 64;
/// How long to wait after a first failure; twice as long after each further one.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// The longest time between two attempts.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// What hands mail over.
#[derive(Debug)]
pub(crate) struct Post {
    carrier: Carrier,
    from: Mailbox,
    account_url: String,
    waiting: Notify,
}

impl Post {
    /// Prepares to hand over mail as the settings say; into the folder `mail` of the data directory where they name
    /// neither a server nor a folder. Where there is no data directory either, mail waits until they do.
    ///
    /// # Errors
    /// When TLS cannot be used.
    pub(crate) fn new(settings: &Settings, store: &Store) -> Result<Post, MailError> {
        let mail = settings.mail();
        let of_data_dir = || store.data_dir().map(|data| data.path().join("mail"));
        Ok(Post {
            carrier: Carrier::new(&mail, mail.folder.clone().or_else(of_data_dir))?,
            from: mail.from,
            account_url: settings.account_url(),
            waiting: Notify::new(),
        })
    }

    /// Says that there is something to be handed over.
    pub(crate) fn is_waiting(&self) {
        self.waiting.notify_one();
    }

    /// Hands over what is waiting, for as long as the future lives.
    pub(crate) async fn run(&self, store: &Store) {
        loop {
            match self.hand_over(store).await {
                // There may be more.
                Ok(handed) if handed == AT_ONCE as usize => continue,
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "cannot look for mail that is waiting"),
            }
            // Either is a reason to look.
            let _ = timeout(LOOK, self.waiting.notified()).await;
        }
    }

    async fn hand_over(&self, store: &Store) -> StoreResult<usize> {
        let waiting = store.waiting_invitations(AT_ONCE).await?;
        for invitation in &waiting {
            match self.invite(store, invitation).await {
                Ok(()) => store.invitation_was_sent(invitation).await?,
                Err(error) => {
                    let (account, user) = (invitation.account.0, invitation.user.0);
                    tracing::warn!(account, user, %error, "an invitation cannot be mailed yet");
                    store.invitation_failed(invitation, pause_after(invitation.failures)).await?;
                }
            }
        }
        Ok(waiting.len())
    }

    async fn invite(&self, store: &Store, of: &Invitation) -> Result<(), MailError> {
        let account = store.account(of.account).await?;
        let secret = store.keys().invitation(of.account, of.user, of.made);
        let link = format!(
            "{}{}",
            self.account_url.replace("{account}", &account.subdomain),
            invitation::path(of.user, &secret).trim_start_matches('/'),
        );
        let message =
            invitation::message((&self.from, &of.email), &account.name, &link, store.clock().now())?;
        self.carrier.carry(message).await
    }
}

/// How long to wait after it has failed once more.
fn pause_after(failures: u32) -> Duration {
    FIRST_PAUSE.saturating_mul(1_u32.checked_shl(failures.min(16)).unwrap_or(u32::MAX)).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_an_hour() {
        let seconds: Vec<u64> = [0, 1, 2, 6, 7, 40, u32::MAX].map(|n| pause_after(n).as_secs()).to_vec();
        assert_eq!(seconds, [30, 60, 120, 1920, 3600, 3600, 3600]);
    }
}
