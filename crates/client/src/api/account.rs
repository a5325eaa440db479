//! The account, its devices, and in which accounts somebody is.

use serde::Deserialize;

use super::{Api, Done, LeaveTypeReference, Write, form::change, read};
use crate::{client::Get, error::Result};

/// What an account is and has.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct SystemInfo {
    /// The company.
    pub company: Company,
    /// The features that it has, such as `directory`.
    #[serde(default, deserialize_with = "read::list")]
    pub enabled_features: Vec<String>,
    /// Its types of leave.
    #[serde(default, deserialize_with = "read::list")]
    pub leave_types: Vec<LeaveTypeReference>,
}

/// A company.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Company {
    /// Its name.
    #[serde(default, deserialize_with = "read::plain")]
    pub name: String,
}

/// An account in which somebody has an e-mail address.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct FoundAccount {
    /// Its name below the base domain.
    pub shortname: String,
}

change! {
    /// A device that the caller uses. Its identifier and its system are needed.
    MobileDevice {
        /// What it is known by.
        identifier(&str) = "device_identifier",
        /// `ios` or `android`.
        operating_system(&str) = "operating_system",
        /// Its model.
        model(&str) = "device_model",
        /// What its owner calls it.
        name(&str) = "device_name",
        /// The application's version.
        app_version(&str) = "mobile_app_version",
    }
}

impl MobileDevice {
    /// Under what it is told of something.
    pub fn notification_token(mut self, token: secrecy::SecretString) -> Self {
        self.0.add_secret("notification_token", token);
        self
    }
}

impl<'a> Api<'a> {
    /// What the account is and has.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn system_info(self) -> Result<SystemInfo> {
        Ok(self.read("system_info.json", &[]).await?.value)
    }

    /// Registers a device of the caller's, or says what is new of it.
    pub fn register_device(self, device: MobileDevice) -> Write<'a, Done> {
        // Its identifier makes it the same device each time.
        Write::post(self, "mobile_devices.json", device).idempotent()
    }

    /// The accounts in which somebody has this address, where the operator lets it be asked. The client's address is then
    /// the base domain, such as `https://example.com`; its credentials are not sent.
    ///
    /// # Errors
    /// When it may not be asked, or not so often: 429.
    pub async fn find_accounts(self, email: &str) -> Result<Vec<FoundAccount>> {
        let query = [("email", email.to_owned())];
        let found = self.read_as("find_accounts.json", &query, |get| Get { anonymous: true, ..get }).await?;
        Ok(found.value)
    }
}
