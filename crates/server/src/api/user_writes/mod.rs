//! Changing users: `POST /users`, `PUT /users/{id}`, `DELETE /users/{id}` (`users.md`). What is sent is read as a typed change, checked
//! for what it refers to and for who may make it, and applied to what the transaction finds: of two who change different
//! fields at the same time, neither undoes what the other did.

mod checks;
mod create;

use axum::Extension;
use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{
    Currency, CustomFieldId, CustomFieldRecord, CustomFieldRecordId, Directory, EmploymentStatus, Fixed,
    JobData, LeaveQuota, Patch, PayrollEdit, PayrollUser, Person, PersonHistory, PersonalData, Record, Right,
    Sent, Sequences, Text, User, UserEdit, UserId, WorkHours, fold_identifier, plan,
};
use folkmoot_store::{Parts, PersonAddition, Store, StoreResult, Tx};
use folkmoot_wire::input::{self, Faults, UserInput};
use folkmoot_wire::{ErrorCode, Form, Success};
use http::Response;
use jiff::civil::Date;

use checks::target;
pub(super) use checks::{check_password, check_references, is_below, may_change_anything, refuse_denied};
pub(crate) use create::create;

use super::{id, users};
use crate::context::{Api, Context};
use crate::error::Refusal;
use crate::once::Once;
use crate::respond;

