//! `POST /users` (`users.md`).

use axum::Extension;
use axum::body::Body;
use folkmoot_core::{
    Currency, CustomFieldId, CustomFieldRecord, CustomFieldRecordId, Fixed, Group, JobData, Patch,
    PersonHistory, PersonalData, Record, Right, Sent, Sequences, Text, User, UserId, WorkHours,
    fold_identifier,
};
use folkmoot_store::PersonAddition;
use folkmoot_wire::input::{self, Faults, UserInput};
use folkmoot_wire::{ErrorCode, Form, FormValue};
use http::Response;
use jiff::Timestamp;
use jiff::civil::Date;

use super::checks::{check_references, target};
use super::{begin, payroll_and_quotas};
use crate::api::users;
use crate::context::Api;
use crate::error::Refusal;
use crate::once::Once;
use crate::user_list;

/// `POST /users`: somebody new, and answers with them as `GET` would.
pub(crate) async fn create(mut request: Api, form: Option<Extension<Form>>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        if !request.viewer.rights_over_all(&request.directory).has(Right::CreateEmployee) {
            return Err(Refusal::new(ErrorCode::Access, "Only administrators may add a user."));
        }
        let Extension(form) = form.unwrap_or_default();
        let mut faults = Faults::default();
        let input = input::user(&form, &mut faults);
        for (object, fields) in REQUIRED {
            for field in fields {
                let path: Vec<&str> = object.iter().chain([field]).copied().collect();
                if form.at(&path).is_none_or(FormValue::is_blank) {
                    let key =
                        object.map_or_else(|| (*field).to_owned(), |object| format!("{object}[{field}]"));
                    faults.tell(&key, "is required");
                }
            }
        }
        check_references(&request.directory, None, &input.edit, &mut faults);
        if let Some(group) = &input.edit.user.group
            && let Err(why) = request.viewer.may_set_group(&request.directory, None, group.value)
        {
            return Err(Refusal::new(ErrorCode::Access, format!("{}: {why}.", group.key)));
        }
        if !faults.is_empty() {
            return Err(Refusal::faults(faults));
        }
        let once = Once::of(&request, "add a user", None, &form)?;
        let id = add(&mut request, input, &once).await?;
        request.answers_a_change();
        users::full_user(&request, id).await
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// What there is to be of somebody new (`users.md`).
const REQUIRED: [(Option<&str>, &[&str]); 3] = [
    (None, &["username", "email"]),
    (Some("employee_record"), &["first_name", "last_name"]),
    (Some("assignment_record"), &["date_hired"]),
];

async fn add(request: &mut Api, input: UserInput, once: &Once) -> Result<UserId, Refusal> {
    let UserInput { edit, pay, government_id, password, skip_invite } = input;
    let mut faults = Faults::default();
    if let Some(password) = &password {
        // Whoever is new is invited to choose one.
        faults.tell(&password.key, "is for them to choose");
        return Err(Refusal::faults(faults));
    }
    let (store, account) = (request.app.store.clone(), request.account.id());
    let mut tx = begin(request, &store, None).await?;
    if let Some(made) = once.made(&mut tx).await? {
        request.context.commit(tx).await?;
        return Ok(UserId(made));
    }
    if request.has_expectation() {
        request.must_expect(user_list::tag(request))?;
    }
    let context = &mut request.context;
    let mut next = tx.sequences().await?;
    let (now, today) = (tx.now(), store.clock().today());
    let id = UserId(Sequences::take(&mut next.users));
    let mut user = User {
        id,
        username: Text::default(),
        email: Text::default(),
        twitter_username: Text::default(),
        linkedin_url: Text::default(),
        blog_url: Text::default(),
        nickname: Text::default(),
        group: Group::Employees,
        picture: None,
        badge_count: 0,
        password_hash: None,
        api_key_hash: None,
        api_key: None,
        accepted_invite: None,
        created: now,
        modified: now,
    };
    edit.user.apply(&mut user);
    for sent in [&edit.user.username, &edit.user.email].into_iter().flatten() {
        if tx.is_identifier_taken(&fold_identifier(&sent.value), id).await? {
            faults.tell(&sent.key, "is somebody else's");
        }
    }
    let (mut personal, mut job) = (PersonalData::default(), JobData::default());
    edit.employee.patch.apply(&mut personal);
    edit.assignment.patch.apply(&mut job);
    personal.government_id = government_id
        .filter(|sent| !sent.value.is_empty())
        .map(|sent| store.keys().seal_government_id(account, &sent.value));
    if let Some(key) = pay.key() {
        match pay.applied_to(None, Currency::USD) {
            Ok(pay) => job.pay = pay,
            Err(problem) => faults.tell(key, problem),
        }
    }
    // They are what the form says from the day on which they are hired, if it names no other.
    let hired = job.date_hired.unwrap_or(today);
    let record_from = |sent: &Option<Sent<Date>>| sent.as_ref().map_or(hired, |sent| sent.value);
    let from = record_from(&edit.assignment.effective_date);
    let hours = (!edit.work_hours.is_empty()).then(|| {
        let mut hours = WorkHours { a_day: Fixed::ZERO, a_week: Fixed::ZERO };
        edit.work_hours.apply(&mut hours);
        record(&mut next.work_hour_records, from, now, hours)
    });
    let fields = &context.directory.org().custom_fields;
    let mut custom = Vec::new();
    for value in edit.custom_fields.iter().filter(|value| !value.content.value.is_empty()) {
        let Some((field, _)) = target(fields, &[], value) else {
            faults.tell(&value.of.key, "is the number of no custom field");
            continue;
        };
        let id = CustomFieldRecordId(Sequences::take(&mut next.custom_field_records));
        custom.push(CustomFieldRecord { id, field: field.id, content: value.content.value.clone() });
    }
    if !faults.is_empty() {
        return Err(Refusal::faults(faults));
    }
    let history = PersonHistory {
        user,
        employee: vec![record(
            &mut next.employee_records,
            record_from(&edit.employee.effective_date),
            now,
            personal,
        )],
        assignment: vec![record(&mut next.assignment_records, from, now, job)],
        work_hours: hours.into_iter().collect(),
        custom_field_records: custom,
        leave_usages: Vec::new(),
    };
    let encrypted = fields.values().filter(|field| field.encrypted).map(|field| field.id).collect();
    let people = [history];
    tx.add_people(&people, &encrypted).await?;
    let [history] = people;
    let (payroll, leave_quotas) = payroll_and_quotas(&mut tx, id, &edit).await?;
    let addition = PersonAddition { payroll, leave_quotas, ..PersonAddition::default() };
    if !addition.is_empty() {
        let is_encrypted = |field: CustomFieldId| encrypted.contains(&field);
        tx.change_person(&history.user, history.user.clone(), &addition, is_encrypted).await?;
    }
    tx.set_sequences(&next).await?;
    if !skip_invite {
        tx.invite_newcomer(id).await?;
    }
    once.note(&mut tx, id.0).await?;
    context.commit(tx).await?;
    context.app.post.is_waiting();
    Ok(id)
}

fn record<T>(next: &mut i64, effective_date: Date, now: Timestamp, data: T) -> Record<T> {
    Record { id: Sequences::take(next), effective_date, created: now, modified: now, data }
}
