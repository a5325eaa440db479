//! What the checks expect where the document cannot say it.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::Value;

/// What the document marks what it cannot describe with: input that is held against what there is.
const CHECKED: &str = "x-checked-against-what-there-is";

/// How bad input is refused: as bad, as what the caller may not do, as what is not there, as too large. Schemathesis would
/// let more pass by itself (405, 409, 422, 429, 5xx and others), but not 413, which a name or value that is too long gets.
const REFUSED: [&str; 5] = ["400", "401", "403", "404", "413"];
/// What becomes of good input besides. It would let every 3xx, 409, 429 and 5xx pass.
const ACCEPTED: [&str; 5] = ["2xx", "304", "401", "403", "404"];
/// What good input meets where the document says so: something in use, another state, another's idempotency key.
const MET: [&str; 3] = ["409", "412", "422"];

/// The configuration of Schemathesis for this document.
///
/// Every check is made of every operation. Two of them are told what is expected: see the constants above. Where input is
/// held against what there is (a name that is somebody's, the number of nothing), input that fits the schema may be refused
/// as bad, too. The document marks these operations; everywhere else it must be accepted.
pub(super) fn of(document: &Value) -> Result<String> {
    let mut text = format!(
        "# Written by `cargo xtask contract`.\n\
         [checks]\n\
         negative_data_rejection.expected-statuses = {REFUSED:?}\n\
         positive_data_acceptance.expected-statuses = {ACCEPTED:?}\n"
    );
    for (_, methods) in document["paths"].as_object().context("no paths")? {
        for (_, operation) in methods.as_object().context("no methods")? {
            let mut statuses = ACCEPTED.to_vec();
            statuses.extend(MET.iter().filter(|status| operation["responses"].get(status).is_some()));
            if operation[CHECKED] == true {
                statuses.push("400");
            }
            if statuses.len() > ACCEPTED.len() {
                let id = operation["operationId"].as_str().context("no name")?;
                write!(
                    text,
                    "\n[[operations]]\ninclude-operation-id = \"{id}\"\n\
                     checks.positive_data_acceptance.expected-statuses = {statuses:?}\n"
                )?;
            }
        }
    }
    Ok(text)
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
        let statuses = |id: &str| text.split(&format!("\"{id}\"\n")).nth(1)?.lines().next();
        assert_eq!(statuses("read"), None, "{text}");
        let of_write = statuses("write").unwrap();
        assert!(of_write.contains("\"400\"") && !of_write.contains("412"), "{text}");
        let of_replace = statuses("replace").unwrap();
        assert!(of_replace.contains("\"412\"") && !of_replace.contains("400"), "{text}");
    }
}
