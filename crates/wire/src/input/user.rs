//! Users (`users.md`): the fields of POST and PUT, under the names of any version.

use folkmoot_core::{
    Currency, CustomFieldEdit, CustomFieldId, CustomFieldRecordId, CustomFieldTarget, DatedEdit,
    DepartmentId, EmployeeClassId, EmploymentStatus, Fixed, Gender, Group, JobId, JobPatch, LONGEST_LINE,
    LONGEST_URL, LeaveQuotaEdit, LeaveTypeId, LocationId, Pay, PayBasis, PayrollEdit, PayrollProviderId,
    PersonalPatch, RuleError, Sent, Text, UserEdit, UserId, UserPatch, WorkHoursPatch, check_area,
    check_email, check_reason, check_username,
};

use super::{Faults, Fields};
use crate::form::{Form, FormValue};

/// What a form says of a user.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserInput {
    /// What is to be changed; but for pay, of which parts may be sent.
    pub edit: UserEdit,
    /// Pay, part by part.
    pub pay: PayInput,
    /// A government number, in clear; empty for none.
    pub government_id: Option<Sent<Text>>,
    /// A new password.
    pub password: Option<Sent<Box<str>>>,
    /// Whether no invitation is to be sent to somebody who is new.
    pub skip_invite: bool,
}

/// Parts of pay: what is not sent stays as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PayInput {
    /// A year, a month, an hour; `Some(None)` for no pay at all.
    pub basis: Option<Sent<Option<PayBasis>>>,
    /// How much.
    pub rate: Option<Sent<Fixed>>,
    /// Of what.
    pub currency: Option<Sent<Currency>>,
}

impl PayInput {
    /// The key of what was sent first.
    pub fn key(&self) -> Option<&str> {
        let basis = self.basis.as_ref().map(|sent| &*sent.key);
        let rate = self.rate.as_ref().map(|sent| &*sent.key);
        basis.or(rate).or(self.currency.as_ref().map(|sent| &*sent.key))
    }

    /// Pay after this, where it has been `before`. A currency that nobody has named is `otherwise`.
    ///
    /// # Errors
    /// When there is no pay yet, and not all of it is sent.
    pub fn applied_to(&self, before: Option<Pay>, otherwise: Currency) -> Result<Option<Pay>, &'static str> {
        if let Some(Sent { value: None, .. }) = self.basis {
            return Ok(None);
        }
        let basis = self.basis.as_ref().and_then(|sent| sent.value).or(before.map(|pay| pay.basis));
        let rate = self.rate.as_ref().map(|sent| sent.value).or(before.map(|pay| pay.rate));
        let currency = self.currency.as_ref().map(|sent| sent.value).or(before.map(|pay| pay.currency));
        match (basis, rate) {
            (Some(basis), Some(rate)) => {
                Ok(Some(Pay { basis, rate, currency: currency.unwrap_or(otherwise) }))
            }
            _ => Err("needs a pay type and a rate, as there is no pay yet"),
        }
    }
}

/// Reads what a form says of a user; what is wrong is told.
pub fn user(form: &Form, faults: &mut Faults) -> UserInput {
    let mut fields = Fields::of(form, faults);
    let user = UserPatch {
        username: identifier(&mut fields, "username", check_username),
        email: identifier(&mut fields, "email", check_email),
        twitter_username: fields.line("twitter_username", LONGEST_LINE),
        linkedin_url: fields.line("linkedin_url", LONGEST_URL),
        blog_url: fields.line("blog_url", LONGEST_URL),
        nickname: fields.line("nickname", LONGEST_LINE),
        group: group(&mut fields),
    };
    let password = fields.read("password", |text| Ok::<_, RuleError>(text.into()));
    let skip_invite = fields.boolean("skip_invite").is_some_and(|sent| sent.value);
    let (employee, government_id) = employee(&mut fields.below("employee_record"));
    let (assignment, work_hours, pay) = assignment(&mut fields.below("assignment_record"));
    let custom_fields = custom_fields(&mut fields);
    let payroll = payroll(&mut fields);
    let leave_quotas = leave_quotas(&mut fields);
    let edit = UserEdit { user, employee, assignment, work_hours, custom_fields, payroll, leave_quotas };
    UserInput { edit, pay, government_id, password, skip_invite }
}

