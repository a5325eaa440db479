//! One person, made of what the file says of them.

mod lists;

use std::collections::HashSet;

use folkmoot_core::{
    Currency, DepartmentId, Directory, DisplayNameStyle, EmployeeClassId, EmploymentStatus, Gender, Group,
    JobData, JobId, KeyHash, LocationId, Pay, PayBasis, PersonHistory, PersonalData, Record, Sealed,
    Sequences, Text, User, UserId, WorkHours,
};
use jiff::Timestamp;
use jiff::civil::Date;

use super::numbers::Kept;
use super::org::Organisation;
use super::report::Report;
use super::values::Values;
use crate::column::{Key, OrgKind};
use crate::import::draft::{Draft, Form};
use crate::import::{ImportOptions, REQUIRED};

/// Makes people.
pub(super) struct Builder<'b, 'a> {
    pub(super) existing: &'b Directory,
    pub(super) options: &'b ImportOptions<'b>,
    pub(super) form: Form,
    pub(super) organisation: &'b Organisation<'b>,
    pub(super) sequences: &'b mut Sequences,
    pub(super) report: &'b mut Report<'a>,
    /// API keys of the file.
    pub(super) keys: HashSet<KeyHash>,
}

/// The times of a record.
#[derive(Clone, Copy)]
struct Times {
    created: Timestamp,
    modified: Timestamp,
}

impl Builder<'_, '_> {
    /// The person of `draft`. What is wrong with them is told.
    pub(super) fn person(
        &mut self,
        draft: &Draft,
        id: UserId,
        kept: &Kept,
        manager: Option<UserId>,
    ) -> PersonHistory {
        let (options, form) = (self.options, self.form);
        let mut values = Values::new(draft, self.report);
        for key in REQUIRED {
            if !(key == Key::Hired && form == Form::Document) {
                values.require(key, form);
            }
        }
        for key in [Key::AssignmentCurrent, Key::EmployeeCurrent] {
            values.boolean(key);
        }
        let now = Times { created: options.now, modified: options.now };
        let user_times = times(&mut values, Key::Created, Key::Modified, now, options);
        let mut job = job_data(&mut values, options.today);
        job.manager = manager;
        let personal = personal_data(&mut values, options);
        let nickname = nickname(&mut values, &personal, self.existing);
        let first_day = job.date_hired.unwrap_or(options.today);
        let employee_from = values.date(Key::EmployeeEffective).unwrap_or(first_day);
        let assignment_from = values.date(Key::AssignmentEffective).unwrap_or(first_day);
        let employee_times =
            times(&mut values, Key::EmployeeCreated, Key::EmployeeModified, user_times, options);
        let assignment_times =
            times(&mut values, Key::AssignmentCreated, Key::AssignmentModified, user_times, options);
        let hours = work_hours(&mut values);
        let (api_key_hash, api_key) = api_key(&mut values, self.existing, options, kept, &mut self.keys);
        let user = User {
            id,
            username: values.identifier(Key::Username),
            email: values.identifier(Key::Email),
            twitter_username: values.line(Key::Twitter),
            linkedin_url: values.url(Key::Linkedin),
            blog_url: values.url(Key::Blog),
            nickname,
            group: values
                .choice(
                    Key::Group,
                    Group::from_name,
                    Group::from_number,
                    "Employees, Managers, Administrators",
                )
                .unwrap_or(Group::Employees),
            picture: None,
            badge_count: values
                .read(Key::BadgeCount, |text| text.parse().map_err(|_| "is not a count"))
                .unwrap_or(0),
            password_hash: None,
            api_key_hash,
            api_key,
            accepted_invite: None,
            created: user_times.created,
            modified: user_times.modified,
        };
        for reference in &draft.org {
            let Some(number) = self.organisation.find(reference, self.report) else { continue };
            match reference.kind {
                OrgKind::Job => job.job = Some(JobId(number)),
                OrgKind::Department => job.department = Some(DepartmentId(number)),
                OrgKind::Location => job.location = Some(LocationId(number)),
                OrgKind::EmployeeClass => job.employee_class = Some(EmployeeClassId(number)),
                OrgKind::CustomField | OrgKind::LeaveType => {}
            }
        }
        let sequences = &mut *self.sequences;
        let take = |kept: Option<i64>, next: &mut i64| kept.unwrap_or_else(|| Sequences::take(next));
        let employee_id = take(kept.employee, &mut sequences.employee_records);
        let assignment_id = take(kept.assignment, &mut sequences.assignment_records);
        let hours = hours.map(|hours| {
            record(take(None, &mut sequences.work_hour_records), assignment_from, assignment_times, hours)
        });
        let end = termination(&job, options.today).map(|(date, ended)| {
            let id = take(None, &mut sequences.assignment_records);
            // Not before the record that it ends, which would otherwise take effect after it.
            record(id, date.max(assignment_from), assignment_times, ended)
        });
        let mut assignment = vec![record(assignment_id, assignment_from, assignment_times, job)];
        assignment.extend(end);
        PersonHistory {
            user,
            employee: vec![record(employee_id, employee_from, employee_times, personal)],
            assignment,
            work_hours: hours.into_iter().collect(),
            custom_field_records: self.custom_field_records(draft, kept),
            leave_usages: self.leave_usages(draft),
        }
    }
}

