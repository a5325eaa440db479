//! Writing people.

use std::borrow::Cow;
use std::collections::HashSet;

use folkmoot_core::{
    AccountId, Action, AssignmentRecord, CustomFieldId, EmployeeRecord, Fixed, Gender, Object, PersonHistory,
    User, UserId, WorkHourRecord, fold_identifier,
};

use crate::accounts::json;
use crate::db::{Transaction, each_backend};
use crate::keys::Purpose;
use crate::statements::AT_ONCE;
use crate::table::{Cell, cells};
use crate::{KeyRing, StoreError, StoreResult, Tx, rows, tables};

impl Tx<'_> {
    /// Adds people with their records. Numbers must be free and references must resolve; `encrypted` names the
    /// custom fields whose values are to be sealed.
    ///
    /// # Errors
    /// When the database fails, or a number, username, e-mail address or key is taken.
    pub async fn add_people(
        &mut self,
        people: &[PersonHistory],
        encrypted: &HashSet<CustomFieldId>,
    ) -> StoreResult<()> {
        for batch in people.chunks(AT_ONCE) {
            // What was sealed before this transaction began may be of another generation than the store has come to.
            let batch = sealed_anew(&self.store.keys, self.account, batch)?;
            self.add_batch(&batch, encrypted).await?;
        }
        Ok(())
    }

    async fn add_batch(
        &mut self,
        people: &[PersonHistory],
        encrypted: &HashSet<CustomFieldId>,
    ) -> StoreResult<()> {
        let account = self.account;
        let users: Vec<_> = people.iter().map(|person| user_row(account, &person.user)).collect();
        self.insert(&tables::USERS, &users).await?;
        let new: Vec<_> = people.iter().map(|person| (person.user.id, person.user.group)).collect();
        self.assign_to_new(&new).await?;
        let employee: Vec<_> = owned(people, |person| &person.employee)
            .map(|(user, record)| employee_row(account, user, record))
            .collect();
        self.insert(&tables::EMPLOYEE_RECORDS, &employee).await?;
        let assignment: Vec<_> = owned(people, |person| &person.assignment)
            .map(|(user, record)| assignment_row(account, user, record))
            .collect();
        self.insert(&tables::ASSIGNMENT_RECORDS, &assignment).await?;
        let hours: Vec<_> = owned(people, |person| &person.work_hours)
            .map(|(user, record)| work_hours_row(account, user, record))
            .collect();
        self.insert(&tables::WORK_HOUR_RECORDS, &hours).await?;
        let keys = &self.store.keys;
        let custom: Vec<_> = owned(people, |person| &person.custom_field_records)
            .map(|(user, record)| {
                let sealed = encrypted.contains(&record.field).then(|| {
                    keys.seal(Purpose::CustomField, account, record.content.as_bytes()).0.into_vec()
                });
                let clear = sealed.is_none().then_some(record.content.as_str());
                cells![account.0, record.id.0, user.0, record.field.0, clear, sealed]
            })
            .collect();
        self.insert(&tables::CUSTOM_FIELD_RECORDS, &custom).await?;
        let leave: Vec<_> = owned(people, |person| &person.leave_usages)
            .map(|(user, usage)| {
                let remaining = usage.days_remaining.map(Fixed::ten_thousandths);
                cells![account.0, user.0, usage.leave_type.0, usage.days_used.ten_thousandths(), remaining]
            })
            .collect();
        self.insert(&tables::LEAVE_USAGES, &leave).await?;
        let accepted = people.iter().filter_map(|person| {
            let accepted = person.user.accepted_invite?;
            Some(cells![account.0, person.user.id.0, accepted.as_microsecond()])
        });
        self.insert(&tables::ACCEPTED_INVITES, &accepted.collect::<Vec<_>>()).await?;
        for person in people {
            let after = json(&without_secrets(person, encrypted));
            self.log(Object::User, person.user.id.0, Action::Add, None, Some(after));
        }
        Ok(())
    }

    /// Whether `user` has an API key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn has_api_key(&mut self, user: UserId) -> StoreResult<bool> {
        Ok(self.user(user).await?.is_some_and(|user| user.api_key_hash.is_some()))
    }

    /// Gives `user` this API key.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn set_api_key(&mut self, user: UserId, key: &folkmoot_core::ApiKey) -> StoreResult<()> {
        let hash = self.store.keys.hash_api_key(self.account, key);
        let sealed = self.store.keys.seal_api_key(self.account, key);
        self.edit_user(user, |user| {
            user.api_key_hash = Some(hash);
            user.api_key = Some(sealed);
        })
        .await?;
        self.forget_key_use(user).await?;
        self.log_secret(user, "api_key", "set");
        Ok(())
    }

    /// Takes `user`'s API key away. Returns whether there was one.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn remove_api_key(&mut self, user: UserId) -> StoreResult<bool> {
        let before = self
            .edit_user(user, |user| {
                user.api_key_hash = None;
                user.api_key = None;
            })
            .await?;
        let had_one = before.api_key_hash.is_some() || before.api_key.is_some();
        if had_one {
            self.forget_key_use(user).await?;
            self.log_secret(user, "api_key", "removed");
        }
        Ok(had_one)
    }

    /// When a key was last used is of no other key.
    async fn forget_key_use(&mut self, user: UserId) -> StoreResult<()> {
        let account = self.account.0;
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query("DELETE FROM key_uses WHERE account_id = $1 AND user_id = $2")
                .bind(account)
                .bind(user.0)
                .execute(executor)
                .await?
                .rows_affected()
        );
        Ok(())
    }

    /// Gives `user` a password, as its hash in PHC string format.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn set_password_hash(&mut self, user: UserId, hash: &str) -> StoreResult<()> {
        self.edit_user(user, |user| user.password_hash = Some(hash.into())).await?;
        self.log_secret(user, "password", "set");
        Ok(())
    }

    /// Logs what became of a secret of `user`, without saying what it is.
    fn log_secret(&mut self, user: UserId, secret: &str, what: &str) {
        let after = serde_json::json!({ secret: what }).to_string();
        self.log(Object::User, user.0, Action::Edit, None, Some(after));
    }

    /// The user's row as this transaction has it.
    pub(crate) async fn user(&mut self, id: UserId) -> StoreResult<Option<User>> {
        if let Some(user) = self.take_prefetched(id) {
            return Ok(Some(user));
        }
        self.flush_deferred().await?;
        read_user(&mut self.transaction, self.account, id).await
    }

    /// Changes the user's row, and returns it as it was. Nothing is logged.
    pub(crate) async fn edit_user(&mut self, id: UserId, edit: impl FnOnce(&mut User)) -> StoreResult<User> {
        let before = self.user(id).await?.ok_or(StoreError::NoUser)?;
        let mut after = before.clone();
        edit(&mut after);
        if after != before {
            after.modified = self.now;
            let account = self.account;
            self.update(&tables::USERS, &user_row(account, &before), &user_row(account, &after)).await?;
        }
        Ok(before)
    }
}

