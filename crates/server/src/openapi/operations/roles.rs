//! Roles, and who has which.

use folkmoot_core::Relationship;
use serde_json::{Value, json};

use super::forms::{self, fields, flag, form};
use crate::openapi::operation::{Operation, delete, get, post, put};
use crate::openapi::schema::{about, id, list, named, one_of, texts};

pub(super) fn operations() -> Vec<Operation> {
    let tag = "Roles";
    let held = "/users/{id}/roles";
    let ids = || form(&["role_id[]"], fields([("role_id[]", ids())]));
    vec![
        get(tag, held, "show_roles_of_user", "Which roles somebody has").document(named("HeldRoles")),
        post(tag, held, "add_roles_to_user", "They get more")
            .form(ids())
            .document(named("HeldRoles"))
            .checked(),
        put(tag, held, "set_roles_of_user", "They get these and no others")
            .form(ids())
            .document(named("HeldRoles"))
            .checked(),
        delete(tag, held, "remove_roles_from_user", "They lose some")
            .must_query("role_id[]", "Those that they lose", self::ids())
            .document(named("HeldRoles"))
            .checked(),
        get(tag, "/users/{id}/explain", "explain_user", "Why somebody sees what they see of somebody else")
            .must_query("viewer", "Who sees", id())
            .document(named("Explanation"))
            .checked(),
        get(tag, "/roles", "list_roles", "One's own roles; all, for those who assign or define them")
            .document(list(named("Role"))),
        post(tag, "/roles", "add_role", "Adds a role, from nothing or as a copy")
            .form(definition(&[
                "name",
                "permission_groups[0][relationship]",
                "permission_groups[0][cards][privacy][]",
            ]))
            .document(named("Role"))
            .checked(),
        get(tag, "/roles/{id}", "show_role", "A role").document(named("Role")),
        put(tag, "/roles/{id}", "change_role", "Changes what is sent")
            .form(definition(&["description"]))
            .document(named("Role"))
            .checked(),
        delete(tag, "/roles/{id}", "delete_role", "Deletes a role that nobody has").refuses(&[409]),
    ]
}

fn ids() -> Value {
    json!({"type": "array", "minItems": 1, "maxItems": 20, "items": one_of([id(), texts([""])])})
}

fn definition(required: &[&str]) -> Value {
    let actions = json!({"type": "array", "minItems": 1, "items": texts(["view_employee_items", "view_manager_items"])});
    let all = fields([
        ("name", forms::name(100)),
        ("description", forms::bounded(1000)),
        ("assign_to_new", flag()),
        ("copy_of", about(forms::reference(), "The role of which it is to be a copy")),
        ("permission_groups[0][relationship]", texts(Relationship::ALL.map(Relationship::code))),
        ("permission_groups[0][departments][]", list(one_of([id(), texts([""])]))),
        ("permission_groups[0][locations][]", list(one_of([id(), texts([""])]))),
        (
            "permission_groups[0][cards][privacy][]",
            about(
                actions,
                "Likewise every other card, with its actions: those of System Administrator, which has them all",
            ),
        ),
    ]);
    form(required, all)
}
