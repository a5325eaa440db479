//! Users and their records in versions 2 and 3, from the table of a user's fields: what everyone sees is always there,
//! what has another audience may be absent.

use folkmoot_core::{Audience, EmploymentStatus, FIELDS, FIELDS_BEYOND, Field, FieldFact, Group, PayBasis};
use folkmoot_wire::ApiMajor;
use serde_json::{Value, json};

use crate::openapi::schema::{
    about, address, closed, date, decimal, id, integer, list, moment, named, one_of, or_null, text, texts,
    truth,
};

pub(super) fn shapes() -> Vec<(&'static str, Value)> {
    vec![
        ("PartialUser", partial_user(true)),
        ("Manager", partial_user(false)),
        ("User", user(ApiMajor::V2)),
        ("UserV3", user(ApiMajor::V3)),
        ("AssignmentRecord", record("assignment_record.", ApiMajor::V2)),
        ("AssignmentRecordV3", record("assignment_record.", ApiMajor::V3)),
        ("EmployeeRecord", record("employee_record.", ApiMajor::V2)),
        ("EmployeeRecordV3", record("employee_record.", ApiMajor::V3)),
        ("Avatar", closed([("url", or_null(address()))], [])),
        ("UserAvatar", closed([("id", id()), ("avatar", named("Avatar")), ("url", address())], [])),
        ("LeaveTypeReference", {
            let accrual = super::organisation::accrual();
            closed([("id", id()), ("name", text()), ("accrual", accrual), ("url", address())], [])
        }),
    ]
}

fn partial_user(with_avatar: bool) -> Value {
    let record = closed([("first_name", text()), ("last_name", text()), ("url", address())], []);
    let avatar = with_avatar.then(|| ("avatar", named("Avatar")));
    let members = [("id", id()), ("username", text())].into_iter().chain(avatar).chain([
        ("email", text()),
        ("display_name", text()),
        ("employee_record", or_null(record)),
        ("url", address()),
    ]);
    closed(members, [])
}

/// The fields that `version` shows, of those whose path begins with `prefix`.
fn facts(
    prefix: &'static str,
    version: ApiMajor,
) -> impl Iterator<Item = (&'static str, &'static FieldFact)> {
    let is_shown = move |field: Field| match field {
        Field::Group | Field::BadgeCount => version == ApiMajor::V2,
        Field::Hours | Field::StandardHours | Field::GovernmentId => version == ApiMajor::V3,
        // Version 1's.
        Field::AssignmentEffectiveDate | Field::DateTerminated | Field::Gender => false,
        _ => true,
    };
    let facts = FIELDS.iter().chain(FIELDS_BEYOND).filter(move |fact| is_shown(fact.field));
    facts.filter_map(move |fact| Some((fact.path.strip_prefix(prefix)?, fact)))
}

fn object(members: impl Iterator<Item = (&'static str, Audience, Value)>) -> Value {
    let always = |audience: Audience| matches!(audience, Audience::Everyone | Audience::ByPrivacy);
    let (shown, hidden): (Vec<_>, Vec<_>) = members.partition(|(_, audience, _)| always(*audience));
    let members =
        |members: Vec<(&'static str, _, Value)>| members.into_iter().map(|(name, _, schema)| (name, schema));
    closed(members(shown), members(hidden))
}

fn record(prefix: &'static str, version: ApiMajor) -> Value {
    object(
        facts(prefix, version)
            .map(|(name, fact)| (name, fact.audience, about(schema(fact.field, version), fact.about))),
    )
}

fn user(version: ApiMajor) -> Value {
    let suffix = if version == ApiMajor::V3 { "V3" } else { "" };
    let own = facts("", version).filter(|(name, _)| !name.contains('.'));
    let own = own.map(|(name, fact)| (name, fact.audience, about(schema(fact.field, version), fact.about)));
    let records = [("assignment_record", "AssignmentRecord"), ("employee_record", "EmployeeRecord")]
        .map(|(name, schema)| (name, Audience::Everyone, or_null(named(&format!("{schema}{suffix}")))));
    let included = ["kudos_received", "values_supported", "kudos_given", "goals", "leave_requests"];
    let included = included.iter().filter(|_| version == ApiMajor::V3);
    let included = included.map(|name| (*name, Audience::Everyone, json!({"type": "null"})));
    object(own.chain(records).chain(included))
}

/// What a field holds in versions 2 and 3.
fn schema(field: Field, version: ApiMajor) -> Value {
    match field {
        Field::Id | Field::AssignmentId | Field::EmployeeId => id(),
        Field::Username
        | Field::Email
        | Field::TwitterUsername
        | Field::LinkedinUrl
        | Field::BlogUrl
        | Field::DisplayName
        | Field::WorkPhone
        | Field::FirstName
        | Field::LastName
        | Field::MiddleName
        | Field::HomePhone
        | Field::Address1
        | Field::Address2
        | Field::City
        | Field::State
        | Field::Country
        | Field::Postal
        | Field::EmergencyName
        | Field::EmergencyNumber => text(),
        Field::ApiKey => or_null(json!({"type": "string", "pattern": "^[0-9a-f]{40}$"})),
        Field::Avatar => named("Avatar"),
        Field::Created
        | Field::Modified
        | Field::AssignmentCreated
        | Field::AssignmentModified
        | Field::EmployeeCreated
        | Field::EmployeeModified => moment(),
        Field::AssignmentCurrent | Field::EmployeeCurrent | Field::FullTime => truth(),
        Field::EmployeeStatus => texts(EmploymentStatus::ALL.map(EmploymentStatus::code)),
        // Digits without a zero before them are a number.
        Field::Extension | Field::EmployeeNumber => one_of([text(), integer()]),
        Field::DateHired | Field::Birthdate | Field::DateTerminated => or_null(date()),
        Field::EmployeeEffectiveDate | Field::AssignmentEffectiveDate => date(),
        Field::Job => reference("title"),
        Field::Department | Field::Location => reference("name"),
        Field::Manager => or_null(named(if version == ApiMajor::V3 { "PartialUser" } else { "Manager" })),
        Field::EmployeeClass => or_null(closed([("id", id()), ("class", text())], [])),
        Field::AssignmentUrl | Field::EmployeeUrl | Field::Url => address(),
        Field::PayInfo => or_null(closed(
            [
                ("type", texts(PayBasis::ALL.map(PayBasis::code))),
                ("label", texts(PayBasis::ALL.map(PayBasis::label))),
                ("rate", decimal()),
                ("currency", json!({"type": "string", "pattern": "^[A-Z]{3}$"})),
            ],
            [],
        )),
        Field::CustomFieldRecords => list(closed(
            [
                // A text, alone among numbers: so the original served it.
                ("id", json!({"type": "string", "pattern": "^[0-9]+$"})),
                ("content", text()),
                ("custom_field", closed([("id", id()), ("name", text()), ("url", address())], [])),
            ],
            [],
        )),
        Field::Group => texts(Group::ALL.map(Group::name)),
        Field::LeaveUsages => list(closed(
            [("leave_type", named("LeaveTypeReference")), ("days_used", decimal())],
            [("days_remaining", decimal())],
        )),
        Field::BadgeCount => super::super::schema::count(),
        Field::Hours | Field::StandardHours => or_null(decimal()),
        Field::GovernmentId | Field::Gender => or_null(text()),
    }
}

fn reference(name: &str) -> Value {
    or_null(closed([("id", id()), (name, text()), ("url", address())], []))
}
