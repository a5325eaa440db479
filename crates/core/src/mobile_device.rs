//! Devices that an application on a telephone is used on (`misc.md`).

use crate::{Text, UserId};

/// A device, as its application registers it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MobileDevice {
    /// Who uses it.
    pub user: UserId,
    /// What the device calls itself; unique in the account.
    pub identifier: Text,
    /// By what it is sent notices; empty when it wants none.
    pub notification_token: Text,
    /// What runs on it.
    pub system: MobileSystem,
    /// The make, as `iPhone 5s`.
    pub model: Text,
    /// What its owner calls it.
    pub name: Text,
    /// The version of the application.
    pub app_version: Text,
}

/// What runs on a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MobileSystem {
    /// iOS.
    Ios,
    /// Android.
    Android,
}

impl MobileSystem {
    /// Every system.
    pub const ALL: [MobileSystem; 2] = [MobileSystem::Ios, MobileSystem::Android];

    /// The API's word for it, also the stored form.
    pub const fn code(self) -> &'static str {
        match self {
            MobileSystem::Ios => "ios",
            MobileSystem::Android => "android",
        }
    }

    /// From the API's word, in any case.
    pub fn from_code(code: &str) -> Option<MobileSystem> {
        Self::ALL.into_iter().find(|system| system.code().eq_ignore_ascii_case(code))
    }
}
