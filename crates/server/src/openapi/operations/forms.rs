//! Forms: what `wire::input` and the handlers read, key by key. Keys that mean nothing are passed over, so a form is
//! never closed; one that is sent in two shapes is a fault.

use folkmoot_core::{
    CustomFieldKind, EmploymentStatus, Gender, Group, LONGEST_LINE, LONGEST_REASON, LONGEST_URL,
    MobileSystem, PayBasis, Privacy,
};
use serde_json::{Map, Value, json};

use crate::api::mobile_devices::{LONGEST_IDENTIFIER, LONGEST_TEXT};
use crate::openapi::schema::{self, about, id, one_of, texts};

/// How keys nest: a name, and below it names, numbers or nothing in brackets, eight in all (`wire::form`).
const KEY: &str = "^[^\\x00\\[\\]]+(\\[[^\\x00\\[\\]]*\\]){0,7}$";

/// A form with these fields, those named first being required.
pub(super) fn form(required: &[&str], fields: impl IntoIterator<Item = (String, Value)>) -> Value {
    let properties: Map<String, Value> = fields.into_iter().collect();
    debug_assert!(required.iter().all(|name| properties.contains_key(*name)), "{required:?}");
    let mut form = json!({"type": "object", "properties": properties, "required": required});
    form["propertyNames"] = json!({"pattern": KEY});
    form["additionalProperties"] = schema::sent();
    form
}

/// Fields under these keys.
pub(super) fn fields<'a>(
    fields: impl IntoIterator<Item = (&'a str, Value)>,
) -> impl Iterator<Item = (String, Value)> {
    fields.into_iter().map(|(key, schema)| (key.to_owned(), schema)).collect::<Vec<_>>().into_iter()
}

/// A text of one line.
pub(super) fn line() -> Value {
    bounded(LONGEST_LINE)
}

/// A text of one line with at most so many characters.
pub(super) fn bounded(longest: usize) -> Value {
    json!({"type": "string", "maxLength": longest, "pattern": NO_CONTROL})
}

/// The same, with something in it that is no space.
pub(super) fn name(longest: usize) -> Value {
    json!({"type": "string", "minLength": 1, "maxLength": longest, "pattern": NOT_BLANK})
}

/// Several lines.
pub(super) fn area() -> Value {
    about(json!({"type": "string", "pattern": LINES}), "Several lines, of 64 KiB at most")
}

const NO_CONTROL: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]*$";
const LINES: &str = "^[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f]*$";
const NOT_BLANK: &str = "^[^\\x00-\\x1f\\x7f-\\x9f]*[^\\s\\x00-\\x1f\\x7f-\\x9f][^\\x00-\\x1f\\x7f-\\x9f]*$";

/// A truth value, as forms spell it.
pub(super) fn flag() -> Value {
    texts(["1", "0", "true", "false"])
}

/// What stands for nothing.
fn none() -> Value {
    texts(["", "null", "0"])
}

fn day() -> Value {
    // Month and day need no zero before them.
    one_of([schema::date(), json!({"type": "string", "pattern": "^[0-9]+-[0-9]{1,2}-[0-9]{1,2}$"})])
}

fn day_or_none() -> Value {
    one_of([day(), texts(["", "null", "0000-00-00"])])
}

fn from_when() -> Value {
    about(day(), "From when on; today, if it is not sent")
}

/// The number of something else, or of nothing.
pub(super) fn reference() -> Value {
    one_of([id(), none()])
}

/// A word or a number of each of a list.
fn choice<'a>(words: impl IntoIterator<Item = &'a str>, numbers: impl IntoIterator<Item = i64>) -> Value {
    let numbers = numbers.into_iter().map(|number| number.to_string());
    let words: Vec<String> = words.into_iter().map(str::to_owned).chain(numbers).collect();
    texts(words.iter().map(String::as_str))
}

fn amount(meaning: &str) -> Value {
    json!({"type": "string", "pattern": "^[0-9]+(\\.[0-9]+)?$", "description": meaning, "examples": ["7.5"]})
}

