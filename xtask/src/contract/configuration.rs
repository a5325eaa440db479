//! What the checks expect where the document cannot say it.

use std::fmt::Write;

use anyhow::{Context, Result};
use serde_json::Value;

/// What the document marks what it cannot describe with: input that is held against what there is.
const CHECKED: &str = "x-checked-against-what-there-is";

/// The configuration of Schemathesis for this document.
///
/// Every check is made of every operation. Two of them are told more than the document can say:
/// - What refuses bad input may do so as 405, 409, 412 or 413, too.
/// - Where input is held against what there is (a name that is somebody's, the number of nothing), input that fits the
///   schema may be refused as bad. The document marks these operations; everywhere else it must be accepted.
pub(super) fn of(document: &Value) -> Result<String> {
    let mut text = "# Written by `cargo xtask contract`.\n\
        [checks]\n\
        negative_data_rejection.expected-statuses = [400, 401, 403, 404, 405, 409, 412, 413, 422]\n\
        positive_data_acceptance.expected-statuses = [\"2xx\", 304, 401, 403, 404, 409, 412, 422]\n"
        .to_owned();
    for (_, methods) in document["paths"].as_object().context("no paths")? {
        for (_, operation) in methods.as_object().context("no methods")? {
            if operation[CHECKED] == true {
                let id = operation["operationId"].as_str().context("no name")?;
                write!(
                    text,
                    "\n[[operations]]\ninclude-operation-id = \"{id}\"\n\
                     checks.positive_data_acceptance.expected-statuses = \
                     [\"2xx\", 304, 400, 401, 403, 404, 409, 412, 422]\n"
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
            "get": {"operationId": "read"},
            "post": {"operationId": "write", CHECKED: true},
        }}}))
        .unwrap();
        assert!(text.contains("\"write\"") && !text.contains("\"read\""), "{text}");
    }
}