fn record<T>(id: i64, effective_date: Date, times: Times, data: T) -> Record<T> {
    Record { id, effective_date, created: times.created, modified: times.modified, data }
}

/// The times that the file gives, if they are kept. They are checked in any case.
fn times(
    values: &mut Values<'_, '_>,
    created: Key,
    modified: Key,
    otherwise: Times,
    options: &ImportOptions<'_>,
) -> Times {
    let (created, modified) = (values.timestamp(created), values.timestamp(modified));
    if !options.keep_ids {
        return otherwise;
    }
    Times {
        created: created.unwrap_or(otherwise.created),
        modified: modified.or(created).unwrap_or(otherwise.modified),
    }
}

fn personal_data(values: &mut Values<'_, '_>, options: &ImportOptions<'_>) -> PersonalData {
    let government_id = values.line(Key::GovernmentId);
    PersonalData {
        first_name: values.line(Key::FirstName),
        middle_name: values.line(Key::MiddleName),
        last_name: values.line(Key::LastName),
        phone: values.line(Key::HomePhone),
        address1: values.line(Key::Address1),
        address2: values.line(Key::Address2),
        city: values.line(Key::City),
        state: values.line(Key::State),
        country: values.line(Key::Country),
        postal: values.line(Key::Postal),
        birthdate: values.date(Key::Birthdate),
        gender: values.choice(Key::Gender, Gender::from_code, Gender::from_number, "MALE, FEMALE, OTHER"),
        government_id: (!government_id.is_empty()).then(|| options.sealer.seal(&government_id)),
        emergency_name: values.line(Key::EmergencyName),
        emergency_number: values.line(Key::EmergencyNumber),
    }
}

fn job_data(values: &mut Values<'_, '_>, today: Date) -> JobData {
    let status = values.choice(
        Key::Status,
        EmploymentStatus::from_code,
        EmploymentStatus::from_number,
        "ACTIVE, SUSPENDED, TERMINATED",
    );
    let date_terminated = values.date(Key::Terminated);
    // Whoever has left must not come to have a login because a file has dates and no status.
    let has_left = date_terminated.is_some_and(|date| date <= today);
    let otherwise = if has_left { EmploymentStatus::Terminated } else { EmploymentStatus::Active };
    JobData {
        status: status.unwrap_or(otherwise),
        pay: pay(values),
        full_time: values.boolean(Key::FullTime).unwrap_or(true),
        phone: values.line(Key::WorkPhone),
        ext: values.line(Key::Ext),
        employee_num: Text::from(values.line(Key::EmployeeNum).trim()),
        date_hired: values.date(Key::Hired),
        date_terminated,
        ..JobData::default()
    }
}

/// A termination to come, and what holds from then on: without a record of its own it would never take effect.
fn termination(job: &JobData, today: Date) -> Option<(Date, JobData)> {
    let date = job.date_terminated.filter(|&date| date > today)?;
    let ended = JobData { status: EmploymentStatus::Terminated, ..job.clone() };
    (job.status != EmploymentStatus::Terminated).then_some((date, ended))
}

