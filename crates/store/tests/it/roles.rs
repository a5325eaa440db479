//! Roles and their assignments: entered, kept, taken up, and gone with whom they belong to.

use folkmoot_core::{Access, Group, RoleAssignmentId, RoleId, Settings, StandardRole, UserId};
use folkmoot_store::{Author, CheckOptions, no_progress};

use crate::company::person;
use crate::support::{ACME, Home};

const EMPLOYEE: RoleId = RoleId(1);
const OFFICE: RoleId = RoleId(5);

fn assigned(access: &Access, user: i64) -> Vec<(RoleAssignmentId, RoleId)> {
    access.assigned(UserId(user)).map(|assigned| assigned.iter().collect()).unwrap_or_default()
}

async fn assign(home: &Home, user: i64, roles: &[RoleId]) {
    let before = assigned(home.load().await.access(), user);
    let mut tx = home.store.begin(ACME, Author::SYSTEM).await.unwrap();
    tx.set_roles(UserId(user), &before, roles).await.unwrap();
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn a_new_account_has_the_standard_roles_and_groups_stand_on_them() {
    let home = Home::of(3).await;
    let directory = home.load().await;
    let standard: Vec<_> = directory.access().roles().filter_map(|role| role.standard).collect();
    assert_eq!(standard, StandardRole::ALL);
    for group in Group::ALL {
        let held = directory.access().held_roles(UserId(1), group);
        let held: Vec<_> = held.filter_map(|role| role.standard).collect();
        assert_eq!(held, StandardRole::of_group(group));
    }
    for role in directory.access().roles() {
        let expected = role.standard.unwrap().role(role.created, Settings::default());
        assert_eq!(*role, expected);
    }
}

#[tokio::test]
async fn a_refreshed_directory_sees_what_was_assigned_and_defined() {
    let home = Home::of(3).await;
    let before = home.load().await;
    assign(&home, 2, &[EMPLOYEE, OFFICE]).await;
    let refreshed = home.store.refresh(&before, crate::support::TODAY).await.unwrap().unwrap();
    let ids = [(RoleAssignmentId(1), EMPLOYEE), (RoleAssignmentId(2), OFFICE)];
    assert_eq!(assigned(refreshed.access(), 2), ids);
    assert_eq!(refreshed.access(), home.load().await.access());
    let stamps = |directory: &folkmoot_core::Directory| -> Vec<u64> {
        directory.chunks().iter().map(|chunk| chunk.stamp()).collect()
    };
    assert_eq!(stamps(&refreshed), stamps(&before), "lists are as they were");
    // What is given anew gets a new number; what stays keeps its own.
    assign(&home, 2, &[EMPLOYEE]).await;
    assign(&home, 2, &[EMPLOYEE, OFFICE]).await;
    let again = home.store.refresh(&refreshed, crate::support::TODAY).await.unwrap().unwrap();
    assert_eq!(assigned(again.access(), 2), [ids[0], (RoleAssignmentId(3), OFFICE)]);

    let office = again.access().role(OFFICE).unwrap().clone();
    let mut changed = office.clone();
    changed.own_permissions = true;
    changed.permission_groups.truncate(1);
    changed.assign_to_new = true;
    changed.name = "Front Desk".into();
    let mut tx = home.store.begin(ACME, Author::SYSTEM).await.unwrap();
    tx.edit_role(&office, &changed).await.unwrap();
    let copy = tx.add_role(folkmoot_core::Role { name: "Copy".into(), standard: None, ..changed.clone() });
    assert_eq!(copy.await.unwrap(), RoleId(8));
    tx.commit().await.unwrap();
    let after = home.store.refresh(&again, crate::support::TODAY).await.unwrap().unwrap();
    assert_eq!(after.access().role(OFFICE), Some(&changed));
    assert_eq!(after.access().role(RoleId(8)).unwrap().permission_groups, changed.permission_groups);
    let mut tx = home.store.begin(ACME, Author::SYSTEM).await.unwrap();
    tx.delete_role(after.access().role(RoleId(8)).unwrap()).await.unwrap();
    tx.commit().await.unwrap();
    assert!(home.load().await.access().role(RoleId(8)).is_none());
    let report = home.store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}

#[tokio::test]
async fn what_follows_the_settings_goes_on_following_them() {
    let home = Home::of(3).await;
    let before = home.load().await;
    let edit = |account: &mut folkmoot_core::Account| {
        account.settings.management_style = folkmoot_core::ManagementStyle::WholeLine;
    };
    home.store.edit_account(ACME, Author::OPERATOR, edit).await.unwrap().unwrap();
    let after = home.store.refresh(&before, crate::support::TODAY).await.unwrap().unwrap();
    let manager = after.access().role(RoleId(2)).unwrap();
    assert_eq!(manager.permission_groups[0].relationship, folkmoot_core::Relationship::AllReports);
    assert_eq!(after.access(), home.load().await.access());
}

#[tokio::test]
async fn newcomers_get_what_newcomers_get_and_leave_nothing_behind() {
    let home = Home::of(3).await;
    let role = home.load().await.access().role(OFFICE).unwrap().clone();
    let mut tx = home.store.begin(ACME, Author::SYSTEM).await.unwrap();
    tx.edit_role(&role, &folkmoot_core::Role { assign_to_new: true, ..role.clone() }).await.unwrap();
    tx.commit().await.unwrap();
    let newcomer = person(&home.store, 4);
    let group = newcomer.user.group;
    let mut tx = home.store.begin(ACME, Author::SYSTEM).await.unwrap();
    tx.add_people(&[newcomer], &crate::company::encrypted()).await.unwrap();
    tx.commit().await.unwrap();
    let access = home.load().await.access().clone();
    let mut roles: Vec<_> = access.held(UserId(1), group).to_vec();
    roles.push(OFFICE);
    assert_eq!(access.assigned(UserId(4)).unwrap().roles(), roles);
    assert!(access.assigned(UserId(3)).is_none());
}

#[tokio::test]
async fn accounts_of_an_earlier_version_get_the_standard_roles_when_the_store_is_opened() {
    let home = Home::of(3).await;
    home.sql("DELETE FROM roles").await;
    home.sql("DELETE FROM sequences WHERE name = 'roles'").await;
    let store = home.again().await;
    let roles = home.rows::<(i64,)>("SELECT id FROM roles WHERE account_id = 1 ORDER BY id").await;
    assert_eq!(roles, [1, 2, 3, 4, 5, 6, 7].map(|id| (id,)));
    let report = store.check(CheckOptions::default(), no_progress()).await.unwrap();
    assert_eq!(report.findings, []);
}
