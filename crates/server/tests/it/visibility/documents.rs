//! What must be served, put together from the table and from what was planted.

use folkmoot_core::{AccountId, ManagementStyle, SalaryAudience};
use folkmoot_wire::ApiMajor;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::cast::{MEMBERS, Member, Time, of};
use super::table::{
    Columns, DEFINITIONS, FULL_USER, LEAVERS, MORE_IN_V3, NOT_IN_V3, PRIVACY, Rule, SALARY, Standing, roles,
    sees,
};
use crate::support::key_of;

/// What the one who asks may see, and how it is spelled.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    pub(super) account: AccountId,
    pub(super) salary: SalaryAudience,
    pub(super) roles: Columns,
    /// Who asks, and the account's management style: what they may know of a manager is a question of its own.
    pub(super) viewer: Standing,
    pub(super) style: ManagementStyle,
    pub(super) version: ApiMajor,
    pub(super) suffix: &'static str,
}

fn moment(moment: Timestamp) -> Value {
    json!(moment.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string())
}

impl Asked {
    pub(super) fn shows(&self, rule: &Rule) -> bool {
        match rule {
            Rule::By(columns) => sees(*columns, self.roles),
            Rule::Salary => {
                SALARY.iter().any(|(setting, columns)| *setting == self.salary && sees(*columns, self.roles))
            }
            Rule::Privacy => true,
        }
    }

    fn url(&self, collection: &str, id: i64) -> Value {
        json!(format!("/{collection}/{id}.{}", self.suffix))
    }

    /// Those keys of a full user that begin with `below`, and whether they are shown.
    fn keys(&self, below: &str) -> impl Iterator<Item = (&'static str, &'static str, bool)> {
        let mut keys: Vec<_> = FULL_USER.iter().map(|(path, rule)| (*path, rule)).collect();
        if self.version == ApiMajor::V3 {
            for (after, path, rule) in MORE_IN_V3 {
                let place = keys.iter().position(|(path, _)| path == after).expect("the key before it");
                keys.insert(place + 1, (*path, rule));
            }
            keys.retain(|(path, _)| !NOT_IN_V3.contains(path));
        }
        keys.into_iter()
            .filter_map(move |(path, rule)| path.strip_prefix(below).map(|key| (path, key, self.shows(rule))))
    }

    pub(super) fn full_user(&self, member: &Member) -> Value {
        let mut user = Map::new();
        for (path, _, shown) in self.keys("") {
            if shown {
                let value = self.value(member, Time::Present, path);
                match path.split_once('.') {
                    None => drop(user.insert(path.to_owned(), value)),
                    Some((record, key)) => {
                        let record = user.entry(record).or_insert_with(|| json!({}));
                        record.as_object_mut().expect("an object").insert(key.to_owned(), value);
                    }
                }
            }
        }
        Value::Object(user)
    }

    /// An employee or assignment record as the answer to a request for it.
    pub(super) fn record(&self, member: &Member, kind: &str, time: Time) -> Value {
        let shown = self.keys(if kind == "employee" { "employee_record." } else { "assignment_record." });
        let members = shown.filter(|(_, _, shown)| *shown);
        members.map(|(path, key, _)| (key.to_owned(), self.value(member, time, path))).collect()
    }

    pub(super) fn partial(&self, member: &Member, with_avatar: bool) -> Value {
        let name = |field| member.text(field, Time::Present);
        let mut user = Map::new();
        user.insert("id".into(), json!(member.id()));
        user.insert("username".into(), json!(name("username")));
        if with_avatar {
            user.insert("avatar".into(), self.value(member, Time::Present, "avatar"));
        }
        user.insert("email".into(), self.value(member, Time::Present, "email"));
        user.insert("display_name".into(), self.value(member, Time::Present, "display_name"));
        user.insert(
            "employee_record".into(),
            json!({
                "first_name": name("first_name"),
                "last_name": name("last_name"),
                "url": self.url("employee_records", member.record_id("employee", Time::Present)),
            }),
        );
        user.insert("url".into(), self.url("users", member.id()));
        Value::Object(user)
    }

    /// Whether they may know of `member` at all.
    pub(super) fn knows(&self, member: &Member) -> bool {
        let manager_of = |id| of(id).standing.manager;
        let roles = roles(self.style, self.viewer, member.standing, manager_of);
        member.status.code() != "TERMINATED" || sees(LEAVERS, roles)
    }

    /// Everybody who has not left.
    pub(super) fn list(&self) -> Value {
        let present = MEMBERS.iter().filter(|member| member.status.code() != "TERMINATED");
        present.map(|member| self.partial(member, true)).collect()
    }