/// `PUT /users/{id}`: changes what is sent, and answers with the user as `GET` would.
pub(crate) async fn update(
    mut request: Api,
    Path(segment): Path<String>,
    form: Option<Extension<Form>>,
) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let id = UserId(id::number(&segment).ok_or_else(|| Refusal::invalid_id("User"))?);
        let Extension(form) = form.unwrap_or_default();
        let person = known(&request, id)?.clone();
        may_change_anything(&request, &person)?;
        id::must_match(&form, id.0)?;
        let mut faults = Faults::default();
        let input = input::user(&form, &mut faults);
        let once = Once::of(&request, "change a user", Some(id.0), &form)?;
        let change = Change::check(&request, &person, input, faults).await?;
        change.make(&mut request, &once).await?;
        request.answers_a_change();
        users::full_user(&request, id).await
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `DELETE /users/{id}`: irreversible.
pub(crate) async fn delete(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let id = UserId(id::number(&segment).ok_or_else(|| Refusal::invalid_id("User"))?);
        let may = match request.directory.person(id) {
            Some(person) => request.viewer.may(&request.directory, Right::DeleteEmployee, person),
            // They may have been deleted by this very request, sent before.
            None => request.viewer.rights_over_all(&request.directory).has(Right::DeleteEmployee),
        };
        if !may {
            known(&request, id)?;
            return Err(Refusal::new(ErrorCode::Access, "Only administrators may delete a user."));
        }
        let once = Once::of(&request, "delete a user", Some(id.0), &Form::default())?;
        let (store, account) = (request.app.store.clone(), request.account.id());
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_none() {
            let person = known(&request, id)?;
            if id == request.viewer.user {
                return Err(Refusal::new(ErrorCode::Delete, "Nobody may delete themselves."));
            }
            request.must_expect(users::tag(&request, person))?;
            if !somebody_else_administers(&mut tx, &request.directory, id).await? {
                return Err(Refusal::new(ErrorCode::Delete, "The last administrator cannot be deleted."));
            }
            let picture = person.user.picture;
            tx.delete_person(id).await?;
            once.note(&mut tx, id.0).await?;
            request.context.commit(tx).await?;
            if let Some(name) = picture
                && let Err(error) = store.remove_picture_if_unused(account, name).await
            {
                // It is due, and tried again.
                tracing::debug!(%error, "the picture of somebody who was deleted is still there");
            }
        }
        Ok(respond::success(request.format, request.version, &Success::deleted("User", request.version)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// The person, if the viewer may know of them.
pub(super) fn known(request: &Context, id: UserId) -> Result<&std::sync::Arc<Person>, Refusal> {
    let directory = &request.directory;
    let person = directory.person(id).ok_or_else(|| Refusal::not_found("User"))?;
    let hidden = person.has_left(directory.as_of()) && !request.viewer.mask(directory, person).sees_leavers();
    if hidden { Err(Refusal::not_found("User")) } else { Ok(person) }
}

/// Begins to write, to change `whom`, if there is such already. A change of a certain state needs to know that state; any
/// other can be made to whatever there is.
async fn begin<'s>(request: &mut Api, store: &'s Store, whom: Option<UserId>) -> Result<Tx<'s>, Refusal> {
    if request.has_expectation() {
        return request.context.begin_current(store).await;
    }
    let (account, author) = (request.account.id(), request.author());
    Ok(match whom {
        Some(user) => store.begin_to_change(account, author, user).await?,
        None => store.begin_together(account, author).await?,
    })
}

/// Whether anybody but `id` is an administrator with access.
pub(super) async fn somebody_else_administers(
    tx: &mut Tx<'_>,
    directory: &Directory,
    id: UserId,
) -> StoreResult<bool> {
    for candidate in tx.administrators().await? {
        let active = directory
            .person(candidate)
            .is_some_and(|person| person.status(directory.as_of()) == EmploymentStatus::Active);
        if active && candidate != id {
            return Ok(true);
        }
    }
    Ok(false)
}

/// A change that the viewer may make, of which everything is known but what it is made to.
struct Change {
    id: UserId,
    edit: UserEdit,
    pay: input::PayInput,
    government_id: Option<Sent<Text>>,
    password_hash: Option<String>,
}

impl Change {
    async fn check(
        request: &Context,
        person: &Person,
        input: UserInput,
        mut faults: Faults,
    ) -> Result<Change, Refusal> {
        let UserInput { edit, pay, government_id, password, skip_invite: _ } = input;
        let directory = &*request.directory;
        refuse_denied(request, person, &edit, &pay, government_id.as_ref(), password.as_ref())?;
        check_references(directory, Some(person.user.id), &edit, &mut faults);
        if let Some(status) = &edit.assignment.patch.status
            && person.user.id == request.viewer.user
            && status.value != EmploymentStatus::Active
        {
            faults.tell(&status.key, "cannot be taken from oneself");
        }
        if let Some(password) = &password {
            check_password(password, &mut faults);
        }
        if !faults.is_empty() {
            return Err(Refusal::faults(faults));
        }
        let password_hash = match password {
            Some(password) => Some(request.app.passwords.hash(password.value.into()).await?),
            None => None,
        };
        Ok(Change { id: person.user.id, edit, pay, government_id, password_hash })
    }

    /// Makes the change, and takes it up.
    async fn make(self, request: &mut Api, once: &Once) -> Result<(), Refusal> {
        let store = request.app.store.clone();
        let mut tx = begin(request, &store, Some(self.id)).await?;
        if once.made(&mut tx).await?.is_some() {
            return request.context.commit(tx).await;
        }
        if request.has_expectation() {
            request.must_expect(users::tag(request, known(request, self.id)?))?;
        }
        let context = &mut request.context;
        let gone = || Refusal::not_found("User");
        let history = tx.person(self.id, self.parts()).await?.ok_or_else(gone)?;
        let mut faults = Faults::default();
        let (after, addition) = self.applied(context, &mut tx, &history, &mut faults).await?;
        if !faults.is_empty() {
            return Err(Refusal::faults(faults));
        }
        let something = after != history.user || !addition.is_empty();
        let org = context.directory.org();
        let is_encrypted =
            |field: CustomFieldId| org.custom_fields.get(&field).is_none_or(|field| field.encrypted);
        if something {
            tx.change_person(&history.user, after, &addition, is_encrypted).await?;
        }
        if let Some(hash) = &self.password_hash {
            tx.set_password_hash(self.id, hash).await?;
        }
        once.note(&mut tx, self.id.0).await?;
        // Also when there is nothing to change: what it would have changed may be somebody else's who waits for the disk.
        context.commit(tx).await
    }

    /// What the change needs to know of somebody, since it adds to that.
    fn parts(&self) -> Parts {
        Parts {
            employee: !self.edit.employee.patch.is_empty() || self.government_id.is_some(),
            assignment: !self.edit.assignment.patch.is_empty() || self.pay.key().is_some(),
            work_hours: !self.edit.work_hours.is_empty(),
            custom_fields: !self.edit.custom_fields.is_empty(),
        }
    }

    /// The user after the change, and what is added to it.
    async fn applied(
        &self,
        context: &Context,
        tx: &mut Tx<'_>,
        history: &PersonHistory,
        faults: &mut Faults,
    ) -> Result<(User, PersonAddition), Refusal> {
        let (directory, now) = (&context.directory, tx.now());
        let today = context.app.store.clock().today();
        let mut after = history.user.clone();
        self.edit.user.apply(&mut after);
        for sent in [&self.edit.user.username, &self.edit.user.email].into_iter().flatten() {
            if tx.is_identifier_taken(&fold_identifier(&sent.value), self.id).await? {
                faults.tell(&sent.key, "is somebody else's");
            }
        }
        let administered = directory.administers(self.id, history.user.group);
        let steps_down = administered && !directory.administers(self.id, after.group);
        let loses_access = self.edit.assignment.patch.status.as_ref();
        let loses_access = loses_access.filter(|sent| sent.value != EmploymentStatus::Active);
        if (steps_down || (loses_access.is_some() && administered))
            && !somebody_else_administers(tx, directory, self.id).await?
        {
            let group = self.edit.user.group.as_ref().map(|sent| &*sent.key);
            let key =
                group.filter(|_| steps_down).or(loses_access.map(|sent| &*sent.key)).unwrap_or("group_id");
            faults.tell(key, "would leave the account without an administrator");
        }
        let (payroll, leave_quotas) = payroll_and_quotas(tx, self.id, &self.edit).await?;
        let mut addition = PersonAddition { payroll, leave_quotas, ..PersonAddition::default() };
        if self.parts() == Parts::default() {
            return Ok((after, addition));
        }
        let mut next = tx.sequences().await?;
        let mut personal = self.edit.employee.patch.clone();
        if let Some(sent) = &self.government_id {
            let sealed = (!sent.value.is_empty())
                .then(|| context.app.store.keys().seal_government_id(context.account.id(), &sent.value));
            personal.government_id = Some(Sent { key: sent.key.clone(), value: sealed });
        }
        let from = effective(self.edit.employee.effective_date.as_ref(), today);
        let otherwise = PersonalData::default();
        addition.employee =
            plan(&history.employee, &personal, from, &otherwise, now, &mut next.employee_records);

        let from = effective(self.edit.assignment.effective_date.as_ref(), today);
        let mut job = self.edit.assignment.patch.clone();
        if let Some(key) = self.pay.key() {
            let before = at(&history.assignment, from).and_then(|data| data.pay);
            match self.pay.applied_to(before, Currency::USD) {
                Ok(pay) => job.pay = Some(Sent { key: key.into(), value: pay }),
                Err(problem) => faults.tell(key, problem),
            }
        }
        let otherwise = JobData::default();
        addition.assignment =
            plan(&history.assignment, &job, from, &otherwise, now, &mut next.assignment_records);
        let otherwise = WorkHours { a_day: Fixed::ZERO, a_week: Fixed::ZERO };
        addition.work_hours = plan(
            &history.work_hours,
            &self.edit.work_hours,
            from,
            &otherwise,
            now,
            &mut next.work_hour_records,
        );
        let fields = &directory.org().custom_fields;
        for edit in &self.edit.custom_fields {
            let Some((field, record)) = target(fields, &history.custom_field_records, edit) else { continue };
            match (edit.content.value.is_empty(), record) {
                (true, None) => {}
                (true, Some(record)) => addition.custom_fields_removed.push(record.id),
                (false, Some(record)) if record.content == edit.content.value => {}
                (false, record) => {
                    let id = record.map_or_else(
                        || {
                            let next = &mut next.custom_field_records;
                            CustomFieldRecordId(Sequences::take(next))
                        },
                        |record| record.id,
                    );
                    let content = edit.content.value.clone();
                    addition.custom_fields.push(CustomFieldRecord { id, field: field.id, content });
                }
            }
        }
        tx.set_sequences(&next).await?;
        Ok((after, addition))
    }
}

/// What an edit makes different of what payroll providers call somebody, and of how much leave they get.
async fn payroll_and_quotas(
    tx: &mut Tx<'_>,
    id: UserId,
    edit: &UserEdit,
) -> StoreResult<(Vec<PayrollUser>, Vec<LeaveQuota>)> {
    let (mut payroll, mut quotas) = (Vec::new(), Vec::new());
    if !edit.payroll.is_empty() {
        let known = tx.payroll_users(id).await?;
        for PayrollEdit { provider, payroll_id } in &edit.payroll {
            let before = known.iter().find(|known| known.provider == provider.value);
            if before.map_or("", |before| before.payroll_id.as_str()) != payroll_id.value.as_str() {
                payroll.push(PayrollUser { provider: provider.value, payroll_id: payroll_id.value.clone() });
            }
        }
    }
    if !edit.leave_quotas.is_empty() {
        let known = tx.leave_quotas(id).await?;
        for edit in &edit.leave_quotas {
            let leave_type = edit.leave_type.value;
            let before = known.iter().find(|known| known.leave_type == leave_type).copied();
            let after = edit.applied_to(before);
            if after != before.unwrap_or(LeaveQuota { leave_type, quota: None, carry_over: None }) {
                quotas.push(after);
            }
        }
    }
    Ok((payroll, quotas))
}

/// What somebody's records say on a day.
pub(super) fn at<T>(records: &[Record<T>], day: Date) -> Option<&T> {
    let started = records.iter().filter(|record| record.effective_date <= day);
    let newest = started.max_by_key(|record| (record.effective_date, record.id));
    let first = || records.iter().min_by_key(|record| (record.effective_date, record.id));
    newest.or_else(first).map(|record| &record.data)
}

fn effective(sent: Option<&Sent<Date>>, today: Date) -> Date {
    sent.map_or(today, |sent| sent.value)
}
