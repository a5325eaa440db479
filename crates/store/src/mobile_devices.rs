//! Devices that an application is used on. They are beside the change log, as nothing that anybody reads changes with
//! them.

use folkmoot_core::{AccountId, MobileDevice, MobileSystem, UserId};

use crate::db::each_backend;
use crate::table::cells;
use crate::{Store, StoreError, StoreResult, Tx, tables};

impl Tx<'_> {
    /// Registers a device, or notes what is new of one. A device that was somebody else's is so no more.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn register_mobile_device(&mut self, device: &MobileDevice) -> StoreResult<()> {
        let MobileDevice { user, identifier, notification_token, system, model, name, app_version } = device;
        let (account, now) = (self.account.0, self.now.as_microsecond());
        let since: Option<Option<i64>> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_scalar(
                "SELECT d.created FROM users u
                 LEFT JOIN mobile_devices d
                     ON d.account_id = u.account_id AND d.user_id = u.id AND d.device_identifier = $3
                 WHERE u.account_id = $1 AND u.id = $2",
            )
            .bind(account)
            .bind(user.0)
            .bind(identifier.as_str())
            .fetch_optional(executor)
            .await?
        );
        let since = since.ok_or(StoreError::NoUser)?.unwrap_or(now);
        let row = cells![
            account,
            identifier.as_str(),
            notification_token.as_str(),
            system.code(),
            model.as_str(),
            name.as_str(),
            app_version.as_str(),
            since,
            now,
            user.0,
        ];
        self.replace(&tables::MOBILE_DEVICES, row).await
    }
}

impl Store {
    /// The devices of an account, by what they call themselves.
    ///
    /// # Errors
    /// When the database fails or holds what it should not.
    pub async fn mobile_devices(&self, account: AccountId) -> StoreResult<Vec<MobileDevice>> {
        type Row = (i64, String, String, String, String, String, String);
        let rows: Vec<Row> = each_backend!(read &self.db, executor =>
            sqlx::query_as(
                "SELECT user_id, device_identifier, notification_token, operating_system, device_model, device_name,
                     mobile_app_version
                 FROM mobile_devices WHERE account_id = $1 ORDER BY device_identifier",
            )
            .bind(account.0)
            .fetch_all(executor)
            .await?
        );
        let device = |(user, identifier, notification_token, system, model, name, app_version): Row| {
            let unknown =
                || StoreError::Damaged("the system of a mobile device is not a known value".to_owned());
            Ok(MobileDevice {
                user: UserId(user),
                identifier: identifier.into(),
                notification_token: notification_token.into(),
                system: MobileSystem::from_code(&system).ok_or_else(unknown)?,
                model: model.into(),
                name: name.into(),
                app_version: app_version.into(),
            })
        };
        rows.into_iter().map(device).collect()
    }
}
