//! Devices that an application is used on: whose they are, and where they go.

use std::time::Duration;

use folkmoot_core::{MobileDevice, MobileSystem, UserId};
use folkmoot_store::{Author, CheckOptions, MoveOptions, StoreError, StoreResult, no_progress};
use folkmoot_testing::Backend;

use crate::support::{ACME, Home};

fn device(user: i64, identifier: &str) -> MobileDevice {
    MobileDevice {
        user: UserId(user),
        identifier: identifier.into(),
        notification_token: "token".into(),
        system: MobileSystem::Ios,
        model: "iPhone".into(),
        name: "Zoë's".into(),
        app_version: "1.0".into(),
    }
}

async fn register(home: &Home, device: &MobileDevice) -> StoreResult<u64> {
    let mut tx = home.store.begin_together(ACME, Author::OPERATOR).await?;
    tx.register_mobile_device(device).await?;
    tx.commit().await
}

#[tokio::test]
async fn devices_move_with_their_account_and_go_with_their_user() {
    let home = Home::of(3).await;
    let before = home.store.revision(ACME).await.unwrap();
    for device in [device(1, "one"), device(2, "two"), device(2, "other"), device(3, "one")] {
        register(&home, &device).await.unwrap();
    }
    assert_eq!(home.store.revision(ACME).await.unwrap(), before, "beside the change log");
    let stranger = register(&home, &device(9, "nine")).await;
    assert!(matches!(stranger, Err(StoreError::NoUser)));
    let expected = [device(3, "one"), device(2, "other"), device(2, "two")];
    assert_eq!(home.store.mobile_devices(ACME).await.unwrap(), expected);

    let there = Home::on(Backend::Sqlite, 2, Some(home.store.keys().source().clone())).await;
    let options = MoveOptions { settling: Duration::ZERO, ..MoveOptions::default() };
    home.store.move_accounts(&there.store, &options, &no_progress()).await.unwrap();
    assert_eq!(there.store.mobile_devices(ACME).await.unwrap(), expected);

    let mut tx = there.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.delete_person(UserId(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(there.store.mobile_devices(ACME).await.unwrap(), [device(3, "one")]);
    for store in [&home.store, &there.store] {
        let checked = store.check(CheckOptions::default(), no_progress()).await.unwrap();
        assert_eq!(checked.findings, []);
    }
}
