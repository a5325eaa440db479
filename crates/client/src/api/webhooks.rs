//! Webhooks: subscriptions, and what became of their deliveries. For administrators.

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;

use super::{
    Api, Collection, DeliveryState, Done, Id, Tagged, Write, collection::entities, form::change, read,
};
use crate::{client::segment, error::Result};

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Webhook {
    /// The id.
    pub id: Id,
    /// Its name.
    #[serde(default, deserialize_with = "read::plain")]
    pub name: String,
    /// To what it subscribes: `Object[.Action[.ID]]`, such as `User.Edit`.
    #[serde(default, deserialize_with = "read::plain")]
    pub handle: String,
    /// Where it is posted.
    #[serde(default, deserialize_with = "read::plain")]
    pub url: String,
    /// Whether what is posted is encrypted.
    #[serde(default, deserialize_with = "read::truth")]
    pub has_secure_key: bool,
    /// Whether it is signed.
    #[serde(default, deserialize_with = "read::truth")]
    pub has_secret: bool,
    /// When it was made.
    #[serde(default, deserialize_with = "read::moment")]
    pub created: Option<Timestamp>,
    /// When it was last changed.
    #[serde(default, deserialize_with = "read::moment")]
    pub modified: Option<Timestamp>,
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Delivery {
    /// The id.
    pub id: Id,
    /// Of which subscription.
    pub webhook_id: Id,
    /// The account's revision that it tells of.
    pub revision: u64,
    /// The event, such as `User.Edit.25`.
    #[serde(default, deserialize_with = "read::plain")]
    pub hook: String,
    /// What was posted, before it was encrypted.
    #[serde(default, deserialize_with = "read::plain")]
    pub payload: String,
    /// What became of it.
    pub state: DeliveryState,
    /// How often it was tried.
    #[serde(default)]
    pub attempts: u64,
    /// When it was tried first.
    #[serde(default, deserialize_with = "read::moment")]
    pub first_at: Option<Timestamp>,
    /// When it was tried last.
    #[serde(default, deserialize_with = "read::moment")]
    pub last_at: Option<Timestamp>,
    /// The receiver's status, if it answered.
    #[serde(default)]
    pub status: Option<u16>,
    /// How the receiver's answer began, or why there was none.
    #[serde(default, deserialize_with = "read::text")]
    pub answer: Option<String>,
}

change! {
    /// What is said of a subscription. A new one needs a name, a handle and an address.
    WebhookChange {
        /// Its name.
        name(&str) = "name",
        /// To what it subscribes: `Object[.Action[.ID]]`.
        handle(&str) = "handle",
        /// Where it is posted.
        url(&str) = "url",
    }
}

impl WebhookChange {
    /// The key that bodies are encrypted with, of up to 16 bytes; empty for none.
    pub fn secure_key(mut self, key: SecretString) -> Self {
        self.0.add_secret("secure_key", key);
        self
    }

    /// The secret that they are signed with, `whsec_` and 24 to 64 bytes in Base64; empty for none.
    pub fn secret(mut self, secret: SecretString) -> Self {
        self.0.add_secret("secret", secret);
        self
    }
}

entities! {
    Webhook = "webhooks";
}

/// The subscriptions of the account; made by [`Api::webhooks`].
#[derive(Debug)]
pub struct Webhooks<'a> {
    api: Api<'a>,
    all: Collection<'a, Webhook>,
}

impl<'a> Webhooks<'a> {
    pub(super) fn new(api: Api<'a>) -> Self {
        Self { api, all: Collection::new(api) }
    }

    /// All of them.
    ///
    /// # Errors
    /// 403 `ACCESS_ERROR` for everybody but administrators.
    pub async fn list(&self) -> Result<Vec<Webhook>> {
        self.all.list().await
    }

    /// One of them.
    ///
    /// # Errors
    /// When there is none such.
    pub async fn get(&self, id: impl Into<Id>) -> Result<Tagged<Webhook>> {
        self.all.get(id).await
    }

    /// Makes one. Servers make another each time, whatever its key: it is sent once.
    pub fn create(&self, change: WebhookChange) -> Write<'a, Webhook> {
        Write::post(self.api, "webhooks.json", change).never_again()
    }

    /// Changes what is said, and nothing else.
    pub fn update(&self, id: impl Into<Id>, change: WebhookChange) -> Write<'a, Webhook> {
        let id = id.into();
        let mut form = change.0;
        form.add("id", id.as_str());
        Write::put(self.api, path(&id, ""), form)
    }

    /// Deletes one.
    pub fn delete(&self, id: impl Into<Id>) -> Write<'a, Done> {
        Write::delete(self.api, path(&id.into(), ""))
    }

    /// What was delivered, the newest first: before a delivery if one is named, and `limit` at most, which is 1000 at most.
    ///
    /// # Errors
    /// When there is no such subscription.
    pub async fn deliveries(
        &self,
        id: impl Into<Id>,
        before: Option<&Id>,
        limit: u32,
    ) -> Result<Vec<Delivery>> {
        let mut query = vec![("limit", limit.to_string())];
        query.extend(before.map(|before| ("before", before.to_string())));
        Ok(self.api.read(&path(&id.into(), "/deliveries"), &query).await?.value)
    }

    /// Sends a delivery once more; answered with what came of that.
    pub fn resend(&self, delivery: impl Into<Id>) -> Write<'a, Delivery> {
        let delivery = delivery.into();
        let path = format!("webhook_deliveries/{}/resend.json", segment(delivery.as_str()));
        Write::post(self.api, path, super::form::Form::default()).never_again()
    }
}

fn path(id: &Id, below: &str) -> String {
    format!("webhooks/{}{below}.json", segment(id.as_str()))
}
