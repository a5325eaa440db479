//! Writing people.

use std::collections::HashSet;

use folkmoot_core::{Action, CustomFieldId, Object, PersonHistory, UserId, fold_identifier};

use crate::accounts::json;
use crate::db::each_backend;
use crate::keys::Purpose;
use crate::{StoreError, StoreResult, Tx};

/// Rows of one statement: well within every backend's bound on bind values.
const AT_ONCE: usize = 400;

/// Inserts many rows of one table in few statements.
macro_rules! insert_many {
    ($tx:expr, $insert:literal, $rows:expr, |$row:ident, $item:pat_param| $binds:expr) => {
        for rows in $rows.chunks(AT_ONCE) {
            each_backend!(in &mut $tx.transaction, executor => {
                let mut query = sqlx::QueryBuilder::new($insert);
                query.push_values(rows, |mut $row, $item| { $binds; });
                query.build().execute(executor).await?
            });
        }
    };
}

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
            self.add_batch(batch, encrypted).await?;
        }
        Ok(())
    }

    async fn add_batch(
        &mut self,
        people: &[PersonHistory],
        encrypted: &HashSet<CustomFieldId>,
    ) -> StoreResult<()> {
        let account = self.account.0;
        insert_many!(
            self,
            "INSERT INTO users (account_id, id, username, username_folded, email, email_folded, twitter_username, \
             linkedin_url, blog_url, nickname, group_id, picture, badge_count, password_hash, api_key_hash, \
             api_key_sealed, created, modified) ",
            people,
            |row, person| {
                let user = &person.user;
                row.push_bind(account)
                    .push_bind(user.id.0)
                    .push_bind(user.username.as_str())
                    .push_bind(fold_identifier(&user.username).into_string())
                    .push_bind(user.email.as_str())
                    .push_bind(fold_identifier(&user.email).into_string())
                    .push_bind(user.twitter_username.as_str())
                    .push_bind(user.linkedin_url.as_str())
                    .push_bind(user.blog_url.as_str())
                    .push_bind(user.nickname.as_str())
                    .push_bind(user.group.number())
                    .push_bind(user.picture.map(|name| name.to_string()))
                    .push_bind(i64::from(user.badge_count))
                    .push_bind(user.password_hash.as_deref())
                    .push_bind(user.api_key_hash.as_ref().map(|hash| &hash.0[..]))
                    .push_bind(user.api_key.as_ref().map(|key| &key.0[..]))
                    .push_bind(user.created.as_microsecond())
                    .push_bind(user.modified.as_microsecond())
            }
        );
        let employee = owned(people, |person| &person.employee);
        insert_many!(
            self,
            "INSERT INTO employee_records (account_id, id, user_id, effective_date, first_name, middle_name, \
             last_name, phone, address1, address2, city, state, country, postal, birthdate, gender, \
             government_id_sealed, emergency_name, emergency_number, created, modified) ",
            employee,
            |row, (user, record)| {
                let data = &record.data;
                row.push_bind(account)
                    .push_bind(record.id)
                    .push_bind(user.0)
                    .push_bind(record.effective_date.to_string())
                    .push_bind(data.first_name.as_str())
                    .push_bind(data.middle_name.as_str())
                    .push_bind(data.last_name.as_str())
                    .push_bind(data.phone.as_str())
                    .push_bind(data.address1.as_str())
                    .push_bind(data.address2.as_str())
                    .push_bind(data.city.as_str())
                    .push_bind(data.state.as_str())
                    .push_bind(data.country.as_str())
                    .push_bind(data.postal.as_str())
                    .push_bind(data.birthdate.map(|date| date.to_string()))
                    .push_bind(data.gender.map(folkmoot_core::Gender::number))
                    .push_bind(data.government_id.as_ref().map(|sealed| &sealed.0[..]))
                    .push_bind(data.emergency_name.as_str())
                    .push_bind(data.emergency_number.as_str())
                    .push_bind(record.created.as_microsecond())
                    .push_bind(record.modified.as_microsecond())
            }
        );
        let assignment = owned(people, |person| &person.assignment);
        insert_many!(
            self,
            "INSERT INTO assignment_records (account_id, id, user_id, effective_date, job_id, department_id, \
             manager_id, location_id, employee_class_id, status, pay_type, pay_rate, pay_currency, full_time, phone, \
             ext, employee_num, date_hired, date_terminated, created, modified) ",
            assignment,
            |row, (user, record)| {
                let data = &record.data;
                let pay = data.pay.as_ref();
                row.push_bind(account)
                    .push_bind(record.id)
                    .push_bind(user.0)
                    .push_bind(record.effective_date.to_string())
                    .push_bind(data.job.map(|id| id.0))
                    .push_bind(data.department.map(|id| id.0))
                    .push_bind(data.manager.map(|id| id.0))
                    .push_bind(data.location.map(|id| id.0))
                    .push_bind(data.employee_class.map(|id| id.0))
                    .push_bind(data.status.number())
                    .push_bind(pay.map(|pay| pay.basis.number()))
                    .push_bind(pay.map(|pay| pay.rate.ten_thousandths()))
                    .push_bind(pay.map(|pay| pay.currency.to_string()))
                    .push_bind(data.full_time)
                    .push_bind(data.phone.as_str())
                    .push_bind(data.ext.as_str())
                    .push_bind(data.employee_num.as_str())
                    .push_bind(data.date_hired.map(|date| date.to_string()))
                    .push_bind(data.date_terminated.map(|date| date.to_string()))
                    .push_bind(record.created.as_microsecond())
                    .push_bind(record.modified.as_microsecond())
            }
        );
        let hours = owned(people, |person| &person.work_hours);
        insert_many!(
            self,
            "INSERT INTO work_hour_records (account_id, id, user_id, effective_date, hours_a_day, hours_a_week, \
             created, modified) ",
            hours,
            |row, (user, record)| {
                row.push_bind(account)
                    .push_bind(record.id)
                    .push_bind(user.0)
                    .push_bind(record.effective_date.to_string())
                    .push_bind(record.data.a_day.ten_thousandths())
                    .push_bind(record.data.a_week.ten_thousandths())
                    .push_bind(record.created.as_microsecond())
                    .push_bind(record.modified.as_microsecond())
            }
        );
        let custom = owned(people, |person| &person.custom_field_records);
        let (keys, id) = (self.store.keys.clone(), self.account);
        insert_many!(
            self,
            "INSERT INTO custom_field_records (account_id, id, user_id, custom_field_id, content, content_sealed) ",
            custom,
            |row, (user, record)| {
                let seal = encrypted.contains(&record.field);
                let sealed =
                    seal.then(|| keys.seal(Purpose::CustomField, id, record.content.as_bytes()).0.into_vec());
                row.push_bind(account)
                    .push_bind(record.id.0)
                    .push_bind(user.0)
                    .push_bind(record.field.0)
                    .push_bind((!seal).then(|| record.content.as_str()))
                    .push_bind(sealed)
            }
        );
        let leave = owned(people, |person| &person.leave_usages);
        insert_many!(
            self,
            "INSERT INTO leave_usages (account_id, user_id, leave_type_id, days_used, days_remaining) ",
            leave,
            |row, (user, usage)| {
                row.push_bind(account)
                    .push_bind(user.0)
                    .push_bind(usage.leave_type.0)
                    .push_bind(usage.days_used.ten_thousandths())
                    .push_bind(usage.days_remaining.map(folkmoot_core::Fixed::ten_thousandths))
            }
        );
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
        let account = self.account.0;
        let keys: i64 = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_scalar(
                "SELECT COUNT(*) FROM users WHERE account_id = $1 AND id = $2 AND api_key_hash IS NOT NULL",
            )
            .bind(account)
            .bind(user.0)
            .fetch_one(executor)
            .await?
        );
        Ok(keys > 0)
    }

    /// Gives `user` this API key.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn set_api_key(&mut self, user: UserId, key: &folkmoot_core::ApiKey) -> StoreResult<()> {
        let hash = self.store.keys.hash_api_key(self.account, key);
        let sealed = self.store.keys.seal_api_key(self.account, key);
        let (account, now) = (self.account.0, self.now.as_microsecond());
        let changed = each_backend!(in &mut self.transaction, executor =>
            sqlx::query(
                "UPDATE users SET api_key_hash = $1, api_key_sealed = $2, modified = $3
                 WHERE account_id = $4 AND id = $5",
            )
            .bind(&hash.0[..])
            .bind(&sealed.0[..])
            .bind(now)
            .bind(account)
            .bind(user.0)
            .execute(executor)
            .await?
            .rows_affected()
        );
        self.edited(user, changed, "api_key")
    }

    /// Gives `user` a password, as its hash in PHC string format.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn set_password_hash(&mut self, user: UserId, hash: &str) -> StoreResult<()> {
        let (account, now) = (self.account.0, self.now.as_microsecond());
        let changed = each_backend!(in &mut self.transaction, executor =>
            sqlx::query("UPDATE users SET password_hash = $1, modified = $2 WHERE account_id = $3 AND id = $4")
                .bind(hash)
                .bind(now)
                .bind(account)
                .bind(user.0)
                .execute(executor)
                .await?
                .rows_affected()
        );
        self.edited(user, changed, "password")
    }

    /// Logs that a secret of `user` was set, without saying to what.
    fn edited(&mut self, user: UserId, rows: u64, secret: &str) -> StoreResult<()> {
        if rows == 0 {
            return Err(StoreError::NoUser);
        }
        let after = serde_json::json!({ secret: "set" }).to_string();
        self.log(Object::User, user.0, Action::Edit, None, Some(after));
        Ok(())
    }
}

fn owned<'a, T>(
    people: &'a [PersonHistory],
    items: impl Fn(&'a PersonHistory) -> &'a Vec<T>,
) -> Vec<(UserId, &'a T)> {
    people.iter().flat_map(|person| items(person).iter().map(|item| (person.user.id, item))).collect()
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
