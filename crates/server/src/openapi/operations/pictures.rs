//! Profile pictures.

use serde_json::{Value, json};

use crate::openapi::operation::{Answer, Operation, delete, get, put};
use crate::openapi::schema::{named, texts};

pub(super) fn operations() -> Vec<Operation> {
    let tag = "Pictures";
    let shown = [
        ("/users/{id}/picture", "show_picture"),
        ("/users/view/{id}/picture", "show_picture_at_its_older_address"),
        ("/attachments/view/User/avatar/{id}", "show_picture_as_an_attachment_view"),
        ("/attachments/User/avatar/{id}", "show_picture_as_an_attachment"),
    ];
    let mut operations: Vec<Operation> = shown
        .into_iter()
        .map(|(path, name)| {
            get(tag, path, name, "The present picture")
                .bare()
                .query("size", "A square of so many pixels, or all of it", texts(SIZES))
                .answers(Answer::Picture)
                .refuses(&[206, 416])
        })
        .collect();
    for bare in [true, false] {
        let own = |operation: Operation| if bare { operation.bare() } else { operation.unversioned() };
        let names =
            if bare { ["set_picture", "remove_picture"] } else { ["set_picture_in", "remove_picture_in"] };
        let set = put(tag, "/users/{id}/picture", names[0], "Sets the picture; JPEG, PNG, WebP or GIF");
        operations.push(own(set.body(upload()).document(named("UserAvatar")).checked()));
        operations.push(own(delete(tag, "/users/{id}/picture", names[1], "Removes the picture")));
    }
    operations
}

/// Nothing stands for the original.
const SIZES: [&str; 7] = ["", "original", "340", "170", "150", "50", "20"];

fn upload() -> Value {
    let file = json!({"type": "object", "properties": {"picture": {"type": "string", "format": "binary"}}, "required": ["picture"]});
    let raw = json!({});
    json!({"required": true, "content": {
        "multipart/form-data": {"schema": file},
        "image/jpeg": raw, "image/png": raw, "image/webp": raw, "image/gif": raw,
    }})
}
