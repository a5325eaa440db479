//! What must be served in version 1, put together from its own tables and from what was planted.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::cast::{MEMBERS, Member, Time, of};
use super::documents::Asked;
use super::table::{
    DEFINITIONS, FIRST_ASSIGNMENT, FIRST_EMPLOYEE, FIRST_USER_JSON, FIRST_USER_MORE, FIRST_USER_XML, PRIVACY,
    Rule, sees,
};
use crate::support::{Leaves, key_of};

type Table = &'static [(&'static str, Rule)];

/// An entity of version 1: its scalars, and those inside or beside it, each by its name in XML and in JSON.
pub(super) struct Entity {
    scalars: Map<String, Value>,
    others: Vec<(&'static str, &'static str, Entity)>,
}

impl Entity {
    fn new(scalars: Map<String, Value>) -> Entity {
        Entity { scalars, others: Vec::new() }
    }

    /// Its leaves in XML, below `path`.
    fn leaves(&self, path: &str, leaves: &mut Leaves) {
        for (key, value) in &self.scalars {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            leaves.push((format!("{path}/{key}"), text));
        }
        for (element, _, entity) in &self.others {
            entity.leaves(&format!("{path}/{element}"), leaves);
        }
    }

    /// Itself and what is beside it, each below its name in JSON.
    fn beside(&self, model: &str) -> Value {
        let mut document = Map::new();
        document.insert(model.to_owned(), Value::Object(self.scalars.clone()));
        for (_, model, entity) in self.others.iter().filter(|(_, model, _)| *model != "CustomField") {
            document.insert((*model).to_owned(), Value::Object(entity.scalars.clone()));
        }
        if model == "User" {
            let fields = self.others.iter().filter(|(_, model, _)| *model == "CustomField");
            let fields = fields.map(|(.., field)| {
                let mut object = field.scalars.clone();
                for (_, model, record) in &field.others {
                    object.insert((*model).to_owned(), Value::Object(record.scalars.clone()));
                }
                Value::Object(object)
            });
            document.insert("CustomField".to_owned(), fields.collect());
        }
        Value::Object(document)
    }

    /// The whole answer to a request for it: in JSON, or as the leaves of XML.
    pub(super) fn alone(&self, element: &str, model: &str) -> (Value, Leaves) {
        let mut leaves = Leaves::new();
        self.leaves(&format!("/{element}"), &mut leaves);
        (self.beside(model), leaves)
    }
}

/// The whole of a list.
pub(super) fn list(entities: &[Entity]) -> (Value, Leaves) {
    let mut leaves = Leaves::new();
    for (place, entity) in entities.iter().enumerate() {
        entity.leaves(&format!("/{place}"), &mut leaves);
    }
    (entities.iter().map(|entity| Value::Object(entity.scalars.clone())).collect(), leaves)
}

fn moment(moment: Timestamp) -> Value {
    json!(moment.strftime("%Y-%m-%d %H:%M:%S").to_string())
}

impl Asked {
    fn entity(&self, tables: &[Table], value: impl Fn(&str) -> Value) -> Map<String, Value> {
        let keys = tables.iter().flat_map(|table| table.iter()).filter(|(_, rule)| self.shows(rule));
        keys.map(|(key, _)| ((*key).to_owned(), value(key))).collect()
    }

    fn user_table(&self) -> Table {
        if self.suffix == "json" { FIRST_USER_JSON } else { FIRST_USER_XML }
    }

    pub(super) fn first_full_user(&self, member: &Member) -> Entity {
        let value = |key: &str| self.first_user(member, key);
        let mut user = Entity::new(self.entity(&[self.user_table(), FIRST_USER_MORE], value));
        user.others = vec![
            ("assignment_record", "AssignmentRecord", self.first_record(member, "assignment", Time::Present)),
            ("employee_record", "EmployeeRecord", self.first_record(member, "employee", Time::Present)),
        ];
        let shown = PRIVACY.iter().zip(1..).filter(|((_, columns), _)| sees(*columns, self.roles));
        for (_, id) in shown {
            let mut field = Entity::new(definition(id));
            let record = json!({
                "id": member.id() * 10 + id,
                "custom_field_id": id,
                "user_id": member.id(),
                "content": member.text(&format!("custom{id}"), Time::Present),
            });
            let record = Entity::new(record.as_object().expect("an object").clone());
            field.others.push(("custom_field_record", "CustomFieldRecord", record));
            user.others.push(("custom_field", "CustomField", field));
        }
        user
    }

