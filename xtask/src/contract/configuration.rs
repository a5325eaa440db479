//! What the checks expect where the document cannot say it.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::Value;

/// What the document marks what it cannot describe with: input that is held against what there is.
const CHECKED: &str = "x-checked-against-what-there-is";

/// How bad input is refused: as bad, as what the caller may not do, as what is not there, as too large. Schemathesis would
/// let more pass by itself (405, 409, 429, 5xx and others), but not 413, which a name or value that is too long gets.
const REFUSED: [&str; 5] = ["400", "401", "403", "404", "413"];
/// What becomes of good input besides. It would let every 3xx, 409, 429 and 5xx pass.
const ACCEPTED: [&str; 5] = ["2xx", "304", "401", "403", "404"];
/// What a request is refused for before its input is looked at, where the document says so: that it is for another state,
/// that its idempotency key is another's.
const BEFORE: [&str; 2] = ["412", "422"];
/// What else good input meets, where the document says so: that something is in use.
const IN_USE: &str = "409";

/// The configuration of Schemathesis for this document.
///
/// Every check is made of every operation. Two of them are told what is expected: see the constants above. Where input is
/// held against what there is (a name that is somebody's, the number of nothing), input that fits the schema may be refused
/// as bad, too. The document marks these operations; everywhere else it must be accepted.
pub(super) fn of(document: &Value) -> Result<String> {
    let mut text =
        format!("# Written by `cargo xtask contract`.\n[checks]\n{}", checks("", &REFUSED, &ACCEPTED));
    for (_, methods) in document["paths"].as_object().context("no paths")? {
        for (_, operation) in methods.as_object().context("no methods")? {
            let says = |status: &&str| operation["responses"].get(status).is_some();
            let before = || BEFORE.into_iter().filter(says);
            let refused: Vec<_> = REFUSED.into_iter().chain(before()).collect();
            let mut accepted: Vec<_> = ACCEPTED.into_iter().chain(before()).collect();
            accepted.extend(Some(IN_USE).filter(says));
            accepted.extend((operation[CHECKED] == true).then_some("400"));
            if accepted.len() > ACCEPTED.len() {
                let id = operation["operationId"].as_str().context("no name")?;
                let checks = checks("checks.", &refused, &accepted);
                write!(text, "\n[[operations]]\ninclude-operation-id = \"{id}\"\n{checks}")?;
            }
        }
    }
    Ok(text)
}

/// The two checks, a line each.
fn checks(prefix: &str, refused: &[&str], accepted: &[&str]) -> String {
    format!(
        "{prefix}negative_data_rejection.expected-statuses = {refused:?}\n\
         {prefix}positive_data_acceptance.expected-statuses = {accepted:?}\n"
    )
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_marked_may_refuse_what_fits_the_schema() {
        let text = of(&json!({"paths": {"/a": {
            "get": {"operationId": "read", "responses": {"200": {}, "400": {}}},
            "post": {"operationId": "write", "responses": {"200": {}, "400": {}}, CHECKED: true},
            "put": {"operationId": "replace", "responses": {"200": {}, "400": {}, "412": {}}},
        }}}))
        .unwrap();
        let statuses = |id: &str| {
            let after = text.split(&format!("\"{id}\"\n")).nth(1)?;
            after.lines().find(|line| line.contains("positive"))
        };
        assert_eq!(statuses("read"), None, "{text}");
        let of_write = statuses("write").unwrap();
        assert!(of_write.contains("\"400\"") && !of_write.contains("412"), "{text}");
        let of_replace = statuses("replace").unwrap();
        assert!(of_replace.contains("\"412\"") && !of_replace.contains("400"), "{text}");
    }
}
