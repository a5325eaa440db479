//! Roles, role assignments, and why somebody sees what they see (`org.md`, 'Roles (v3)'). What version 3 brought is
//! spelled alike in every version.

use folkmoot_core::{
    Card, DepartmentId, Explanation, FieldExplained, HeldRoles, LocationId, Needs, PermissionGroup, Reason,
    Right, Rights, Role, RoleId, StandardRole, UserId, Visible,
};

use crate::{Emit, Format, Render};

fn url<E: Emit>(format: Format, role: RoleId, out: &mut E) {
    out.key("url");
    out.string_from(format_args!("/roles/{role}.{}", format.suffix()));
}

/// The roles that somebody holds, as an array.
#[derive(Clone, Copy, Debug)]
pub struct HeldRolesDocument<'a> {
    /// The roles.
    pub held: &'a Visible<HeldRoles>,
}

impl Render for HeldRolesDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        let HeldRoles { user, roles } = self.held.get();
        out.begin_array("role");
        for (assignment, role) in roles {
            out.begin_object();
            out.key("id");
            match assignment {
                Some(assignment) => out.integer(assignment.0),
                None => out.null(),
            }
            out.key("role_id");
            out.integer(role.0);
            out.key("user_id");
            out.integer(user.0);
            out.end_object();
        }
        out.end_array();
    }
}

/// A role.
#[derive(Clone, Copy, Debug)]
pub struct RoleDocument<'a> {
    /// The role.
    pub object: Visible<&'a Role>,
    /// The format, which is also the suffix of every `url`.
    pub format: Format,
}

impl Render for RoleDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        let Role {
            id,
            name,
            description,
            standard,
            assign_to_new,
            own_permissions,
            permission_groups,
            created,
            modified,
        } = self.object.get();
        out.begin_object();
        out.key("id");
        out.integer(id.0);
        out.key("name");
        out.string(name);
        out.key("description");
        out.string(description);
        out.key("standard");
        match standard.map(StandardRole::code) {
            Some(code) => out.string(code),
            None => out.null(),
        }
        out.key("changed");
        out.boolean(*own_permissions);
        out.key("assign_to_new");
        out.boolean(*assign_to_new);
        out.key("permission_groups");
        out.begin_array("permission_group");
        for group in permission_groups {
            permission_group(group, out);
        }
        out.end_array();
        out.key("created");
        out.timestamp(*created);
        out.key("modified");
        out.timestamp(*modified);
        url(self.format, *id, out);
        out.end_object();
    }
}

fn permission_group<E: Emit>(group: &PermissionGroup, out: &mut E) {
    let PermissionGroup { departments, locations, relationship, rights } = group;
    out.begin_object();
    out.key("departments");
    out.begin_array("department");
    for DepartmentId(id) in departments {
        out.integer(*id);
    }
    out.end_array();
    out.key("locations");
    out.begin_array("location");
    for LocationId(id) in locations {
        out.integer(*id);
    }
    out.end_array();
    out.key("relationship");
    out.string(relationship.code());
    out.key("cards");
    cards(*rights, out);
    out.end_object();
}

/// The cards that have any of these rights, each with its actions: the shape in which a form gives them.
fn cards<E: Emit>(rights: Rights, out: &mut E) {
    out.begin_object();
    for card in Card::ALL {
        let mut actions = rights.iter().map(Right::fact).filter(|fact| fact.card == *card).peekable();
        if actions.peek().is_some() {
            out.key(card.code());
            out.begin_array("action");
            for fact in actions {
                out.string(fact.action);
            }
            out.end_array();
        }
    }
    out.end_object();
}

/// What a viewer sees of a person, and why.
#[derive(Clone, Copy, Debug)]
pub struct ExplanationDocument<'a> {
    /// The person.
    pub person: UserId,
    /// The viewer.
    pub viewer: UserId,
    /// What is told.
    pub explanation: &'a Visible<Explanation>,
    /// The format, which is also the suffix of every `url`.
    pub format: Format,
}

impl Render for ExplanationDocument<'_> {
    fn render<E: Emit>(&self, out: &mut E) {
        let Explanation { by_group, roles, known, fields } = self.explanation.get();
        out.begin_object();
        out.key("user_id");
        out.integer(self.person.0);
        out.key("viewer_id");
        out.integer(self.viewer.0);
        out.key("group");
        match by_group {
            Some(group) => out.string(group.name()),
            None => out.null(),
        }
        out.key("roles");
        out.begin_array("role");
        for (id, name) in roles {
            role(*id, name, self.format, out);
        }
        out.end_array();
        out.key("known");
        field(known, self.format, out);
        out.key("fields");
        out.begin_array("field");
        for explained in fields {
            field(explained, self.format, out);
        }
        out.end_array();
        out.end_object();
    }
}

fn role<E: Emit>(id: RoleId, name: &str, format: Format, out: &mut E) {
    out.begin_object();
    out.key("id");
    out.integer(id.0);
    out.key("name");
    out.string(name);
    url(format, id, out);
    out.end_object();
}

fn field<E: Emit>(explained: &FieldExplained, format: Format, out: &mut E) {
    let FieldExplained { path, shown, needs, reasons } = explained;
    out.begin_object();
    out.key("path");
    out.string(path);
    out.key("shown");
    out.boolean(*shown);
    out.key("needs");
    match needs {
        Needs::Nothing => out.null(),
        Needs::Oneself => out.string("self"),
        Needs::Right(right) => out.string(right.fact().code),
    }
    out.key("reasons");
    out.begin_array("reason");
    for reason in reasons {
        out.begin_object();
        out.key("by");
        match reason {
            Reason::Everyone => out.string("everyone"),
            Reason::Oneself => out.string("self"),
            Reason::Granted { role: id, name, permission_group, relationship, right: _, settings } => {
                out.string("role");
                out.key("role");
                role(*id, name, format, out);
                out.key("permission_group");
                out.integer(i64::try_from(*permission_group).unwrap_or(i64::MAX));
                out.key("relationship");
                out.string(relationship.code());
                out.key("settings");
                out.begin_array("setting");
                for setting in settings {
                    out.string(setting);
                }
                out.end_array();
            }
        }
        out.end_object();
    }
    out.end_array();
    out.end_object();
}