/// Which kind of record is corrected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Corrected {
    /// Personal data.
    Employee,
    /// Job data.
    Assignment,
}

/// What a form says of how a record is to be corrected.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CorrectionInput {
    /// Why; nothing where that is a fault.
    pub reason: Option<Text>,
    /// What the record is to say, as a change of a user would say it.
    pub input: UserInput,
}

/// Reads how a record is to be corrected: its fields by themselves, or below the name of its kind as in a change of a user;
/// what is wrong is told.
pub fn correction(form: &Form, of: Corrected, faults: &mut Faults) -> CorrectionInput {
    let mut fields = Fields::of(form, faults);
    let reason = reason(&mut fields);
    let mut input = UserInput::default();
    let name = match of {
        Corrected::Employee => "employee_record",
        Corrected::Assignment => "assignment_record",
    };
    let mut fields = if fields.get(name).is_some() { fields.below(name) } else { fields };
    match of {
        Corrected::Employee => (input.edit.employee, input.government_id) = employee(&mut fields),
        Corrected::Assignment => {
            let hours;
            (input.edit.assignment, hours, input.pay) = assignment(&mut fields);
            for sent in [hours.a_day, hours.a_week].into_iter().flatten() {
                fields.faults().tell(&sent.key, "is kept by itself, and is not corrected here");
            }
        }
    }
    CorrectionInput { reason, input }
}

/// Why something is corrected or withdrawn.
pub fn reason(fields: &mut Fields<'_, '_>) -> Option<Text> {
    if fields.get("reason").is_none() {
        fields.faults().tell("reason", RuleError::Required);
    }
    fields.read("reason", |text| check_reason(text).map(|()| text.into())).map(|sent| sent.value)
}

fn identifier(
    fields: &mut Fields<'_, '_>,
    name: &str,
    check: fn(&str) -> Result<(), RuleError>,
) -> Option<Sent<Text>> {
    fields.read(name, |text| check(text).map(|()| text.into()))
}

fn group(fields: &mut Fields<'_, '_>) -> Option<Sent<Group>> {
    const CHOICES: &str = "Administrators (1), Managers (2), Employees (3)";
    let name = if fields.get("group_id").is_some() { "group_id" } else { "group" };
    fields.choice(name, Group::from_name, Group::from_number, CHOICES)
}

fn employee(fields: &mut Fields<'_, '_>) -> (DatedEdit<PersonalPatch>, Option<Sent<Text>>) {
    const GENDERS: &str = "MALE (1), FEMALE (2), OTHER (3)";
    let mut line = |name| fields.line(name, LONGEST_LINE);
    let mut patch = PersonalPatch {
        first_name: line("first_name"),
        middle_name: line("middle_name"),
        last_name: line("last_name"),
        phone: line("phone"),
        address1: line("address1"),
        address2: line("address2"),
        city: line("city"),
        state: line("state"),
        country: line("country"),
        postal: line("postal"),
        emergency_name: line("emergency_name"),
        emergency_number: line("emergency_number"),
        ..PersonalPatch::default()
    };
    let government_id = line("government_id");
    patch.birthdate = fields.date("birthdate");
    let gender = if fields.get("gender_id").is_some() { "gender_id" } else { "gender" };
    patch.gender = match fields.get(gender).and_then(FormValue::text) {
        Some("" | "null" | "0") => fields.read(gender, |_| Ok::<_, RuleError>(None)),
        _ => fields
            .choice(gender, Gender::from_code, Gender::from_number, GENDERS)
            .map(|Sent { key, value }| Sent { key, value: Some(value) }),
    };
    (DatedEdit { effective_date: fields.some_date("effective_date"), patch }, government_id)
}

