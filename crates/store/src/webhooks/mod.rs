//! Webhooks: subscriptions to what the change log says, and how far each has got (`webhooks.md`).
//!
//! Nothing is enqueued: the log is the queue, and a subscription is a place in it. What was delivered is noted together
//! with the place, so that after a crash at most what was not noted yet is delivered once more.

mod deliveries;
mod progress;

use std::fmt;

use folkmoot_core::{AccountId, Action, Hook, Object, Sealed, WebHookId};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use zeroize::Zeroizing;

pub use deliveries::{Delivery, DeliveryState};
pub use progress::{Event, Outcome, Progress, Subscription};

use crate::db::{Transaction, each_backend};
use crate::keys::Purpose;
use crate::load::read_all;
use crate::table::cells;
use crate::{KeyRing, Store, StoreResult, Tx, rows, tables};

/// A subscription, without its secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebHook {
    /// Its identifier.
    pub id: WebHookId,
    /// What it is called.
    pub name: String,
    /// Which events it is for.
    pub handle: Hook,
    /// Where they are posted to.
    pub url: String,
    /// Whether bodies are encrypted.
    pub has_secure_key: bool,
    /// Whether requests are signed.
    pub has_secret: bool,
    /// When it was made.
    pub created: Timestamp,
    /// When it was last changed.
    pub modified: Timestamp,
}

/// The secrets of a subscription.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct WebHookSecrets {
    /// The key by which bodies are encrypted: up to 16 bytes.
    pub secure_key: Option<Zeroizing<String>>,
    /// The secret by which requests are signed, in the form that receivers have it: `whsec_` and Base64.
    pub secret: Option<Zeroizing<String>>,
}

impl fmt::Debug for WebHookSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WebHookSecrets(…)")
    }
}

/// What is to become of a subscription. What is `None` stays as it is; of a new one, name, handle and address are said.
#[derive(Clone, Debug, Default)]
pub struct WebHookChange {
    /// What it is called.
    pub name: Option<String>,
    /// Which events it is for.
    pub handle: Option<Hook>,
    /// Where they are posted to.
    pub url: Option<String>,
    /// The key by which bodies are encrypted, or that there is none any more.
    pub secure_key: Option<Option<Zeroizing<String>>>,
    /// The secret by which requests are signed, or that there is none any more.
    pub secret: Option<Option<Zeroizing<String>>>,
}

/// A subscription as its row has it.
#[derive(Clone, Debug)]
pub(crate) struct StoredWebHook {
    pub(crate) webhook: WebHook,
    pub(crate) secure_key: Option<Sealed>,
    pub(crate) secret: Option<Sealed>,
}

impl StoredWebHook {
    /// Its secrets, opened.
    pub(crate) fn secrets(&self, keys: &KeyRing, account: AccountId) -> StoreResult<WebHookSecrets> {
        let open = |purpose, sealed: &Option<Sealed>| {
            let opened = sealed.as_ref().map(|sealed| keys.open_text(purpose, account, sealed));
            opened.transpose().map(|text| text.map(Zeroizing::new))
        };
        Ok(WebHookSecrets {
            secure_key: open(Purpose::WebhookKey, &self.secure_key)?,
            secret: open(Purpose::WebhookSecret, &self.secret)?,
        })
    }

    /// What the change log says of it: no secret, only whether there is one.
    fn told(&self) -> serde_json::Value {
        let WebHook { name, handle, url, .. } = &self.webhook;
        serde_json::json!({
            "name": name,
            "handle": handle.to_string(),
            "url": url,
            "secure_key": self.secure_key.as_ref().map(|_| "set"),
            "secret": self.secret.as_ref().map(|_| "set"),
        })
    }
}

impl Store {
    /// The subscriptions of an account, in order of creation.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn webhooks(&self, account: AccountId) -> StoreResult<Vec<WebHook>> {
        let stored = read_all!(&self.db, rows::WEBHOOKS, [account.0], rows::webhook);
        Ok(stored.into_iter().map(|stored| stored.webhook).collect())
    }

    /// One subscription.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn webhook(&self, account: AccountId, id: WebHookId) -> StoreResult<Option<WebHook>> {
        Ok(self.stored_webhook(account, id).await?.map(|stored| stored.webhook))
    }

    /// One subscription with its secrets.
    ///
    /// # Errors
    /// When the database fails or holds what it should not, or a secret does not open.
    pub async fn webhook_with_secrets(
        &self,
        account: AccountId,
        id: WebHookId,
    ) -> StoreResult<Option<(WebHook, WebHookSecrets)>> {
        let Some(stored) = self.stored_webhook(account, id).await? else { return Ok(None) };
        let secrets = self.keys.following(|| stored.secrets(&self.keys, account)).await?;
        Ok(Some((stored.webhook, secrets)))
    }

    async fn stored_webhook(&self, account: AccountId, id: WebHookId) -> StoreResult<Option<StoredWebHook>> {
        let found = read_all!(&self.db, WEBHOOK, [account.0, id.0], rows::webhook);
        Ok(found.into_iter().next())
    }
}

/// One row with the columns that [`rows::webhook`] reads.
const WEBHOOK: &str = "SELECT id, name, handle, url, secure_key_sealed, secret_sealed, created, modified \
     FROM webhooks WHERE account_id = $1 AND id = $2";

