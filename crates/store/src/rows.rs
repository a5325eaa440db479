//! Rows to domain values. Columns are read by position, in the order of the `SELECT`s beside them.

use folkmoot_core::{
    Accrual, Action, AssignmentRecord, Badge, BadgeId, CompanyValue, Currency, CustomField, CustomFieldId,
    CustomFieldKind, CustomFieldRecordId, Department, DepartmentId, EmployeeClass, EmployeeClassId,
    EmployeeRecord, EmploymentStatus, EventType, EventTypeId, Fixed, Gender, Group, Job, JobData, JobId,
    KeyHash, LeaveType, LeaveTypeId, LeaveUsage, Location, LocationId, Object, Pay, PayBasis, PersonalData,
    Privacy, Record, Role, RoleAssignmentId, RoleId, Sealed, Source, StandardRole, Superseded, Text, User,
    UserId, ValueId, WebHookId, WorkHourRecord, WorkHours,
};
use jiff::Timestamp;
use jiff::civil::Date;
use sqlx::{ColumnIndex, Decode, Row, Type};

use crate::backup::manifest::hex;
use crate::webhooks::StoredWebHook;
use crate::{Change, Delivery, DeliveryState, StoreError, StoreResult, WebHook};

/// Defines functions that read a row of any backend.
macro_rules! row_readers {
    ($($(#[$doc:meta])* fn $name:ident($row:ident) $(after $read:literal)? -> $out:ty {
        $($column:ident: $type:ty),* $(,)?
    } => $body:expr;)*) => {$(
        $(#[$doc])*
        pub(crate) fn $name<'r, R>($row: &'r R) -> StoreResult<$out>
        where
            R: Row,
            usize: ColumnIndex<R>,
            i64: Decode<'r, R::Database> + Type<R::Database>,
            bool: Decode<'r, R::Database> + Type<R::Database>,
            &'r str: Decode<'r, R::Database> + Type<R::Database>,
            &'r [u8]: Decode<'r, R::Database> + Type<R::Database>,
        {
            let mut columns = 0 $(+ $read)?..;
            $(let $column: $type = $row.try_get(columns.next().unwrap_or_default())?;)*
            Ok($body)
        }
    )*};
}

/// So many people at most are read by their numbers in one statement.
pub(crate) const AMONG: usize = 32;