    /// What was planted at `path` of a full user.
    fn value(&self, member: &Member, time: Time, path: &str) -> Value {
        let text = |field: &str| json!(member.text(field, time));
        let day = |field: &str| json!(member.day(field, time).to_string());
        let id = member.id();
        match path {
            "id" => json!(id),
            "username" => text("username"),
            "api_key" => json!(key_of(self.account, id)),
            "email" => json!(format!("{}@example.org", member.text("email", time))),
            "twitter_username" => text("twitter"),
            "linkedin_url" => text("linkedin"),
            "blog_url" => text("blog"),
            "display_name" => {
                json!(format!("{} {}", member.text("first_name", time), member.text("last_name", time)))
            }
            "avatar" => json!({"url": format!("/users/view/{id}/picture")}),
            "created" => moment(member.moment("user.created", time)),
            "modified" => moment(member.moment("user.modified", time)),
            "assignment_record.id" => json!(member.record_id("assignment", time)),
            "assignment_record.current" | "employee_record.current" => json!(time == Time::Present),
            "assignment_record.employee_status" => json!(member.status(time).code()),
            "assignment_record.full_time" => json!(false),
            "assignment_record.phone" => text("work_phone"),
            "assignment_record.ext" => text("ext"),
            "assignment_record.employee_num" => text("employee_num"),
            "assignment_record.date_hired" => day("date_hired"),
            "assignment_record.created" => moment(member.moment("assignment.created", time)),
            "assignment_record.modified" => moment(member.moment("assignment.modified", time)),
            "assignment_record.job" => {
                json!({"id": 1, "title": "planted-job", "url": self.url("jobs", 1)})
            }
            "assignment_record.department" => {
                json!({"id": 1, "name": "planted-department", "url": self.url("departments", 1)})
            }
            "assignment_record.manager" => {
                let manager = member.manager(time).map(of).filter(|manager| self.knows(manager));
                manager.map_or(Value::Null, |manager| self.partial(manager, self.version == ApiMajor::V3))
            }
            "assignment_record.employee_class" => json!({"id": 1, "class": "planted-class"}),
            "assignment_record.location" => {
                json!({"id": 1, "name": "planted-location", "url": self.url("locations", 1)})
            }
            "assignment_record.url" => self.url("assignment_records", member.record_id("assignment", time)),
            "assignment_record.pay_info" => json!({
                "type": "ANNUAL",
                "label": "Annual Salary",
                "rate": member.rate(time).with_places(2).to_string(),
                "currency": "CHF",
            }),
            "employee_record.id" => json!(member.record_id("employee", time)),
            "employee_record.effective_date" => day("effective_date"),
            "employee_record.phone" => text("home_phone"),
            "employee_record.birthdate" => day("birthdate"),
            "employee_record.created" => moment(member.moment("employee.created", time)),
            "employee_record.modified" => moment(member.moment("employee.modified", time)),
            "employee_record.url" => self.url("employee_records", member.record_id("employee", time)),
            // The hours of another time are not told.
            "assignment_record.hours" => json!((time == Time::Present).then_some("7.777")),
            "assignment_record.standard_hours" => json!((time == Time::Present).then_some("38.885")),
            "kudos_received" | "values_supported" | "kudos_given" | "goals" | "leave_requests" => Value::Null,
            "custom_field_records" => self.custom_field_records(member),
            "group" => json!(member.standing.group.name()),
            "leave_usages" => self.leave_usages(member),
            "badge_count" => json!(9_000 + id),
            "url" => self.url("users", id),
            _ => match path.strip_prefix("employee_record.") {
                Some(field) => text(field),
                None => panic!("nothing is planted at {path}"),
            },
        }
    }

    fn custom_field_records(&self, member: &Member) -> Value {
        let records = PRIVACY.iter().zip(1..).filter(|((_, columns), _)| sees(*columns, self.roles));
        let record = |id: i64| {
            json!({
                "id": (member.id() * 10 + id).to_string(),
                "content": member.text(&format!("custom{id}"), Time::Present),
                "custom_field": {
                    "id": id,
                    "name": format!("planted-definition{id}"),
                    "url": self.url("custom_fields", id),
                },
            })
        };
        records.map(|(_, id)| record(id)).collect()
    }

    fn leave_usages(&self, member: &Member) -> Value {
        let usage = |id: i64, accrual: &str| {
            let url = self.url("leave_types", id);
            let leave_type =
                json!({"id": id, "name": format!("planted-leave{id}"), "accrual": accrual, "url": url});
            let days = |remaining| member.days(id, remaining).with_places(1).to_string();
            let mut usage = json!({"leave_type": leave_type, "days_used": days(false)});
            if accrual != "NONE" {
                usage["days_remaining"] = json!(days(true));
            }
            usage
        };
        json!([usage(1, "MONTHLY"), usage(2, "NONE")])
    }

    /// A custom field's definition, and whether a viewer of the group at `column` may know of it.
    pub(super) fn definition(&self, id: i64, column: usize) -> (Value, bool) {
        let (privacy, columns) = DEFINITIONS[id as usize - 1];
        let definition = json!({
            "id": id,
            "name": format!("planted-definition{id}"),
            "type": "text",
            "encrypted": id > 2,
            "order": id,
            "visibility": privacy.name(),
            "created": "2000-01-01T00:00:00+00:00",
            "modified": "2000-01-01T00:00:00+00:00",
            "url": self.url("custom_fields", id),
        });
        (definition, columns[column])
    }

    /// How many keys the table has an opinion on in a document below `below`.
    pub(super) fn opinions(&self, below: &str) -> usize {
        self.keys(below).count() + if below.is_empty() { PRIVACY.len() - 1 } else { 0 }
    }
}