/// The user's row, if there is one.
pub(crate) async fn read_user(
    transaction: &mut Transaction,
    account: AccountId,
    id: UserId,
) -> StoreResult<Option<User>> {
    each_backend!(in transaction, executor => {
        let row = sqlx::query(rows::USER).bind(account.0).bind(id.0).bind(id.0).fetch_optional(executor).await?;
        row.map(|row| rows::user(&row)).transpose()
    })
}

pub(crate) fn user_row(account: AccountId, user: &User) -> Vec<Cell<'_>> {
    cells![
        account.0,
        user.id.0,
        user.username.as_str(),
        fold_identifier(&user.username).into_string(),
        user.email.as_str(),
        fold_identifier(&user.email).into_string(),
        user.twitter_username.as_str(),
        user.linkedin_url.as_str(),
        user.blog_url.as_str(),
        user.nickname.as_str(),
        user.group.number(),
        user.picture.map(|name| name.to_string()),
        i64::from(user.badge_count),
        user.password_hash.as_deref(),
        user.api_key_hash.as_ref().map(|hash| &hash.0[..]),
        user.api_key.as_ref().map(|key| &key.0[..]),
        user.created.as_microsecond(),
        user.modified.as_microsecond(),
    ]
}

pub(crate) fn employee_row(account: AccountId, user: UserId, record: &EmployeeRecord) -> Vec<Cell<'_>> {
    let data = &record.data;
    cells![
        account.0,
        record.id,
        user.0,
        record.effective_date.to_string(),
        data.first_name.as_str(),
        data.middle_name.as_str(),
        data.last_name.as_str(),
        data.phone.as_str(),
        data.address1.as_str(),
        data.address2.as_str(),
        data.city.as_str(),
        data.state.as_str(),
        data.country.as_str(),
        data.postal.as_str(),
        data.birthdate.map(|date| date.to_string()),
        data.gender.map(Gender::number),
        data.government_id.as_ref().map(|sealed| &sealed.0[..]),
        data.emergency_name.as_str(),
        data.emergency_number.as_str(),
        record.created.as_microsecond(),
        record.modified.as_microsecond(),
    ]
}