const USERNAME: &str = "^\\s*[^\\s:\\x00-\\x1f\\x7f-\\x9f]+\\s*$";
const EMAIL: &str = "^\\s*[^\\s:@\\x00-\\x1f\\x7f-\\x9f]+@[^\\s:@.\\x00-\\x1f\\x7f-\\x9f]+(\\.[^\\s:@.\\x00-\\x1f\\x7f-\\x9f]+)*\\s*$";

/// A user: what anybody's may be changed to. The names of other versions are taken, too: see `docs/api.md`.
pub(super) fn user(required: &[&str]) -> Value {
    let person = fields([
        ("username", json!({"type": "string", "maxLength": 254, "pattern": USERNAME})),
        ("email", json!({"type": "string", "maxLength": 254, "pattern": EMAIL})),
        ("twitter_username", line()),
        ("linkedin_url", bounded(LONGEST_URL)),
        ("blog_url", bounded(LONGEST_URL)),
        ("nickname", line()),
        ("group_id", choice(Group::ALL.map(Group::name), Group::ALL.map(Group::number))),
        ("skip_invite", flag()),
    ]);
    form(required, person.chain(employee_record()).chain(assignment_record()).chain(records_in_lists()))
}

/// What a change takes besides: the number of the address, once more; one's own password.
pub(super) fn user_change() -> Value {
    let mut form = user(&[]);
    form["properties"]["id"] = about(id(), "That of the address");
    form["properties"]["password"] = about(schema::sent(), "One's own");
    form["properties"]["password"]["minLength"] = 10.into();
    form["required"] = json!(["id"]);
    form
}

fn below(object: &'static str, fields: Vec<(&'static str, Value)>) -> impl Iterator<Item = (String, Value)> {
    fields.into_iter().map(move |(key, schema)| (format!("{object}[{key}]"), schema))
}

/// Why something is corrected or withdrawn.
pub(super) fn reason() -> Value {
    const SOMETHING: &str = "[^\\s\\x00-\\x1f\\x7f-\\x9f]";
    let said = json!({"pattern": SOMETHING});
    json!({"type": "string", "minLength": 1, "maxLength": LONGEST_REASON, "pattern": LINES, "allOf": [said]})
}

/// What a correction of personal data takes.
pub(super) fn employee_correction() -> Value {
    correction(employee_fields())
}

/// What a correction of job data takes: not hours, which are kept by themselves.
pub(super) fn assignment_correction() -> Value {
    let mut all = assignment_fields();
    all.retain(|(key, _)| !key.ends_with("hours"));
    correction(all)
}

