//! What payroll providers call people, and how much leave they get, wherever the account goes.

use std::time::Duration;

use folkmoot_core::{Fixed, LeaveQuota, LeaveTypeId, PayrollProviderId, PayrollUser, UserId};
use folkmoot_store::{
    Author, CheckOptions, MoveOptions, Parts, PersonAddition, Store, StoreResult, no_progress,
};
use folkmoot_testing::Backend;

use crate::support::{ACME, Home};

fn payroll(provider: i64, payroll_id: &str) -> PayrollUser {
    PayrollUser { provider: PayrollProviderId(provider), payroll_id: payroll_id.into() }
}

fn quota(leave_type: i64, days: Option<i64>) -> LeaveQuota {
    let days = days.and_then(Fixed::from_integer);
    LeaveQuota { leave_type: LeaveTypeId(leave_type), quota: days, carry_over: None }
}

async fn change(store: &Store, user: i64, addition: PersonAddition) -> StoreResult<u64> {
    let mut tx = store.begin(ACME, Author::OPERATOR).await?;
    let person = tx.person(UserId(user), Parts::default()).await?.unwrap();
    tx.change_person(&person.user, person.user.clone(), &addition, |_| false).await?;
    tx.commit().await
}

async fn known(store: &Store, user: i64) -> (Vec<PayrollUser>, Vec<LeaveQuota>) {
    let mut tx = store.begin(ACME, Author::OPERATOR).await.unwrap();
    let known = tx.payroll_users(UserId(user)).await.unwrap();
    assert_eq!(store.payroll_users(ACME, UserId(user)).await.unwrap(), known);
    (known, tx.leave_quotas(UserId(user)).await.unwrap())
}

#[tokio::test]
async fn they_are_replaced_taken_away_moved_and_deleted() {
    let home = Home::of(3).await;
    let leave_type = home.load().await.org().leave_types.values().next().unwrap().id.0;
    let both = |user: i64| PersonAddition {
        payroll: vec![payroll(2, "two"), payroll(1, &format!("{user}"))],
        leave_quotas: vec![quota(leave_type, Some(20 + user))],
        ..PersonAddition::default()
    };
    for user in 1..=3 {
        change(&home.store, user, both(user)).await.unwrap();
    }
    let instead = PersonAddition {
        payroll: vec![payroll(2, ""), payroll(1, "one")],
        leave_quotas: vec![quota(leave_type, None)],
        ..PersonAddition::default()
    };
    change(&home.store, 1, instead).await.unwrap();
    assert_eq!(known(&home.store, 1).await, (vec![payroll(1, "one")], vec![]));
    let second = (vec![payroll(1, "2"), payroll(2, "two")], vec![quota(leave_type, Some(22))]);
    assert_eq!(known(&home.store, 2).await, second);
    let nothing = PersonAddition { leave_quotas: vec![quota(999, Some(1))], ..PersonAddition::default() };
    assert!(change(&home.store, 2, nothing).await.is_err(), "of a type that there is not");

    let there = Home::on(Backend::Sqlite, 2, Some(home.store.keys().source().clone())).await;
    let options = MoveOptions { settling: Duration::ZERO, ..MoveOptions::default() };
    home.store.move_accounts(&there.store, &options, &no_progress()).await.unwrap();
    assert_eq!(known(&there.store, 2).await, second);
    let directory = there.load().await;
    assert!(directory.person(UserId(2)).unwrap().user.accepted_invite.is_some());
    assert!(directory.person(UserId(1)).unwrap().user.accepted_invite.is_none());

    let mut tx = there.store.begin(ACME, Author::OPERATOR).await.unwrap();
    tx.delete_person(UserId(2)).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(there.store.payroll_users(ACME, UserId(2)).await.unwrap(), []);
    for store in [&home.store, &there.store] {
        let checked = store.check(CheckOptions::default(), no_progress()).await.unwrap();
        assert_eq!(checked.findings, []);
    }
    // A flipped bit is found.
    home.sql("UPDATE payroll_users SET payroll_id = 'three' WHERE user_id = 3 AND payroll_provider_id = 1")
        .await;
    let checked = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(checked.findings.len(), 1, "{:?}", checked.findings);
}