impl Tx<'_> {
    /// Adds a subscription to what happens from now on, after its own making. Without a name or an address these are
    /// empty.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn add_webhook(&mut self, handle: Hook, change: WebHookChange) -> StoreResult<WebHookId> {
        let id =
            WebHookId(take_numbers(&mut self.transaction, self.account, tables::WEBHOOKS.name, 1).await?);
        let webhook = WebHook {
            id,
            name: String::new(),
            handle,
            url: String::new(),
            has_secure_key: false,
            has_secret: false,
            created: self.now,
            modified: self.now,
        };
        let stored = self.changed(StoredWebHook { webhook, secure_key: None, secret: None }, change);
        self.write_webhook(&stored).await?;
        self.log(Object::WebHook, id.0, Action::Add, None, Some(stored.told().to_string()));
        // Its own making is no event for it.
        let cursor = cells![self.account.0, id.0, self.next_revision() - 1, 0_i64, 0_i64];
        self.insert(&tables::WEBHOOK_CURSORS, &[cursor]).await?;
        Ok(id)
    }

    /// Changes a subscription. Returns whether there is one of that number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn edit_webhook(&mut self, id: WebHookId, change: WebHookChange) -> StoreResult<bool> {
        let Some(before) = self.stored_webhook(id).await? else { return Ok(false) };
        let told = before.told().to_string();
        let after = self.changed(before, change);
        self.write_webhook(&after).await?;
        self.log(Object::WebHook, id.0, Action::Edit, Some(told), Some(after.told().to_string()));
        Ok(true)
    }

    /// Deletes a subscription, and what was noted of its deliveries. Returns whether there was one of that number.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn delete_webhook(&mut self, id: WebHookId) -> StoreResult<bool> {
        const STATEMENTS: [&str; 3] = [
            "DELETE FROM webhook_deliveries WHERE account_id = $1 AND webhook_id = $2",
            "DELETE FROM webhook_cursors WHERE account_id = $1 AND webhook_id = $2",
            "DELETE FROM webhooks WHERE account_id = $1 AND id = $2",
        ];
        let Some(before) = self.stored_webhook(id).await? else { return Ok(false) };
        let account = self.account.0;
        for statement in STATEMENTS {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query(statement).bind(account).bind(id.0).execute(executor).await?.rows_affected()
            );
        }
        self.log(Object::WebHook, id.0, Action::Delete, Some(before.told().to_string()), None);
        Ok(true)
    }

    async fn stored_webhook(&mut self, id: WebHookId) -> StoreResult<Option<StoredWebHook>> {
        let account = self.account.0;
        each_backend!(in &mut self.transaction, executor => {
            let row = sqlx::query(WEBHOOK).bind(account).bind(id.0).fetch_optional(executor).await?;
            row.map(|row| rows::webhook(&row)).transpose()
        })
    }

    fn changed(&self, mut stored: StoredWebHook, change: WebHookChange) -> StoredWebHook {
        let WebHookChange { name, handle, url, secure_key, secret } = change;
        let webhook = &mut stored.webhook;
        webhook.name = name.unwrap_or(std::mem::take(&mut webhook.name));
        webhook.handle = handle.unwrap_or(webhook.handle);
        webhook.url = url.unwrap_or(std::mem::take(&mut webhook.url));
        webhook.modified = self.now;
        let seal = |purpose, plain: Option<Zeroizing<String>>| {
            plain.map(|plain| self.store.keys.seal(purpose, self.account, plain.as_bytes()))
        };
        if let Some(key) = secure_key {
            stored.secure_key = seal(Purpose::WebhookKey, key);
        }
        if let Some(secret) = secret {
            stored.secret = seal(Purpose::WebhookSecret, secret);
        }
        stored
    }

    async fn write_webhook(&mut self, stored: &StoredWebHook) -> StoreResult<()> {
        let WebHook { id, name, handle, url, created, modified, .. } = &stored.webhook;
        let row = cells![
            self.account.0,
            id.0,
            name.as_str(),
            handle.to_string(),
            url.as_str(),
            stored.secure_key.as_ref().map(|sealed| &sealed.0[..]),
            stored.secret.as_ref().map(|sealed| &sealed.0[..]),
            created.as_microsecond(),
            modified.as_microsecond(),
        ];
        let table = &tables::WEBHOOKS;
        crate::statements::insert(&mut self.transaction, table, &[row], table.or_replace).await
    }
}

/// Takes `count` numbers of the sequence called `name`, under the account's write lock. Returns the first.
async fn take_numbers(
    transaction: &mut Transaction,
    account: AccountId,
    name: &'static str,
    count: i64,
) -> StoreResult<i64> {
    let next: Option<i64> = each_backend!(in &mut *transaction, executor =>
        sqlx::query_scalar("SELECT next FROM sequences WHERE account_id = $1 AND name = $2")
            .bind(account.0)
            .bind(name)
            .fetch_optional(executor)
            .await?
    );
    let first = next.unwrap_or(1);
    let row = cells![account.0, name, first + count];
    crate::statements::insert(transaction, &tables::SEQUENCES, &[row], tables::SEQUENCES.or_replace).await?;
    Ok(first)
}