pub(crate) fn assignment_row(account: AccountId, user: UserId, record: &AssignmentRecord) -> Vec<Cell<'_>> {
    let data = &record.data;
    let pay = data.pay.as_ref();
    cells![
        account.0,
        record.id,
        user.0,
        record.effective_date.to_string(),
        data.job.map(|id| id.0),
        data.department.map(|id| id.0),
        data.manager.map(|id| id.0),
        data.location.map(|id| id.0),
        data.employee_class.map(|id| id.0),
        data.status.number(),
        pay.map(|pay| pay.basis.number()),
        pay.map(|pay| pay.rate.ten_thousandths()),
        pay.map(|pay| pay.currency.to_string()),
        data.full_time,
        data.phone.as_str(),
        data.ext.as_str(),
        data.employee_num.as_str(),
        data.date_hired.map(|date| date.to_string()),
        data.date_terminated.map(|date| date.to_string()),
        record.created.as_microsecond(),
        record.modified.as_microsecond(),
    ]
}

pub(crate) fn work_hours_row(
    account: AccountId,
    user: UserId,
    record: &WorkHourRecord,
) -> Vec<Cell<'static>> {
    cells![
        account.0,
        record.id,
        user.0,
        record.effective_date.to_string(),
        record.data.a_day.ten_thousandths(),
        record.data.a_week.ten_thousandths(),
        record.created.as_microsecond(),
        record.modified.as_microsecond(),
    ]
}

fn owned<'a, T: 'a>(
    people: &'a [PersonHistory],
    items: impl Fn(&'a PersonHistory) -> &'a Vec<T>,
) -> impl Iterator<Item = (UserId, &'a T)> {
    people.iter().flat_map(move |person| items(person).iter().map(|item| (person.user.id, item)))
}

/// The same people, with whatever was not sealed by the key in use sealed by it.
fn sealed_anew<'a>(
    keys: &KeyRing,
    account: AccountId,
    people: &'a [PersonHistory],
) -> StoreResult<Cow<'a, [PersonHistory]>> {
    let mut people = Cow::Borrowed(people);
    for at in 0..people.len() {
        if let Some(key) = &people[at].user.api_key
            && let Some(new) = keys.renewed(Purpose::ApiKey, account, key)?
        {
            people.to_mut()[at].user.api_key = Some(new);
        }
        for record in 0..people[at].employee.len() {
            if let Some(number) = &people[at].employee[record].data.government_id
                && let Some(new) = keys.renewed(Purpose::GovernmentId, account, number)?
            {
                people.to_mut()[at].employee[record].data.government_id = Some(new);
            }
        }
    }
    Ok(people)
}

/// The person as the change log may hold it: what is sealed at rest is not repeated there in clear, and not at all.
fn without_secrets(person: &PersonHistory, encrypted: &HashSet<CustomFieldId>) -> PersonHistory {
    let mut person = person.clone();
    person.user.password_hash = None;
    person.user.api_key_hash = None;
    person.user.api_key = None;
    for record in &mut person.employee {
        record.data.government_id = None;
    }
    person.custom_field_records.retain(|record| !encrypted.contains(&record.field));
    person
}
