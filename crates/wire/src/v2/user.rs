//! Users and the records that belong to them.

use folkmoot_core::{
    AssignmentView, CustomFieldRecordView, EmployeeView, Fixed, FullUser, LeaveType, LeaveUsageView,
    PartialUser, Pay, Shown,
};

use crate::{ApiMajor, Emit, Opened, Style};

/// A user as it appears in lists and in other objects.
pub(crate) fn partial_user<E: Emit>(
    user: &PartialUser<'_>,
    style: Style<'_>,
    with_avatar: bool,
    out: &mut E,
) {
    let PartialUser { id, username, email, avatar, display_name, first_name, last_name, employee_record } =
        *user;
    out.begin_object();
    out.key("id");
    out.integer(id.0);
    out.key("username");
    out.string(username);
    if with_avatar {
        style.avatar(id, avatar, out);
    }
    out.key("email");
    out.string(email);
    out.key("display_name");
    out.string_from(display_name);
    out.key("employee_record");
    match employee_record {
        None => out.null(),
        Some(record) => {
            out.begin_object();
            out.key("first_name");
            out.string(first_name);
            out.key("last_name");
            out.string(last_name);
            style.url("employee_records", record.0, out);
            out.end_object();
        }
    }
    style.url("users", id.0, out);
    out.end_object();
}

/// A full user. What is sealed is shown as it was opened, and only where the view shows it.
pub(crate) fn full_user<E: Emit>(user: &FullUser<'_>, opened: Opened<'_>, style: Style<'_>, out: &mut E) {
    let FullUser {
        public,
        api_key,
        twitter_username,
        linkedin_url,
        blog_url,
        created,
        modified,
        assignment_record,
        employee_record,
        custom_field_records,
        group,
        // Version 1's.
        status: _,
        accepted_invite: _,
        payroll: _,
        leave_usages,
        badge_count,
    } = user;
    let v3 = style.version == ApiMajor::V3;
    out.begin_object();
    out.key("id");
    out.integer(public.id.0);
    out.key("username");
    out.string(public.username);
    if matches!(api_key, Shown::Yes(_)) {
        out.key("api_key");
        match opened.api_key {
            Some(key) => out.string(&key.expose()),
            None => out.null(),
        }
    }
    out.key("email");
    out.string(public.email);
    text("twitter_username", twitter_username, out);
    text("linkedin_url", linkedin_url, out);
    text("blog_url", blog_url, out);
    out.key("display_name");
    out.string_from(public.display_name);
    style.avatar(public.id, public.avatar, out);
    out.key("created");
    out.timestamp(*created);
    out.key("modified");
    out.timestamp(*modified);
    out.key("assignment_record");
    match assignment_record {
        Some(record) => assignment(record, style, out),
        None => out.null(),
    }
    out.key("employee_record");
    match employee_record {
        Some(record) => employee(record, opened.government_id, style, out),
        None => out.null(),
    }
    out.key("custom_field_records");
    out.begin_array("custom_field_record");
    for record in custom_field_records {
        custom_field_record(*record, style, out);
    }
    out.end_array();
    if let (Shown::Yes(group), false) = (group, v3) {
        out.key("group");
        out.string(group.name());
    }
    if let Shown::Yes(usages) = leave_usages {
        out.key("leave_usages");
        out.begin_array("leave_usage");
        for usage in usages {
            leave_usage(*usage, style, out);
        }
        out.end_array();
    }
    if v3 {
        // Nothing is included unless it is asked for.
        for key in ["kudos_received", "values_supported", "kudos_given", "goals", "leave_requests"] {
            out.key(key);
            out.null();
        }
    } else {
        out.key("badge_count");
        out.integer((*badge_count).into());
    }
    style.url("users", public.id.0, out);
    out.end_object();
}

/// An assignment record.
pub(crate) fn assignment<E: Emit>(record: &AssignmentView<'_>, style: Style<'_>, out: &mut E) {
    let AssignmentView {
        id,
        // Version 1's, and likewise the other two.
        user: _,
        effective_date: _,
        current,
        employee_status,
        full_time,
        phone,
        ext,
        employee_num,
        date_hired,
        date_terminated: _,
        hours,
        standard_hours,
        created,
        modified,
        job,
        department,
        manager,
        employee_class,
        location,
        pay_info,
    } = record;
    let v3 = style.version == ApiMajor::V3;
    out.begin_object();
    out.key("id");
    out.integer(id.0);
    out.key("current");
    out.boolean(*current);
    if let Shown::Yes(status) = employee_status {
        text("employee_status", status.code(), out);
    }
    if let Shown::Yes(full_time) = full_time {
        out.key("full_time");
        out.boolean(*full_time);
    }
    text("phone", phone, out);
    number_like("ext", ext, out);
    if let Shown::Yes(number) = employee_num {
        number_like("employee_num", number, out);
    }
    if let Shown::Yes(date) = date_hired {
        out.key("date_hired");
        match date {
            Some(date) => out.date(*date),
            None => out.null(),
        }
    }
    if v3 {
        hours_worked("hours", *hours, out);
        hours_worked("standard_hours", *standard_hours, out);
    }
    out.key("created");
    out.timestamp(*created);
    out.key("modified");
    out.timestamp(*modified);
    out.key("job");
    match job {
        Some(job) => reference(job.id.0, "title", &job.title, "jobs", style, out),
        None => out.null(),
    }
    out.key("department");
    match department {
        Some(department) => reference(department.id.0, "name", &department.name, "departments", style, out),
        None => out.null(),
    }
    out.key("manager");
    match manager {
        Some(manager) => partial_user(manager, style, v3, out),
        None => out.null(),
    }
    out.key("employee_class");
    match employee_class {
        Some(class) => {
            out.begin_object();
            out.key("id");
            out.integer(class.id.0);
            text("class", &class.class, out);
            out.end_object();
        }
        None => out.null(),
    }
    out.key("location");
    match location {
        Some(location) => reference(location.id.0, "name", &location.name, "locations", style, out),
        None => out.null(),
    }
    style.url("assignment_records", id.0, out);
    if let Shown::Yes(pay) = pay_info {
        out.key("pay_info");
        match pay {
            Some(pay) => pay_info_object(pay, out),
            None => out.null(),
        }
    }
    out.end_object();
}

