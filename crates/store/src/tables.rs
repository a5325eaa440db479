//! Every table whose rows are somebody's data (`migrations/`), each before those that refer to it.

use crate::table::Kind::{Bool, Bytes, Int, Text};
use crate::table::Table;

macro_rules! tables {
    ($($(#[$doc:meta])* $name:ident = $table:literal
        [$account:literal $(, $key:literal)*]
        { $first:literal: $first_kind:ident, $($column:literal: $kind:ident),* $(,)? })*) => {
        $($(#[$doc])* pub(crate) static $name: Table = Table {
            name: $table,
            columns: &[($first, $first_kind), $(($column, $kind)),*],
            key: [$account $(, $key)*].len(),
            insert: concat!("INSERT INTO ", $table, " (", $first, $(", ", $column,)* ", sum) "),
            or_replace: concat!(
                " ON CONFLICT (", $account, $(", ", $key,)* ") DO UPDATE SET ",
                $($column, " = excluded.", $column, ", ",)* "sum = excluded.sum"
            ),
            select: concat!(
                "SELECT ", $first, $(", ", $column,)* ", sum FROM ", $table, " WHERE ", $account,
                " = $1 ORDER BY ", $account $(, ", ", $key)*
            ),
            delete: concat!("DELETE FROM ", $table, " WHERE ", $account, " = $1"),
            delete_one: concat!("DELETE FROM ", $table, " WHERE ", $account, " = $1 AND id = $2"),
        };)*

        /// All of them, in an order in which rows can be inserted.
        pub(crate) static ALL: &[&Table] = &[$(&$name),*];
    };
}

tables! {
    ACCOUNTS = "accounts" ["id"] {
        "id": Int, "subdomain": Text, "name": Text, "settings": Text, "state": Text, "created": Int,
    }
    SEQUENCES = "sequences" ["account_id", "name"] { "account_id": Int, "name": Text, "next": Int }
    CHANGES = "changes" ["account_id", "revision"] {
        "account_id": Int, "revision": Int, "at": Int, "actor_id": Int, "source": Text, "object": Text,
        "object_id": Int, "action": Text, "before": Text, "after": Text, "address": Text, "request": Text,
        "hash": Bytes,
    }
    JOBS = "jobs" ["account_id", "id"] {
        "account_id": Int, "id": Int, "title": Text, "requirements": Text, "created": Int, "modified": Int,
    }
    DEPARTMENTS = "departments" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "sort_order": Int, "created": Int, "modified": Int,
    }
    LOCATIONS = "locations" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "sort_order": Int, "created": Int, "modified": Int,
    }
    EMPLOYEE_CLASSES = "employee_classes" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "sort_order": Int, "created": Int, "modified": Int,
    }
    CUSTOM_FIELDS = "custom_fields" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "kind": Text, "encrypted": Bool, "sort_order": Int,
        "privacy": Int, "created": Int, "modified": Int,
    }
    LEAVE_TYPES = "leave_types" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "accrual": Text, "action_phrase": Text, "unpaid": Bool,
        "created": Int, "modified": Int,
    }
    EVENT_TYPES = "event_types" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "sort_order": Int, "created": Int, "modified": Int,
    }
    COMPANY_VALUES = "company_values" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "sort_order": Int, "created": Int, "modified": Int,
    }
    BADGES = "badges" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "sort_order": Int, "created": Int, "modified": Int,
    }
    USERS = "users" ["account_id", "id"] {
        "account_id": Int, "id": Int, "username": Text, "username_folded": Text, "email": Text,
        "email_folded": Text, "twitter_username": Text, "linkedin_url": Text, "blog_url": Text, "nickname": Text,
        "group_id": Int, "picture": Text, "badge_count": Int, "password_hash": Text, "api_key_hash": Bytes,
        "api_key_sealed": Bytes, "created": Int, "modified": Int,
    }
    ROLES = "roles" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "name_folded": Text, "description": Text, "standard": Text,
        "assign_to_new": Bool, "permission_groups": Text, "created": Int, "modified": Int,
    }
    ROLE_ASSIGNMENTS = "role_assignments" ["account_id", "id"] {
        "account_id": Int, "id": Int, "user_id": Int, "role_id": Int, "created": Int,
    }
    EMPLOYEE_RECORDS = "employee_records" ["account_id", "id"] {
        "account_id": Int, "id": Int, "user_id": Int, "effective_date": Text, "first_name": Text,
        "middle_name": Text, "last_name": Text, "phone": Text, "address1": Text, "address2": Text, "city": Text,
        "state": Text, "country": Text, "postal": Text, "birthdate": Text, "gender": Int,
        "government_id_sealed": Bytes, "emergency_name": Text, "emergency_number": Text, "created": Int,
        "modified": Int,
    }
    ASSIGNMENT_RECORDS = "assignment_records" ["account_id", "id"] {
        "account_id": Int, "id": Int, "user_id": Int, "effective_date": Text, "job_id": Int,
        "department_id": Int, "manager_id": Int, "location_id": Int, "employee_class_id": Int, "status": Int,
        "pay_type": Int, "pay_rate": Int, "pay_currency": Text, "full_time": Bool, "phone": Text, "ext": Text,
        "employee_num": Text, "date_hired": Text, "date_terminated": Text, "created": Int, "modified": Int,
    }
    /// After the records that they are copied from: what is sealed is sealed anew in this order.
    SUPERSEDED_EMPLOYEE_RECORDS = "superseded_employee_records" ["account_id", "id"] {
        "account_id": Int, "id": Int, "since": Int, "until": Int, "by_id": Int, "record_id": Int, "user_id": Int,
        "effective_date": Text, "first_name": Text, "middle_name": Text, "last_name": Text, "phone": Text,
        "address1": Text, "address2": Text, "city": Text, "state": Text, "country": Text, "postal": Text,
        "birthdate": Text, "gender": Int, "government_id_sealed": Bytes, "emergency_name": Text,
        "emergency_number": Text, "created": Int, "modified": Int,
    }
    SUPERSEDED_ASSIGNMENT_RECORDS = "superseded_assignment_records" ["account_id", "id"] {
        "account_id": Int, "id": Int, "since": Int, "until": Int, "by_id": Int, "record_id": Int, "user_id": Int,
        "effective_date": Text, "job_id": Int, "department_id": Int, "manager_id": Int, "location_id": Int,
        "employee_class_id": Int, "status": Int, "pay_type": Int, "pay_rate": Int, "pay_currency": Text,
        "full_time": Bool, "phone": Text, "ext": Text, "employee_num": Text, "date_hired": Text,
        "date_terminated": Text, "created": Int, "modified": Int,
    }
    WORK_HOUR_RECORDS = "work_hour_records" ["account_id", "id"] {
        "account_id": Int, "id": Int, "user_id": Int, "effective_date": Text, "hours_a_day": Int,
        "hours_a_week": Int, "created": Int, "modified": Int,
    }
    CUSTOM_FIELD_RECORDS = "custom_field_records" ["account_id", "id"] {
        "account_id": Int, "id": Int, "user_id": Int, "custom_field_id": Int, "content": Text,
        "content_sealed": Bytes,
    }
    LEAVE_USAGES = "leave_usages" ["account_id", "user_id", "leave_type_id"] {
        "account_id": Int, "user_id": Int, "leave_type_id": Int, "days_used": Int, "days_remaining": Int,
    }
    ACCEPTED_INVITES = "accepted_invites" ["account_id", "user_id"] {
        "account_id": Int, "user_id": Int, "accepted": Int,
    }
    PAYROLL_USERS = "payroll_users" ["account_id", "user_id", "payroll_provider_id"] {
        "account_id": Int, "user_id": Int, "payroll_provider_id": Int, "payroll_id": Text,
    }
    LEAVE_QUOTAS = "leave_quotas" ["account_id", "user_id", "leave_type_id"] {
        "account_id": Int, "user_id": Int, "leave_type_id": Int, "quota": Int, "carry_over": Int,
    }
    MOBILE_DEVICES = "mobile_devices" ["account_id", "device_identifier"] {
        "account_id": Int, "device_identifier": Text, "notification_token": Text, "operating_system": Text,
        "device_model": Text, "device_name": Text, "mobile_app_version": Text, "created": Int, "modified": Int,
        "user_id": Int,
    }
    INVITATIONS = "invitations" ["account_id", "user_id"] {
        "account_id": Int, "user_id": Int, "made": Int, "sent": Int, "failures": Int, "retry_at": Int,
    }
    KEY_USES = "key_uses" ["account_id", "user_id"] { "account_id": Int, "user_id": Int, "last_used": Int }
    CHANGES_ONCE = "changes_once" ["account_id", "user_id", "name"] {
        "account_id": Int, "user_id": Int, "name": Text, "request": Text, "object_id": Int, "at": Int,
    }
    WEBHOOKS = "webhooks" ["account_id", "id"] {
        "account_id": Int, "id": Int, "name": Text, "handle": Text, "url": Text, "secure_key_sealed": Bytes,
        "secret_sealed": Bytes, "created": Int, "modified": Int,
    }
    WEBHOOK_CURSORS = "webhook_cursors" ["account_id", "webhook_id"] {
        "account_id": Int, "webhook_id": Int, "revision": Int, "failures": Int, "retry_at": Int,
    }
    WEBHOOK_DELIVERIES = "webhook_deliveries" ["account_id", "id"] {
        "account_id": Int, "id": Int, "webhook_id": Int, "revision": Int, "hook": Text, "payload": Text,
        "state": Text, "attempts": Int, "first_at": Int, "last_at": Int, "status": Int, "answer": Text,
    }
}

/// Tables that are kept beside the change log: they are written also for an account that is otherwise left alone.
pub(crate) static BESIDE_THE_LOG: &[&Table] =
    &[&KEY_USES, &MOBILE_DEVICES, &CHANGES_ONCE, &INVITATIONS, &WEBHOOK_CURSORS, &WEBHOOK_DELIVERIES];
