//! What is said of each operation, a file for each part of the API.

mod feeds;
mod forms;
mod organisation;
mod people;
mod pictures;
mod roles;

use serde_json::json;

use super::operation::{Answer, Operation, get};

/// What operations are grouped by.
pub(super) const TAGS: &[(&str, &str)] = &[
    ("Users", "People who work, or worked, for the company"),
    ("Records", "What was so of somebody, is, or will be"),
    ("Pictures", "Profile pictures"),
    ("Roles", "Who may what"),
    ("Organisation", "Jobs, departments, locations, employee classes, custom fields, leave types"),
    ("Account", "The account itself, and the devices that it is used on"),
    ("Changes", "What has happened"),
    ("Webhooks", "Being told of what happens"),
    ("Description", "The API itself"),
];

/// Every operation.
pub(super) fn all() -> Vec<Operation> {
    let mut all = people::operations();
    all.extend(pictures::operations());
    all.extend(roles::operations());
    all.extend(organisation::operations());
    all.extend(feeds::operations());
    let tag = "Description";
    all.push(
        get(tag, "/openapi", "describe_api", "This document")
            .answers(Answer::Json(json!({"type": "object", "required": ["openapi", "info", "paths"]}))),
    );
    all.push(get(tag, "/docs", "show_reference", "This document as a page").bare().answers(Answer::Page));
    all
}