/// Statements that read the rows of people: the `SELECT`, the column with the number of whose a row is, and the order. The
/// first takes all from `$2` to `$3`, the second those of [`AMONG`] numbers from `$2` on, of which some may be the same.
macro_rules! of_people {
    ($($(#[$doc:meta])* $range:ident, $among:ident: $select:literal, $person:literal, $order:literal;)*) => {$(
        $(#[$doc])*
        pub(crate) const $range: &str = concat!(
            $select, " WHERE account_id = $1 AND ", $person, " >= $2 AND ", $person, " <= $3 ORDER BY ", $order
        );
        $(#[$doc])*
        pub(crate) const $among: &str = concat!(
            $select, " WHERE account_id = $1 AND ", $person, " IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, \
             $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33) \
             ORDER BY ", $order
        );
    )*};
}

of_people! {
    /// The columns that [`user`] reads.
    USER, USER_AMONG: "SELECT id, username, email, twitter_username, linkedin_url, blog_url, nickname, \
        group_id, picture, badge_count, password_hash, api_key_hash, api_key_sealed, (SELECT i.accepted \
        FROM accepted_invites i WHERE i.account_id = users.account_id AND i.user_id = users.id), created, modified \
        FROM users",
        "id", "id";
    /// The columns that [`employee_record`] reads.
    EMPLOYEE_RECORD, EMPLOYEE_RECORD_AMONG: "SELECT user_id, id, effective_date, first_name, middle_name, last_name, \
        phone, address1, address2, city, state, country, postal, birthdate, gender, government_id_sealed, \
        emergency_name, emergency_number, created, modified FROM employee_records",
        "user_id", "user_id, effective_date, id";
    /// The columns that [`assignment_record`] reads.
    ASSIGNMENT_RECORD, ASSIGNMENT_RECORD_AMONG: "SELECT user_id, id, effective_date, job_id, department_id, manager_id, \
        location_id, employee_class_id, status, pay_type, pay_rate, pay_currency, full_time, phone, ext, \
        employee_num, date_hired, date_terminated, created, modified FROM assignment_records",
        "user_id", "user_id, effective_date, id";
    /// The columns that [`work_hour_record`] reads.
    WORK_HOUR_RECORD, WORK_HOUR_RECORD_AMONG: "SELECT user_id, id, effective_date, hours_a_day, hours_a_week, created, modified \
        FROM work_hour_records",
        "user_id", "user_id, effective_date, id";
    /// The columns that [`custom_field_record`] reads.
    CUSTOM_FIELD_RECORD, CUSTOM_FIELD_RECORD_AMONG: "SELECT user_id, id, custom_field_id, content, content_sealed FROM custom_field_records",
        "user_id", "user_id, id";
    /// The columns that [`leave_usage`] reads.
    LEAVE_USAGE, LEAVE_USAGE_AMONG: "SELECT user_id, leave_type_id, days_used, days_remaining FROM leave_usages",
        "user_id", "user_id, leave_type_id";
}

/// The columns that [`superseded_employee_record`] reads: first those of the record.
pub(crate) const SUPERSEDED_EMPLOYEE_RECORD: &str = "SELECT user_id, record_id, effective_date, first_name, \
     middle_name, last_name, phone, address1, address2, city, state, country, postal, birthdate, gender, \
     government_id_sealed, emergency_name, emergency_number, created, modified, since, until, id \
     FROM superseded_employee_records \
     WHERE account_id = $1 AND user_id >= $2 AND user_id <= $3 ORDER BY user_id, id";
/// The columns that [`superseded_assignment_record`] reads: first those of the record.
pub(crate) const SUPERSEDED_ASSIGNMENT_RECORD: &str = "SELECT user_id, record_id, effective_date, job_id, \
     department_id, manager_id, location_id, employee_class_id, status, pay_type, pay_rate, pay_currency, full_time, \
     phone, ext, employee_num, date_hired, date_terminated, created, modified, since, until, id \
     FROM superseded_assignment_records \
     WHERE account_id = $1 AND user_id >= $2 AND user_id <= $3 ORDER BY user_id, id";

/// The columns that [`change`] reads.
pub(crate) const CHANGES: &str = "SELECT revision, at, actor_id, source, object, object_id, action, before, after, \
     address, request, hash FROM changes WHERE account_id = $1 AND revision > $2 AND revision <= $3 \
     ORDER BY revision LIMIT $4";
/// The columns that [`webhook`] reads.
pub(crate) const WEBHOOKS: &str = "SELECT id, name, handle, url, secure_key_sealed, secret_sealed, created, modified \
     FROM webhooks WHERE account_id = $1 ORDER BY id";
/// The columns that [`delivery`] reads.
pub(crate) const DELIVERIES: &str = "SELECT id, webhook_id, revision, hook, payload, state, attempts, first_at, \
     last_at, status, answer FROM webhook_deliveries \
     WHERE account_id = $1 AND webhook_id = $2 AND id < $3 ORDER BY id DESC LIMIT $4";
/// The same columns, of one delivery.
pub(crate) const DELIVERY: &str = "SELECT id, webhook_id, revision, hook, payload, state, attempts, first_at, \
     last_at, status, answer FROM webhook_deliveries WHERE account_id = $1 AND id = $2";

/// A custom field record as stored: its content in clear, or sealed.
pub(crate) struct StoredCustomFieldRecord {
    pub(crate) id: CustomFieldRecordId,
    pub(crate) field: CustomFieldId,
    pub(crate) content: Option<Text>,
    pub(crate) sealed: Option<Sealed>,
}

row_readers! {
    fn user(row) -> User {
        id: i64, username: &str, email: &str, twitter_username: &str, linkedin_url: &str, blog_url: &str,
        nickname: &str, group: i64, picture: Option<&str>, badge_count: i64, password_hash: Option<&str>,
        api_key_hash: Option<&[u8]>, api_key: Option<&[u8]>, accepted_invite: Option<i64>, created: i64,
        modified: i64,
    } => User {
        id: UserId(id),
        username: username.into(),
        email: email.into(),
        twitter_username: twitter_username.into(),
        linkedin_url: linkedin_url.into(),
        blog_url: blog_url.into(),
        nickname: nickname.into(),
        group: known("group of user", id, Group::from_number(group))?,
        picture: picture.map(|name| known("picture of user", id, name.parse().ok())).transpose()?,
        badge_count: known("badge count of user", id, badge_count.try_into().ok())?,
        password_hash: password_hash.map(Into::into),
        api_key_hash: api_key_hash
            .map(|hash| known("key hash of user", id, hash.try_into().ok().map(KeyHash)))
            .transpose()?,
        api_key: api_key.map(sealed),
        accepted_invite: accepted_invite.map(moment).transpose()?,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn employee_record(row) -> (UserId, EmployeeRecord) {
        user: i64, id: i64, effective_date: &str, first_name: &str, middle_name: &str, last_name: &str,
        phone: &str, address1: &str, address2: &str, city: &str, state: &str, country: &str, postal: &str,
        birthdate: Option<&str>, gender: Option<i64>, government_id: Option<&[u8]>, emergency_name: &str,
        emergency_number: &str, created: i64, modified: i64,
    } => (UserId(user), Record {
        id,
        effective_date: day(effective_date)?,
        created: moment(created)?,
        modified: moment(modified)?,
        data: PersonalData {
            first_name: first_name.into(),
            middle_name: middle_name.into(),
            last_name: last_name.into(),
            phone: phone.into(),
            address1: address1.into(),
            address2: address2.into(),
            city: city.into(),
            state: state.into(),
            country: country.into(),
            postal: postal.into(),
            birthdate: birthdate.map(day).transpose()?,
            gender: gender
                .map(|number| known("gender in employee record", id, Gender::from_number(number)))
                .transpose()?,
            government_id: government_id.map(sealed),
            emergency_name: emergency_name.into(),
            emergency_number: emergency_number.into(),
        },
    });

    fn assignment_record(row) -> (UserId, AssignmentRecord) {
        user: i64, id: i64, effective_date: &str, job: Option<i64>, department: Option<i64>, manager: Option<i64>,
        location: Option<i64>, employee_class: Option<i64>, status: i64, pay_type: Option<i64>,
        pay_rate: Option<i64>, pay_currency: Option<&str>, full_time: bool, phone: &str, ext: &str,
        employee_num: &str, date_hired: Option<&str>, date_terminated: Option<&str>, created: i64, modified: i64,
    } => (UserId(user), Record {
        id,
        effective_date: day(effective_date)?,
        created: moment(created)?,
        modified: moment(modified)?,
        data: JobData {
            job: job.map(JobId),
            department: department.map(DepartmentId),
            manager: manager.map(UserId),
            location: location.map(LocationId),
            employee_class: employee_class.map(EmployeeClassId),
            status: known("status in assignment record", id, EmploymentStatus::from_number(status))?,
            pay: pay(id, pay_type, pay_rate, pay_currency)?,
            full_time,
            phone: phone.into(),
            ext: ext.into(),
            employee_num: employee_num.into(),
            date_hired: date_hired.map(day).transpose()?,
            date_terminated: date_terminated.map(day).transpose()?,
        },
    });

    fn superseded_employee_record(row) after 20 -> (UserId, Superseded<PersonalData>) {
        since: i64, until: i64,
    } => superseded(employee_record(row)?, since, until)?;

    fn superseded_assignment_record(row) after 20 -> (UserId, Superseded<JobData>) {
        since: i64, until: i64,
    } => superseded(assignment_record(row)?, since, until)?;

    fn work_hour_record(row) -> (UserId, WorkHourRecord) {
        user: i64, id: i64, effective_date: &str, a_day: i64, a_week: i64, created: i64, modified: i64,
    } => (UserId(user), Record {
        id,
        effective_date: day(effective_date)?,
        created: moment(created)?,
        modified: moment(modified)?,
        data: WorkHours {
            a_day: Fixed::from_ten_thousandths(a_day),
            a_week: Fixed::from_ten_thousandths(a_week),
        },
    });

    fn custom_field_record(row) -> (UserId, StoredCustomFieldRecord) {
        user: i64, id: i64, field: i64, content: Option<&str>, content_sealed: Option<&[u8]>,
    } => (UserId(user), StoredCustomFieldRecord {
        id: CustomFieldRecordId(id),
        field: CustomFieldId(field),
        content: content.map(Text::from),
        sealed: content_sealed.map(sealed),
    });

    fn leave_usage(row) -> (UserId, LeaveUsage) {
        user: i64, leave_type: i64, days_used: i64, days_remaining: Option<i64>,
    } => (UserId(user), LeaveUsage {
        leave_type: LeaveTypeId(leave_type),
        days_used: Fixed::from_ten_thousandths(days_used),
        days_remaining: days_remaining.map(Fixed::from_ten_thousandths),
    });

    fn change(row) -> Change {
        revision: i64, at: i64, actor: Option<i64>, source: &str, object: &str, object_id: i64, action: &str,
        before: Option<&str>, after: Option<&str>, address: Option<&str>, request: Option<&str>,
        hash: Option<&[u8]>,
    } => Change {
        revision: revision.unsigned_abs(),
        at: moment(at)?,
        actor: actor.map(UserId),
        source: known("source of change", revision, Source::from_code(source))?,
        object: known("object of change", revision, Object::from_code(object))?,
        object_id,
        action: known("action of change", revision, Action::from_code(action))?,
        before: before.map(str::to_owned),
        after: after.map(str::to_owned),
        address: address.map(str::to_owned),
        request: request.map(str::to_owned),
        hash: hash.map(hex),
    };

    fn webhook(row) -> StoredWebHook {
        id: i64, name: &str, handle: &str, url: &str, secure_key: Option<&[u8]>, secret: Option<&[u8]>,
        created: i64, modified: i64,
    } => StoredWebHook {
        webhook: WebHook {
            id: WebHookId(id),
            name: name.to_owned(),
            handle: known("handle of webhook", id, handle.parse().ok())?,
            url: url.to_owned(),
            has_secure_key: secure_key.is_some(),
            has_secret: secret.is_some(),
            created: moment(created)?,
            modified: moment(modified)?,
        },
        secure_key: secure_key.map(sealed),
        secret: secret.map(sealed),
    };

    fn delivery(row) -> Delivery {
        id: i64, webhook: i64, revision: i64, hook: &str, payload: &str, state: &str, attempts: i64,
        first_at: i64, last_at: i64, status: Option<i64>, answer: &str,
    } => Delivery {
        id,
        webhook: WebHookId(webhook),
        revision: revision.unsigned_abs(),
        hook: hook.to_owned(),
        payload: payload.to_owned(),
        state: known("state of delivery", id, DeliveryState::from_code(state))?,
        attempts: attempts.unsigned_abs(),
        first_at: moment(first_at)?,
        last_at: moment(last_at)?,
        status: status.map(|status| known("status of delivery", id, status.try_into().ok())).transpose()?,
        answer: answer.to_owned(),
    };

    fn job(row) -> Job { id: i64, title: &str, requirements: &str, created: i64, modified: i64 } => Job {
        id: JobId(id),
        title: title.into(),
        requirements: requirements.into(),
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn department(row) -> Department { id: i64, name: &str, order: i64, created: i64, modified: i64 } => Department {
        id: DepartmentId(id),
        name: name.into(),
        order,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn location(row) -> Location { id: i64, name: &str, order: i64, created: i64, modified: i64 } => Location {
        id: LocationId(id),
        name: name.into(),
        order,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn employee_class(row) -> EmployeeClass {
        id: i64, name: &str, order: i64, created: i64, modified: i64,
    } => EmployeeClass {
        id: EmployeeClassId(id),
        class: name.into(),
        order,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn event_type(row) -> EventType { id: i64, name: &str, order: i64, created: i64, modified: i64 } => EventType {
        id: EventTypeId(id),
        name: name.into(),
        order,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn company_value(row) -> CompanyValue { id: i64, name: &str, order: i64, created: i64, modified: i64 } => CompanyValue {
        id: ValueId(id),
        name: name.into(),
        order,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn badge(row) -> Badge { id: i64, name: &str, order: i64, created: i64, modified: i64 } => Badge {
        id: BadgeId(id),
        name: name.into(),
        order,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn custom_field(row) -> CustomField {
        id: i64, name: &str, kind: &str, encrypted: bool, order: i64, privacy: i64, created: i64, modified: i64,
    } => CustomField {
        id: CustomFieldId(id),
        name: name.into(),
        kind: known("kind of custom field", id, CustomFieldKind::from_code(kind))?,
        encrypted,
        order,
        privacy: known("privacy of custom field", id, Privacy::from_number(privacy))?,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn role(row) -> Role {
        id: i64, name: &str, description: &str, standard: Option<&str>, assign_to_new: bool,
        permission_groups: Option<&str>, created: i64, modified: i64,
    } => Role {
        id: RoleId(id),
        name: name.into(),
        description: description.into(),
        standard: standard
            .map(|code| known("kind of standard role", id, StandardRole::from_code(code)))
            .transpose()?,
        assign_to_new,
        own_permissions: permission_groups.is_some(),
        permission_groups: crate::roles::permission_groups(id, permission_groups)?,
        created: moment(created)?,
        modified: moment(modified)?,
    };

    fn role_assignment(row) -> (UserId, RoleAssignmentId, RoleId) {
        id: i64, user: i64, role: i64,
    } => (UserId(user), RoleAssignmentId(id), RoleId(role));

    fn leave_type(row) -> LeaveType {
        id: i64, name: &str, accrual: &str, action_phrase: &str, unpaid: bool, created: i64, modified: i64,
    } => LeaveType {
        id: LeaveTypeId(id),
        name: name.into(),
        accrual: known("accrual of leave type", id, Accrual::from_code(accrual))?,
        action_phrase: action_phrase.into(),
        unpaid,
        created: moment(created)?,
        modified: moment(modified)?,
    };
}

fn superseded<T>(
    (user, record): (UserId, Record<T>),
    since: i64,
    until: i64,
) -> StoreResult<(UserId, Superseded<T>)> {
    Ok((user, Superseded { record, since: moment(since)?, until: moment(until)? }))
}

pub(crate) fn known<T>(what: &str, id: i64, value: Option<T>) -> StoreResult<T> {
    value.ok_or_else(|| StoreError::Damaged(format!("{what} {id} is not a known value")))
}

fn sealed(bytes: &[u8]) -> Sealed {
    Sealed(bytes.into())
}

fn pay(id: i64, basis: Option<i64>, rate: Option<i64>, currency: Option<&str>) -> StoreResult<Option<Pay>> {
    let (Some(basis), Some(rate), Some(currency)) = (basis, rate, currency) else { return Ok(None) };
    let currency: Option<Currency> = currency.parse().ok();
    Ok(Some(Pay {
        basis: known("pay type in assignment record", id, PayBasis::from_number(basis))?,
        rate: Fixed::from_ten_thousandths(rate),
        currency: known("currency in assignment record", id, currency)?,
    }))
}

pub(crate) fn moment(micros: i64) -> StoreResult<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| StoreError::Damaged(format!("moment {micros}")))
}

/// `YYYY-MM-DD`, read by hand: starting with a million people reads millions of these.
pub(crate) fn day(text: &str) -> StoreResult<Date> {
    let number = |digits: &[u8]| {
        digits.iter().try_fold(0i16, |number, digit| {
            digit.is_ascii_digit().then(|| number * 10 + i16::from(digit - b'0'))
        })
    };
    let read = || {
        let bytes: &[u8; 10] = text.as_bytes().try_into().ok()?;
        if bytes[4] != b'-' || bytes[7] != b'-' {
            return None;
        }
        let (year, month, day) = (number(&bytes[..4])?, number(&bytes[5..7])?, number(&bytes[8..])?);
        Date::new(year, month as i8, day as i8).ok()
    };
    read().ok_or_else(|| StoreError::Damaged("a date is not YYYY-MM-DD".to_owned()))
}

/// A moment without what a stored moment cannot hold.
pub(crate) fn whole_micros(moment: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(moment.as_microsecond()).unwrap_or(moment)
}