    /// Everybody who has not left; `asked` says what of each the viewer may see.
    pub(super) fn first_list(asked: impl Fn(&Member) -> Asked) -> Vec<Entity> {
        let present = MEMBERS.iter().filter(|member| member.status.code() != "TERMINATED");
        let listed = present.map(|member| {
            let asked = asked(member);
            Entity::new(asked.entity(&[asked.user_table()], |key| asked.first_user(member, key)))
        });
        listed.collect()
    }

    pub(super) fn first_record(&self, member: &Member, kind: &str, time: Time) -> Entity {
        Entity::new(match kind {
            "employee" => self.entity(&[FIRST_EMPLOYEE], |key| first_employee(member, time, key)),
            _ => self.entity(&[FIRST_ASSIGNMENT], |key| self.first_assignment(member, time, key)),
        })
    }

    /// A custom field's definition, and whether a viewer of the group at `column` may know of it.
    pub(super) fn first_definition(id: i64, column: usize) -> Option<Entity> {
        let (_, columns) = DEFINITIONS[id as usize - 1];
        columns[column].then(|| Entity::new(definition(id)))
    }

    fn first_user(&self, member: &Member, key: &str) -> Value {
        let text = |field: &str| json!(member.text(field, Time::Present));
        let group = member.standing.group;
        match key {
            "id" => json!(member.id()),
            "netsuite_id" => json!(""),
            "username" => text("username"),
            "group_id" => json!(group.number()),
            "group_name" => json!(group.name().trim_end_matches('s')),
            "access" => json!(member.status.number()),
            "accepted_invite" => json!("0000-00-00 00:00:00"),
            "email" => json!(format!("{}@example.org", member.text("email", Time::Present))),
            "twitter_username" => text("twitter"),
            "linkedin_url" => text("linkedin"),
            "blog_url" => text("blog"),
            "created" => moment(member.moment("user.created", Time::Present)),
            "modified" => moment(member.moment("user.modified", Time::Present)),
            "full_name" => {
                let (first, last) = (text("first_name"), text("last_name"));
                json!([first.as_str(), last.as_str()].map(Option::unwrap_or_default).join(" "))
            }
            "current_employee_record_id" => json!(member.record_id("employee", Time::Present)),
            "current_assignment_record_id" => json!(member.record_id("assignment", Time::Present)),
            "api_key" => json!(key_of(self.account, member.id())),
            _ => json!(0),
        }
    }

    fn first_assignment(&self, member: &Member, time: Time, key: &str) -> Value {
        match key {
            "id" => json!(member.record_id("assignment", time)),
            "user_id" => json!(member.id()),
            "effective_date" | "date_hired" => json!(member.day(key, time).to_string()),
            "job_id" | "department_id" | "employee_class_id" | "pay_type" => json!(1),
            "manager_id" => {
                let manager = member.manager(time).filter(|id| self.knows(of(*id)));
                manager.map_or(json!(""), |id| json!(id))
            }
            "status" => json!(member.status(time).number()),
            "pay_rate" => json!(member.rate(time).with_places(2).to_string()),
            "full_time" => json!(2),
            "phone" => json!(member.text("work_phone", time)),
            "ext" | "employee_num" => json!(member.text(key, time)),
            "date_terminated" => json!("0000-00-00"),
            "created" | "modified" => moment(member.moment(&format!("assignment.{key}"), time)),
            _ => panic!("nothing is planted at {key}"),
        }
    }
}

fn first_employee(member: &Member, time: Time, key: &str) -> Value {
    match key {
        "id" => json!(member.record_id("employee", time)),
        "user_id" => json!(member.id()),
        "effective_date" | "birthdate" => json!(member.day(key, time).to_string()),
        "phone" => json!(member.text("home_phone", time)),
        "gender_id" => json!(3),
        "created" | "modified" => moment(member.moment(&format!("employee.{key}"), time)),
        _ => json!(member.text(key, time)),
    }
}

fn definition(id: i64) -> Map<String, Value> {
    let (privacy, _) = DEFINITIONS[id as usize - 1];
    let definition = json!({
        "id": id,
        "name": format!("planted-definition{id}"),
        "type": "text",
        "encrypted": i64::from(id > 2),
        "order": id,
        "visibility": privacy.name(),
        "created": "2000-01-01 00:00:00",
        "modified": "2000-01-01 00:00:00",
    });
    definition.as_object().expect("an object").clone()
}