fn assignment(fields: &mut Fields<'_, '_>) -> (DatedEdit<JobPatch>, WorkHoursPatch, PayInput) {
    const STATUSES: &str = "ACTIVE (0), SUSPENDED (1), TERMINATED (2)";
    let status = if fields.get("status").is_some() { "status" } else { "employee_status" };
    let patch = JobPatch {
        job: fields.reference("job", JobId),
        department: fields.reference("department", DepartmentId),
        manager: fields.reference("manager", UserId),
        location: fields.reference("location", LocationId),
        employee_class: fields.reference("employee_class", EmployeeClassId),
        status: fields.choice(status, EmploymentStatus::from_code, EmploymentStatus::from_number, STATUSES),
        pay: None,
        // v1 says 2 for part time.
        full_time: fields.read("full_time", |text| match text.to_ascii_lowercase().as_str() {
            "1" | "true" => Ok(true),
            "0" | "2" | "false" => Ok(false),
            _ => Err("must be 1 for full time, or 2 or 0 for part time"),
        }),
        phone: fields.line("phone", LONGEST_LINE),
        ext: fields.line("ext", LONGEST_LINE),
        employee_num: fields.line("employee_num", LONGEST_LINE),
        date_hired: fields.date("date_hired"),
        date_terminated: fields.date("date_terminated"),
    };
    let hours = WorkHoursPatch {
        a_day: within(fields.decimal("hours"), 24, fields),
        a_week: within(fields.decimal("standard_hours"), 168, fields),
    };
    let pay = pay(fields);
    (DatedEdit { effective_date: fields.some_date("effective_date"), patch }, hours, pay)
}

fn within(sent: Option<Sent<Fixed>>, most: i64, fields: &mut Fields<'_, '_>) -> Option<Sent<Fixed>> {
    let sent = sent?;
    if sent.value < Fixed::ZERO || Fixed::from_integer(most).is_some_and(|most| sent.value > most) {
        fields.faults().tell(&sent.key, format_args!("must be between 0 and {most}"));
        return None;
    }
    Some(sent)
}

fn pay(fields: &mut Fields<'_, '_>) -> PayInput {
    let mut pay = PayInput::default();
    let mut read = |fields: &mut Fields<'_, '_>, [basis, rate, currency]: [&str; 3]| {
        pay.basis = pay.basis.take().or_else(|| pay_basis(fields, basis));
        pay.rate = pay.rate.take().or_else(|| {
            let sent = fields.decimal(rate)?;
            if sent.value < Fixed::ZERO {
                fields.faults().tell(&sent.key, "must not be less than 0");
                return None;
            }
            Some(sent)
        });
        pay.currency = pay.currency.take().or_else(|| fields.read(currency, str::parse));
    };
    read(fields, ["pay_type", "pay_rate", "pay_currency"]);
    read(&mut fields.below("pay_info"), ["type", "rate", "currency"]);
    pay
}

fn pay_basis(fields: &mut Fields<'_, '_>, name: &str) -> Option<Sent<Option<PayBasis>>> {
    const CHOICES: &str = "ANNUAL (1), HOURLY (2), MONTHLY (3)";
    match fields.get(name).and_then(FormValue::text) {
        Some("" | "null" | "0") => fields.read(name, |_| Ok::<_, RuleError>(None)),
        _ => fields
            .choice(name, PayBasis::from_code, PayBasis::from_number, CHOICES)
            .map(|Sent { key, value }| Sent { key, value: Some(value) }),
    }
}

fn custom_fields(fields: &mut Fields<'_, '_>) -> Vec<CustomFieldEdit> {
    let name = if fields.get("custom_field_record").is_some() {
        "custom_field_record"
    } else {
        "custom_field_records"
    };
    let Some(list) = fields.get(name) else { return Vec::new() };
    let mut edits = Vec::new();
    for element in list.elements() {
        let mut one = fields.element(element);
        let of = match one.reference("custom_field", CustomFieldId) {
            Some(Sent { key, value: Some(field) }) => {
                Some(Sent { key, value: CustomFieldTarget::Field(field) })
            }
            _ => one.read("id", |text| {
                let number = text
                    .parse()
                    .map_err(|_| "must be the number of a custom field record, or of a custom field");
                number.map(|number| CustomFieldTarget::RecordOrField(CustomFieldRecordId(number)))
            }),
        };
        let content = one.read("content", |text| check_area(text).map(|()| Text::from(text)));
        match (of, content) {
            (Some(of), Some(content)) => edits.push(CustomFieldEdit { of, content }),
            (None, Some(content)) => one.faults().tell(&content.key, "comes without custom_field_id or id"),
            (Some(of), None) => one.faults().tell(&of.key, "comes without content"),
            (None, None) => one.faults().tell(element.key(), "names no custom field"),
        }
    }
    edits
}