fn pay_info_object<E: Emit>(pay: &Pay, out: &mut E) {
    out.begin_object();
    text("type", pay.basis.code(), out);
    text("label", pay.basis.label(), out);
    out.key("rate");
    out.string_from(pay.spelled_rate());
    text("currency", pay.currency.as_str(), out);
    out.end_object();
}

/// An employee record.
pub(crate) fn employee<E: Emit>(
    record: &EmployeeView<'_>,
    government_id: Option<&str>,
    style: Style<'_>,
    out: &mut E,
) {
    let EmployeeView {
        id,
        // Version 1's, and gender likewise.
        user: _,
        effective_date,
        current,
        first_name,
        last_name,
        middle_name,
        phone,
        address1,
        address2,
        city,
        state,
        country,
        postal,
        birthdate,
        gender: _,
        government_id: shown_id,
        emergency_name,
        emergency_number,
        created,
        modified,
    } = record;
    out.begin_object();
    out.key("id");
    out.integer(id.0);
    if let Shown::Yes(date) = effective_date {
        out.key("effective_date");
        out.date(*date);
    }
    out.key("current");
    out.boolean(*current);
    text("first_name", first_name, out);
    text("last_name", last_name, out);
    shown("middle_name", *middle_name, out);
    shown("phone", *phone, out);
    shown("address1", *address1, out);
    shown("address2", *address2, out);
    shown("city", *city, out);
    shown("state", *state, out);
    shown("country", *country, out);
    shown("postal", *postal, out);
    if let Shown::Yes(date) = birthdate {
        out.key("birthdate");
        match date {
            Some(date) => out.date(*date),
            None => out.null(),
        }
    }
    if let (Shown::Yes(_), ApiMajor::V3) = (shown_id, style.version) {
        out.key("government_id");
        match government_id {
            Some(id) => out.string(id),
            None => out.null(),
        }
    }
    shown("emergency_name", *emergency_name, out);
    shown("emergency_number", *emergency_number, out);
    out.key("created");
    out.timestamp(*created);
    out.key("modified");
    out.timestamp(*modified);
    style.url("employee_records", id.0, out);
    out.end_object();
}

fn custom_field_record<E: Emit>(record: CustomFieldRecordView<'_>, style: Style<'_>, out: &mut E) {
    let CustomFieldRecordView { id, content, custom_field } = record;
    out.begin_object();
    out.key("id");
    // A string, alone among identifiers: so the original served it.
    out.string_from(id);
    text("content", content, out);
    out.key("custom_field");
    reference(custom_field.id.0, "name", &custom_field.name, "custom_fields", style, out);
    out.end_object();
}

fn leave_usage<E: Emit>(usage: LeaveUsageView<'_>, style: Style<'_>, out: &mut E) {
    let LeaveUsageView { leave_type, days_used, days_remaining } = usage;
    out.begin_object();
    out.key("leave_type");
    leave_type_reference(leave_type, style, out);
    out.key("days_used");
    out.string_from(days_used.with_places(1));
    if let Some(days) = days_remaining {
        out.key("days_remaining");
        out.string_from(days.with_places(1));
    }
    out.end_object();
}

/// A leave type as it appears in other objects.
pub(crate) fn leave_type_reference<E: Emit>(leave_type: &LeaveType, style: Style<'_>, out: &mut E) {
    out.begin_object();
    out.key("id");
    out.integer(leave_type.id.0);
    text("name", &leave_type.name, out);
    text("accrual", leave_type.accrual.code(), out);
    style.url("leave_types", leave_type.id.0, out);
    out.end_object();
}

fn hours_worked<E: Emit>(key: &str, hours: Shown<Option<Fixed>>, out: &mut E) {
    if let Shown::Yes(hours) = hours {
        out.key(key);
        match hours {
            Some(hours) => out.string_from(hours.with_places(1)),
            None => out.null(),
        }
    }
}

fn reference<E: Emit>(id: i64, key: &str, name: &str, collection: &str, style: Style<'_>, out: &mut E) {
    out.begin_object();
    out.key("id");
    out.integer(id);
    text(key, name, out);
    style.url(collection, id, out);
    out.end_object();
}

fn text<E: Emit>(key: &str, value: &str, out: &mut E) {
    out.key(key);
    out.string(value);
}

fn shown<E: Emit>(key: &str, value: Shown<&str>, out: &mut E) {
    if let Shown::Yes(value) = value {
        text(key, value, out);
    }
}

/// A number when it is all digits without a leading zero, else a string: `888`, but `"0042"` and `"A-7"`. Beyond 15
/// digits a reader that holds numbers as doubles would change it.
fn number_like<E: Emit>(key: &str, value: &str, out: &mut E) {
    out.key(key);
    let digits = !value.is_empty() && value.len() <= 15 && value.bytes().all(|byte| byte.is_ascii_digit());
    if digits && !value.starts_with('0') { out.number(value) } else { out.string(value) }
}