fn pay(values: &mut Values<'_, '_>) -> Option<Pay> {
    const CHOICES: &str = "ANNUAL, HOURLY, MONTHLY";
    let by_label = |text: &str| {
        let named = PayBasis::ALL.into_iter().find(|basis| basis.label().eq_ignore_ascii_case(text));
        named.or_else(|| PayBasis::from_code(text))
    };
    let by_type = values.choice(Key::PayType, by_label, PayBasis::from_number, CHOICES);
    let by_label = values.choice(Key::PayLabel, by_label, PayBasis::from_number, CHOICES);
    if let (Some(basis), Some(label)) = (by_type, by_label)
        && basis != label
        && let Some(given) = values.given(Key::PayLabel)
    {
        values.report.tell(given, format_args!("is not the label of {}", basis.code()));
    }
    let rate = values.decimal(Key::PayRate, 0, None);
    let currency = values.read(Key::PayCurrency, str::parse::<Currency>);
    let type_given = values.given(Key::PayType).or_else(|| values.given(Key::PayLabel));
    match (values.given(Key::PayRate), type_given) {
        (Some(rate), None) => values.report.tell(rate, "needs a pay type next to it"),
        (None, Some(basis)) => values.report.tell(basis, "needs a pay rate next to it"),
        _ => {}
    }
    Some(Pay { basis: by_type.or(by_label)?, rate: rate?, currency: currency.unwrap_or(Currency::USD) })
}

/// Hours of a day and of a week of five days; where one is missing, it follows from the other.
fn work_hours(values: &mut Values<'_, '_>) -> Option<WorkHours> {
    const DAYS: i64 = 5;
    let a_day = values.decimal(Key::HoursDay, 0, Some(24));
    let a_week = values.decimal(Key::HoursWeek, 0, Some(168));
    let split = |week: folkmoot_core::Fixed| {
        folkmoot_core::Fixed::from_ten_thousandths(week.ten_thousandths() / DAYS)
    };
    Some(WorkHours {
        a_day: a_day.or_else(|| a_week.map(split))?,
        a_week: a_week.or_else(|| a_day?.times(DAYS))?,
    })
}

fn api_key(
    values: &mut Values<'_, '_>,
    existing: &Directory,
    options: &ImportOptions<'_>,
    kept: &Kept,
    keys: &mut HashSet<KeyHash>,
) -> (Option<KeyHash>, Option<Sealed>) {
    if !options.keep_ids {
        return (None, None);
    }
    let Some(key) = values.read(Key::Token, str::parse) else { return (None, None) };
    let (hash, sealed) = options.sealer.key(&key);
    let is_taken = !keys.insert(hash) || existing.by_key(&hash).is_some();
    if is_taken
        && !kept.is_double
        && let Some(given) = values.given(Key::Token)
    {
        values.report.tell(given, "is somebody else's key already");
    }
    (Some(hash), Some(sealed))
}

/// The nickname, which may hide in the name to show. That name is otherwise made of others, and must agree with them.
fn nickname(values: &mut Values<'_, '_>, personal: &PersonalData, existing: &Directory) -> Text {
    let nickname = values.line(Key::Nickname);
    let Some(shown) = values.given(Key::DisplayName) else { return nickname };
    if values.given(Key::FirstName).is_none() || values.given(Key::LastName).is_none() {
        return nickname;
    }
    let by_nickname = existing.account().settings.display_name == DisplayNameStyle::NicknameAndLast;
    let made_of = |given: &str| format!("{given} {}", personal.last_name);
    let text = shown.text.trim();
    let plain = made_of(&personal.first_name);
    if text == plain.trim() || (!nickname.is_empty() && text == made_of(&nickname).trim()) {
        return nickname;
    }
    let hidden = text.strip_suffix(personal.last_name.trim()).map(str::trim_end);
    if let Some(hidden) = hidden.filter(|hidden| by_nickname && nickname.is_empty() && !hidden.is_empty()) {
        return Text::from(hidden);
    }
    values.report.tell(shown, format_args!("is not what the names give, {plain:?}"));
    nickname
}