/// What payroll providers are to call somebody: `payroll_user[n][payroll_provider_id]` and `[payroll_id]`, of each provider
/// once.
fn payroll(fields: &mut Fields<'_, '_>) -> Vec<PayrollEdit> {
    let mut edits: Vec<PayrollEdit> = Vec::new();
    for element in fields.get("payroll_user").into_iter().flat_map(FormValue::elements) {
        let mut one = fields.element(element);
        let provider = some(one.reference("payroll_provider", PayrollProviderId), &mut one);
        let payroll_id = one.line("payroll_id", LONGEST_LINE);
        match (provider, payroll_id) {
            (Some(provider), Some(_)) if edits.iter().any(|edit| edit.provider.value == provider.value) => {
                one.faults().tell(&provider.key, "is named twice");
            }
            (Some(provider), Some(payroll_id)) => edits.push(PayrollEdit { provider, payroll_id }),
            (Some(provider), None) if one.get("payroll_id").is_none() => {
                one.faults().tell(&provider.key, "comes without payroll_id");
            }
            (Some(_), None) => {}
            (None, _)
                if one.get("payroll_provider_id").is_some() || one.get("payroll_provider").is_some() => {}
            (None, _) => one.faults().tell(element.key(), "names no payroll provider"),
        }
    }
    edits
}

/// How much leave somebody is to get: `leave_quota[n][id]`, of each type once, and `[quota]` or `[carry_over]` or both, in
/// days; empty for what the type says.
fn leave_quotas(fields: &mut Fields<'_, '_>) -> Vec<LeaveQuotaEdit> {
    let mut edits: Vec<LeaveQuotaEdit> = Vec::new();
    for element in fields.get("leave_quota").into_iter().flat_map(FormValue::elements) {
        let mut one = fields.element(element);
        let leave_type = one.read("id", |text| match text.parse() {
            Ok(number) if number > 0 => Ok(LeaveTypeId(number)),
            _ => Err("must be the number of a leave type"),
        });
        let (quota, carry_over) = (days("quota", &mut one), days("carry_over", &mut one));
        match leave_type {
            Some(leave_type) if edits.iter().any(|edit| edit.leave_type.value == leave_type.value) => {
                one.faults().tell(&leave_type.key, "is named twice");
            }
            Some(leave_type) if ["quota", "carry_over"].iter().all(|name| one.get(name).is_none()) => {
                one.faults().tell(&leave_type.key, "comes without quota or carry_over");
            }
            Some(leave_type) => edits.push(LeaveQuotaEdit { leave_type, quota, carry_over }),
            None if one.get("id").is_none() => one.faults().tell(element.key(), "names no leave type"),
            None => {}
        }
    }
    edits
}

/// A number of days in a year; empty and `null` are none.
fn days(name: &str, fields: &mut Fields<'_, '_>) -> Option<Sent<Option<Fixed>>> {
    const MOST: i64 = 366;
    if let Some("" | "null") = fields.get(name).and_then(FormValue::text).map(str::trim) {
        return fields.read(name, |_| Ok::<_, RuleError>(None));
    }
    let sent = within(fields.decimal(name), MOST, fields)?;
    Some(Sent { key: sent.key, value: Some(sent.value) })
}

/// A reference that there must be.
fn some<I>(sent: Option<Sent<Option<I>>>, fields: &mut Fields<'_, '_>) -> Option<Sent<I>> {
    let Sent { key, value } = sent?;
    let Some(value) = value else {
        fields.faults().tell(&key, "must be the number of one");
        return None;
    };
    Some(Sent { key, value })
}
