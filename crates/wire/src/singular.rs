//! What one item of a list is called, when only the list's name is known.

/// The name that an item has when its list's name is no plural.
pub(crate) const ITEM: &str = "item";

/// The singular of a list's name: its first so many bytes, then an ending.
///
/// `companies`→`company`; `classes`, `boxes`, `branches`, `statuses` lose `es`; any other name in `s` loses it,
/// as `leave_usages`→`leave_usage`. A name that is no plural (also `address`, `status`, `basis`) gives `item`.
pub(crate) fn singular(name: &[u8]) -> (usize, &'static str) {
    let length = name.len();
    let ends = |ending: &str| length > ending.len() && name.ends_with(ending.as_bytes());
    if ends("ies") {
        (length - 3, "y")
    } else if ["sses", "xes", "ches", "shes", "uses"].into_iter().any(ends) {
        (length - 2, "")
    } else if ends("s") && !["ss", "us", "is"].into_iter().any(ends) {
        (length - 1, "")
    } else {
        (0, ITEM)
    }
}

/// Whether an item of the list `plural` is called `name`.
pub(crate) fn is_singular(name: &str, plural: &str) -> bool {
    let (stem, ending) = singular(plural.as_bytes());
    name.len() == stem + ending.len()
        && name.as_bytes().starts_with(&plural.as_bytes()[..stem])
        && name.ends_with(ending)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals_and_other_names() {
        for (plural, name) in [
            ("leave_usages", "leave_usage"),
            ("classes", "class"),
            ("badges", "badge"),
            ("companies", "company"),
            ("addresses", "address"),
            ("statuses", "status"),
            ("address", "item"),
            ("status", "item"),
            ("data", "item"),
            ("s", "item"),
            ("", "item"),
        ] {
            assert!(is_singular(name, plural), "{plural}");
        }
        assert!(!is_singular("user", "badges"));
        assert!(!is_singular("id", "event_type"));
    }
}
