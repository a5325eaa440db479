//! Users and the records that belong to them, in version 1.

use folkmoot_core::{
    AssignmentView, CustomFieldRecordView, EmployeeView, EmploymentStatus, FullUser, Gender, Group,
    ListedUser, PartialUser, PayBasis, PayrollUser, Shown, UserId,
};
use jiff::Timestamp;

use super::org::custom_field_attributes;
use super::{
    NO_MOMENT, Name, alone, date, moment, number, reference, shown_date, shown_text, text, text_from,
};
use crate::{Emit, Format, Opened};

const USER: Name = Name::new("user", "User");
const ASSIGNMENT_RECORD: Name = Name::new("assignment_record", "AssignmentRecord");
const EMPLOYEE_RECORD: Name = Name::new("employee_record", "EmployeeRecord");
const CUSTOM_FIELD: Name = Name::new("custom_field", "CustomField");
const CUSTOM_FIELD_RECORD: Name = Name::new("custom_field_record", "CustomFieldRecord");
const PAYROLL_PROVIDER: Name = Name::new("payroll_provider", "PayrollProvider");
const PAYROLL_USER: Name = Name::new("payroll_user", "PayrollUser");

/// A user as it appears in lists.
pub(crate) fn listed_user<E: Emit>(user: &ListedUser<'_>, out: &mut E) {
    out.begin_entity();
    user_attributes(user, out);
    out.end_object();
}

fn user_attributes<E: Emit>(user: &ListedUser<'_>, out: &mut E) {
    let ListedUser {
        public,
        twitter_username,
        linkedin_url,
        blog_url,
        accepted_invite,
        created,
        modified,
        group,
        status,
        assignment_record,
    } = *user;
    let PartialUser {
        id,
        username,
        email,
        // Version 1 knows no pictures here; the first and the last name are the employee record's.
        avatar: _,
        display_name,
        first_name: _,
        last_name: _,
        employee_record,
    } = public;
    // Both formats say the same of a user; the original told the numbers of records in one of them alone, and the
    // order is that of each.
    let json = out.format() == Format::Json;
    number("id", id.0, out);
    if json {
        text("netsuite_id", "", out);
    }
    text("username", username, out);
    if !json {
        group_number(group, out);
        access(status, accepted_invite, out);
    }
    text("email", email, out);
    text("twitter_username", twitter_username, out);
    text("linkedin_url", linkedin_url, out);
    text("blog_url", blog_url, out);
    moment("created", created, out);
    moment("modified", modified, out);
    text_from("full_name", display_name, out);
    if json {
        reference("current_employee_record_id", employee_record.map(|record| record.0), out);
        reference("current_assignment_record_id", assignment_record.map(|record| record.0), out);
        group_number(group, out);
        access(status, accepted_invite, out);
    }
    if let Shown::Yes(group) = group {
        text("group_name", group_name(group), out);
    }
}

fn group_number<E: Emit>(group: Shown<Group>, out: &mut E) {
    if let Shown::Yes(group) = group {
        number("group_id", group.number(), out);
    }
}

/// Whether they may come in, and when they accepted an invitation.
fn access<E: Emit>(status: Shown<EmploymentStatus>, accepted: Option<Timestamp>, out: &mut E) {
    if let Shown::Yes(status) = status {
        number("access", status.number(), out);
    }
    match accepted {
        Some(accepted) => moment("accepted_invite", accepted, out),
        None => text("accepted_invite", NO_MOMENT, out),
    }
}

/// Version 1's names are in the singular.
const fn group_name(group: Group) -> &'static str {
    match group {
        Group::Administrators => "Administrator",
        Group::Managers => "Manager",
        Group::Employees => "Employee",
    }
}

/// A full user, by itself. What is sealed is shown as it was opened, and only where the view shows it.
pub(crate) fn full_user<E: Emit>(user: &FullUser<'_>, opened: Opened<'_>, out: &mut E) {
    let FullUser {
        public,
        api_key,
        twitter_username,
        linkedin_url,
        blog_url,
        accepted_invite,
        created,
        modified,
        assignment_record,
        employee_record,
        custom_field_records,
        group,
        status,
        payroll,
        // What came with version 2.
        leave_usages: _,
        badge_count: _,
    } = user;
    let listed = ListedUser {
        public: *public.get(),
        twitter_username,
        linkedin_url,
        blog_url,
        accepted_invite: *accepted_invite,
        created: *created,
        modified: *modified,
        group: *group,
        status: *status,
        assignment_record: assignment_record.as_ref().map(|record| record.id),
    };
    let json = out.format() == Format::Json;
    alone(USER, out, |out| {
        out.begin_entity();
        user_attributes(&listed, out);
        // What is counted here is not there yet.
        for count in
            ["incomplete_goal_count", "skills_count", "notes_received", "kudos_received", "values_supported"]
        {
            number(count, 0, out);
        }
        if matches!(api_key, Shown::Yes(_)) {
            match opened.api_key {
                Some(key) => text("api_key", &key.expose(), out),
                None => text("api_key", "", out),
            }
        }
        // In JSON what belongs to a user stands beside it, in XML inside.
        if json {
            out.end_object();
        }
        if let Some(record) = assignment_record {
            ASSIGNMENT_RECORD.key(out);
            assignment(record, out);
        }
        if let Some(record) = employee_record {
            EMPLOYEE_RECORD.key(out);
            employee(record, opened.government_id, out);
        }
        if json {
            CUSTOM_FIELD.key(out);
            out.begin_list();
            for record in custom_field_records {
                custom_field_record(*record, public.id, out);
            }
            out.end_array();
        } else {
            for record in custom_field_records {
                CUSTOM_FIELD.key(out);
                custom_field_record(*record, public.id, out);
            }
        }
        if let Shown::Yes(user) = payroll {
            payroll_providers(opened.payroll, *user, out);
        }
        if !json {
            out.end_object();
        }
    });
}

