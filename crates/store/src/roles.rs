//! Roles and their assignments: read, written, and entered for accounts that have none.

use std::collections::{BTreeMap, BTreeSet};

use folkmoot_core::{
    Access, AccountId, Action, Group, Object, PermissionGroup, Role, RoleAssignmentId, RoleId, Sequences,
    Settings, StandardRole, UserId, fold_identifier,
};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;

use crate::accounts::json;
use crate::db::{Transaction, each_backend};
use crate::load::read_all;
use crate::table::{Cell, cells};
use crate::{Store, StoreError, StoreResult, Tx, rows, statements, tables};

/// The roles of an account.
pub(crate) const ROLES: &str = "SELECT id, name, description, standard, assign_to_new, permission_groups, created, \
     modified FROM roles WHERE account_id = $1 ORDER BY id";
/// The role assignments of an account.
pub(crate) const ROLE_ASSIGNMENTS: &str =
    "SELECT id, user_id, role_id FROM role_assignments WHERE account_id = $1 ORDER BY id";

/// An assignment, as the change log shows it.
#[derive(Serialize)]
struct Assignment {
    id: RoleAssignmentId,
    role_id: RoleId,
    user_id: UserId,
}

/// Enters the standard roles of accounts that have none: those of an earlier version. Other processes may be doing the
/// same: each account is done under its write lock, by whoever comes first.
pub(crate) async fn seed(store: &Store) -> StoreResult<()> {
    const WITHOUT: &str = "SELECT id FROM accounts WHERE state <> 'deleted'
         AND NOT EXISTS (SELECT 1 FROM roles WHERE roles.account_id = accounts.id) ORDER BY id";
    let accounts: Vec<i64> =
        each_backend!(read &store.db, executor => sqlx::query_scalar(WITHOUT).fetch_all(executor).await?);
    for account in accounts.into_iter().map(AccountId) {
        let mut transaction = store.lock(account).await?;
        let still: Vec<i64> = each_backend!(in &mut transaction, executor =>
            sqlx::query_scalar(WITHOUT).fetch_all(executor).await?
        );
        if still.contains(&account.0) {
            enter(&mut transaction, account, rows::whole_micros(store.clock.now())).await?;
            transaction.commit().await?;
        }
    }
    Ok(())
}

/// Enters the standard roles.
pub(crate) async fn enter(
    transaction: &mut Transaction,
    account: AccountId,
    now: Timestamp,
) -> StoreResult<()> {
    let roles = StandardRole::ALL.map(|role| role.role(now, Settings::default()));
    let mut next = Sequences::default().roles;
    for role in &roles {
        Sequences::mark_used(&mut next, role.id.0);
    }
    let roles: Vec<_> = roles.iter().map(|role| row(account, role)).collect();
    statements::insert(transaction, &tables::ROLES, &roles, "").await?;
    let counted = cells![account.0, "roles", next];
    statements::insert(transaction, &tables::SEQUENCES, &[counted], tables::SEQUENCES.or_replace).await
}

fn row(account: AccountId, role: &Role) -> Vec<Cell<'_>> {
    cells![
        account.0,
        role.id.0,
        role.name.as_str(),
        String::from(fold_identifier(&role.name)),
        role.description.as_str(),
        role.standard.map(StandardRole::code),
        role.assign_to_new,
        role.own_permissions.then(|| json(&role.permission_groups)),
        role.created.as_microsecond(),
        role.modified.as_microsecond(),
    ]
}

fn assignment_row(account: AccountId, assignment: &Assignment, now: Timestamp) -> Vec<Cell<'static>> {
    let Assignment { id, role_id, user_id } = assignment;
    cells![account.0, id.0, user_id.0, role_id.0, now.as_microsecond()]
}

/// The permission groups in a row's JSON.
pub(crate) fn permission_groups(id: i64, text: Option<&str>) -> StoreResult<Vec<PermissionGroup>> {
    let groups = text.map(serde_json::from_str).transpose();
    let groups =
        groups.map_err(|error| StoreError::Damaged(format!("permission groups of role {id}: {error}")))?;
    Ok(groups.unwrap_or_default())
}

impl Store {
    /// The account's roles, and who has been assigned which.
    pub(crate) async fn load_access(&self, account: AccountId, settings: Settings) -> StoreResult<Access> {
        let roles = read_all!(&self.db, ROLES, [account.0], rows::role);
        let assignments = read_all!(&self.db, ROLE_ASSIGNMENTS, [account.0], rows::role_assignment);
        Ok(Access::new(roles, assignments, settings))
    }
}