fn correction(mut all: Vec<(&'static str, Value)>) -> Value {
    all.retain(|(key, _)| *key != "effective_date");
    all.extend([
        ("id", about(id(), "That of the address")),
        ("reason", about(reason(), "Why; for the audit trail")),
        ("effective_date", about(day(), "From when on it counts; as it is, if it is not sent")),
    ]);
    form(&["id", "reason"], fields(all))
}

fn employee_record() -> impl Iterator<Item = (String, Value)> {
    below("employee_record", employee_fields())
}

fn employee_fields() -> Vec<(&'static str, Value)> {
    let lines = [
        "first_name",
        "middle_name",
        "last_name",
        "phone",
        "address1",
        "address2",
        "city",
        "state",
        "country",
        "postal",
        "emergency_name",
        "emergency_number",
        "government_id",
    ];
    let mut all: Vec<_> = lines.map(|key| (key, line())).into();
    for key in ["first_name", "last_name"] {
        all.extend([(key, name(LONGEST_LINE))]);
    }
    all.push(("birthdate", day_or_none()));
    let gender = choice(Gender::ALL.map(Gender::code), Gender::ALL.map(Gender::number));
    all.push(("gender_id", one_of([gender, none()])));
    all.push(("effective_date", from_when()));
    all
}

fn assignment_record() -> impl Iterator<Item = (String, Value)> {
    // The same, as version 2 nests it.
    let nested = ["job", "department", "manager", "location", "employee_class"];
    let nested = nested.map(|key| (format!("assignment_record[{key}][id]"), reference()));
    below("assignment_record", assignment_fields()).chain(nested)
}

fn assignment_fields() -> Vec<(&'static str, Value)> {
    let mut all: Vec<_> = ["phone", "ext", "employee_num"].map(|key| (key, line())).into();
    all.extend(
        ["job_id", "department_id", "manager_id", "location_id", "employee_class_id"]
            .map(|key| (key, reference())),
    );
    all.extend([
        (
            "status",
            choice(
                EmploymentStatus::ALL.map(EmploymentStatus::code),
                EmploymentStatus::ALL.map(EmploymentStatus::number),
            ),
        ),
        ("full_time", texts(["1", "2", "0", "true", "false"])),
        ("date_hired", day_or_none()),
        ("date_terminated", day_or_none()),
        ("hours", amount("A day, up to 24")),
        ("standard_hours", amount("A week, up to 168")),
        (
            "pay_type",
            one_of([choice(PayBasis::ALL.map(PayBasis::code), PayBasis::ALL.map(PayBasis::number)), none()]),
        ),
        ("pay_rate", amount("An exact decimal")),
        ("pay_currency", json!({"type": "string", "pattern": "^\\s*[A-Za-z]{3}\\s*$"})),
        ("effective_date", from_when()),
    ]);
    all
}

fn records_in_lists() -> impl Iterator<Item = (String, Value)> {
    [
        ("custom_field_record[0][custom_field_id]".to_owned(), about(reference(), "Of a custom field")),
        ("custom_field_record[0][content]".to_owned(), area()),
        ("payroll_user[0][payroll_provider_id]".to_owned(), about(id(), "Of a payroll provider")),
        ("payroll_user[0][payroll_id]".to_owned(), about(line(), "What it calls them; empty for nothing")),
        ("leave_quota[0][id]".to_owned(), about(id(), "Of a leave type")),
        ("leave_quota[0][quota]".to_owned(), one_of([amount("Days a year, up to 366"), texts(["", "null"])])),
        (
            "leave_quota[0][carry_over]".to_owned(),
            one_of([amount("Days carried over, up to 366"), texts(["", "null"])]),
        ),
    ]
    .into_iter()
}

/// An object of the organisation, whose own fields these are.
fn object(change: bool, key: &str, more: Vec<(&str, Value)>) -> Value {
    let id = change.then(|| ("id", about(id(), "That of the address")));
    let all = fields(id.into_iter().chain([(key, name(LONGEST_LINE))]).chain(more));
    form(if change { &["id"] } else { std::slice::from_ref(&key) }, all)
}

fn order() -> Value {
    let whole = json!({"type": "integer", "format": "int64", "minimum": i64::MIN, "maximum": i64::MAX});
    about(whole, "Its place among the others; the last one's, if it is not sent")
}

pub(super) fn job(change: bool) -> Value {
    object(change, "title", vec![("requirements", area())])
}

pub(super) fn named(change: bool) -> Value {
    object(change, "name", vec![("order", order())])
}

pub(super) fn employee_class(change: bool) -> Value {
    object(change, "class", vec![("order", order())])
}

pub(super) fn custom_field(change: bool) -> Value {
    let visibility = choice(Privacy::ALL.map(Privacy::name), Privacy::ALL.map(Privacy::number));
    let more = vec![
        ("type", texts(CustomFieldKind::ALL.map(CustomFieldKind::code))),
        ("encrypted", flag()),
        ("order", order()),
        ("visibility", visibility),
    ];
    object(change, "name", more)
}

/// A device.
pub(super) fn device() -> Value {
    let system = texts(MobileSystem::ALL.map(MobileSystem::code));
    let texts = ["notification_token", "device_model", "device_name", "mobile_app_version"];
    let mut all: Vec<_> = texts.map(|key| (key, bounded(LONGEST_TEXT))).into();
    all.extend([("device_identifier", name(LONGEST_IDENTIFIER)), ("operating_system", system)]);
    form(&["device_identifier", "operating_system"], fields(all))
}