/// The payroll providers that know somebody, each with what it calls them.
fn payroll_providers<E: Emit>(known: &[PayrollUser], user: UserId, out: &mut E) {
    let json = out.format() == Format::Json && !known.is_empty();
    if json {
        PAYROLL_PROVIDER.key(out);
        out.begin_list();
    }
    for PayrollUser { provider, payroll_id } in known {
        if !json {
            PAYROLL_PROVIDER.key(out);
        }
        out.begin_entity();
        number("id", provider.0, out);
        PAYROLL_USER.key(out);
        out.begin_entity();
        number("payroll_provider_id", provider.0, out);
        number("user_id", user.0, out);
        text("payroll_id", payroll_id, out);
        out.end_object();
        out.end_object();
    }
    if json {
        out.end_array();
    }
}

fn custom_field_record<E: Emit>(record: CustomFieldRecordView<'_>, user: UserId, out: &mut E) {
    let CustomFieldRecordView { id, content, custom_field } = record;
    out.begin_entity();
    custom_field_attributes(custom_field, out);
    CUSTOM_FIELD_RECORD.key(out);
    out.begin_entity();
    number("id", id.0, out);
    number("custom_field_id", custom_field.id.0, out);
    number("user_id", user.0, out);
    text("content", content, out);
    out.end_object();
    out.end_object();
}

/// An assignment record.
pub(crate) fn assignment<E: Emit>(record: &AssignmentView<'_>, out: &mut E) {
    let AssignmentView {
        id,
        user,
        effective_date,
        employee_status,
        full_time,
        phone,
        ext,
        employee_num,
        date_hired,
        date_terminated,
        created,
        modified,
        job,
        department,
        manager,
        employee_class,
        pay_info,
        // What came with version 2 and after it.
        current: _,
        location: _,
        hours: _,
        standard_hours: _,
    } = record;
    out.begin_entity();
    number("id", id.0, out);
    number("user_id", user.0, out);
    if let Shown::Yes(day) = effective_date {
        date("effective_date", Some(*day), out);
    }
    reference("job_id", job.map(|job| job.id.0), out);
    reference("department_id", department.map(|department| department.id.0), out);
    reference("manager_id", manager.as_ref().map(|manager| manager.id.0), out);
    reference("employee_class_id", employee_class.map(|class| class.id.0), out);
    if let Shown::Yes(status) = employee_status {
        number("status", status.number(), out);
    }
    if let Shown::Yes(pay) = pay_info {
        reference("pay_type", pay.map(|pay| PayBasis::number(pay.basis)), out);
        match pay {
            Some(pay) => text_from("pay_rate", pay.spelled_rate(), out),
            None => text("pay_rate", "", out),
        }
    }
    if let Shown::Yes(full_time) = full_time {
        number("full_time", if *full_time { 1 } else { 2 }, out);
    }
    text("phone", phone, out);
    text("ext", ext, out);
    shown_text("employee_num", *employee_num, out);
    shown_date("date_hired", *date_hired, out);
    shown_date("date_terminated", *date_terminated, out);
    moment("created", *created, out);
    moment("modified", *modified, out);
    out.end_object();
}

/// An employee record.
pub(crate) fn employee<E: Emit>(record: &EmployeeView<'_>, government_id: Option<&str>, out: &mut E) {
    let EmployeeView {
        id,
        user,
        effective_date,
        // What came with version 2.
        current: _,
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
        gender,
        government_id: shown_id,
        emergency_name,
        emergency_number,
        created,
        modified,
    } = record;
    out.begin_entity();
    number("id", id.0, out);
    number("user_id", user.0, out);
    if let Shown::Yes(day) = effective_date {
        date("effective_date", Some(*day), out);
    }
    text("first_name", first_name, out);
    shown_text("middle_name", *middle_name, out);
    text("last_name", last_name, out);
    shown_text("phone", *phone, out);
    shown_text("address1", *address1, out);
    shown_text("address2", *address2, out);
    shown_text("city", *city, out);
    shown_text("state", *state, out);
    shown_text("country", *country, out);
    shown_text("postal", *postal, out);
    shown_date("birthdate", *birthdate, out);
    if let Shown::Yes(gender) = gender {
        reference("gender_id", gender.map(Gender::number), out);
    }
    if let Shown::Yes(_) = shown_id {
        text("government_id", government_id.unwrap_or_default(), out);
    }
    shown_text("emergency_name", *emergency_name, out);
    shown_text("emergency_number", *emergency_number, out);
    moment("created", *created, out);
    moment("modified", *modified, out);
    out.end_object();
}