impl Tx<'_> {
    /// Adds a role under the next free number, which is returned.
    ///
    /// # Errors
    /// When the database fails, or the name is taken.
    pub async fn add_role(&mut self, role: Role) -> StoreResult<RoleId> {
        let mut sequences = self.sequences().await?;
        let role = Role { id: RoleId(Sequences::take(&mut sequences.roles)), ..role };
        self.insert(&tables::ROLES, &[row(self.account, &role)]).await?;
        self.set_sequences(&sequences).await?;
        self.log(Object::Role, role.id.0, Action::Add, None, Some(json(&role)));
        Ok(role.id)
    }

    /// Puts `after` in the place of `before`, which has the same number.
    ///
    /// # Errors
    /// When the database fails, or the name is taken.
    pub async fn edit_role(&mut self, before: &Role, after: &Role) -> StoreResult<()> {
        let account = self.account;
        self.update(&tables::ROLES, &row(account, before), &row(account, after)).await?;
        self.log(Object::Role, after.id.0, Action::Edit, Some(json(before)), Some(json(after)));
        Ok(())
    }

    /// Deletes a role that nobody has been assigned.
    ///
    /// # Errors
    /// When the database fails, or somebody has been assigned it.
    pub async fn delete_role(&mut self, role: &Role) -> StoreResult<()> {
        let account = self.account.0;
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query("DELETE FROM roles WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(role.id.0)
                .execute(executor)
                .await?
                .rows_affected()
        );
        self.log(Object::Role, role.id.0, Action::Delete, Some(json(role)), None);
        Ok(())
    }

    /// Assigns `user` these roles and no others. `before` are those that they have been assigned.
    ///
    /// # Errors
    /// When the database fails, or there is no such user or role.
    pub async fn set_roles(
        &mut self,
        user: UserId,
        before: &[(RoleAssignmentId, RoleId)],
        after: &[RoleId],
    ) -> StoreResult<()> {
        let account = self.account.0;
        for &(id, role) in before.iter().filter(|(_, role)| !after.contains(role)) {
            each_backend!(in &mut self.transaction, executor =>
                sqlx::query("DELETE FROM role_assignments WHERE account_id = $1 AND id = $2")
                    .bind(account)
                    .bind(id.0)
                    .execute(executor)
                    .await?
                    .rows_affected()
            );
            let gone = Assignment { id, role_id: role, user_id: user };
            self.log(Object::RoleAssignment, id.0, Action::Delete, Some(json(&gone)), None);
        }
        let new = after.iter().filter(|role| !before.iter().any(|(_, held)| held == *role));
        self.assign(new.map(|role| (user, *role)).collect()).await
    }

    /// Assigns people who are being added what new employees get. Where that is what their group stands for, nothing is
    /// written.
    pub(crate) async fn assign_to_new(&mut self, people: &[(UserId, Group)]) -> StoreResult<()> {
        let account = self.account.0;
        let roles: Vec<(i64, Option<String>, bool)> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_as("SELECT id, standard, assign_to_new FROM roles WHERE account_id = $1 ORDER BY id")
                .bind(account)
                .fetch_all(executor)
                .await?
        );
        let employee = StandardRole::Employee.code();
        let for_new: Vec<RoleId> = roles
            .iter()
            .filter(|(_, standard, assign)| *assign && standard.as_deref() != Some(employee))
            .map(|(id, ..)| RoleId(*id))
            .collect();
        if for_new.is_empty() {
            return Ok(());
        }
        let standard: BTreeMap<&str, RoleId> =
            roles.iter().filter_map(|(id, code, _)| Some((code.as_deref()?, RoleId(*id)))).collect();
        let mut assignments = BTreeSet::new();
        for &(user, group) in people {
            let of_group = StandardRole::of_group(group).iter();
            let of_group = of_group.filter_map(|role| standard.get(role.code()).copied());
            assignments.extend(of_group.chain(for_new.iter().copied()).map(|role| (user, role)));
        }
        self.assign(assignments.into_iter().collect()).await
    }

    async fn assign(&mut self, assignments: Vec<(UserId, RoleId)>) -> StoreResult<()> {
        if assignments.is_empty() {
            return Ok(());
        }
        let mut sequences = self.sequences().await?;
        let assignments: Vec<_> = assignments
            .into_iter()
            .map(|(user_id, role_id)| {
                let id = RoleAssignmentId(Sequences::take(&mut sequences.role_assignments));
                Assignment { id, role_id, user_id }
            })
            .collect();
        let rows: Vec<_> =
            assignments.iter().map(|assignment| assignment_row(self.account, assignment, self.now)).collect();
        self.insert(&tables::ROLE_ASSIGNMENTS, &rows).await?;
        for assignment in &assignments {
            let after = Some(json(assignment));
            self.log(Object::RoleAssignment, assignment.id.0, Action::Add, None, after);
        }
        self.set_sequences(&sequences).await
    }
}
