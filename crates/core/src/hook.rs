//! Handles of events that a webhook can be for: `User`, `User.Edit`, `User.Delete.1` (`webhooks.md`).

use std::fmt;
use std::str::FromStr;

const CHANGES: &[&str] = &["Add", "Edit", "Delete"];

/// Every kind of object that events are about, with what can happen to it. Some of them the change log does not know
/// yet: whoever subscribes to them waits for them.
const EVENTS: &[(&str, &[&str])] = &[
    ("User", CHANGES),
    ("AssignmentRecord", CHANGES),
    ("EmployeeRecord", CHANGES),
    ("WorkHourRecord", CHANGES),
    ("Kudos", CHANGES),
    ("Note", CHANGES),
    ("Application", CHANGES),
    ("ApplicationNote", CHANGES),
    ("Event", CHANGES),
    ("Goal", CHANGES),
    ("JobPosting", CHANGES),
    ("TimeEntry", CHANGES),
    ("WebHook", CHANGES),
    ("Config", &["Edit"]),
    ("LeaveRequest", &["Add", "Edit", "Delete", "Review", "Approve", "Reject"]),
];

/// Which events a webhook is for: those of a kind of object, of an action on it, of one object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hook {
    object: &'static str,
    action: Option<&'static str>,
    id: Option<i64>,
}

/// Why a text is no handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseHookError {
    /// There are no events of such objects.
    #[error("names an object that there are no events of")]
    Object,
    /// That does not happen to such objects.
    #[error("names an action that there are no events of for this object")]
    Action,
    /// The third part is no number of an object.
    #[error("ends in something that is not the number of an object")]
    Id,
}

impl FromStr for Hook {
    type Err = ParseHookError;

    fn from_str(text: &str) -> Result<Hook, ParseHookError> {
        let mut parts = text.splitn(3, '.');
        let object = parts.next().unwrap_or_default();
        let &(object, actions) =
            EVENTS.iter().find(|(known, _)| *known == object).ok_or(ParseHookError::Object)?;
        let known = |word: &str| actions.iter().copied().find(|known| *known == word);
        let action = parts.next().map(|word| known(word).ok_or(ParseHookError::Action)).transpose()?;
        let id = parts.next().map(|digits| number(digits).ok_or(ParseHookError::Id)).transpose()?;
        Ok(Hook { object, action, id })
    }
}

/// The number of an object, in its one spelling.
fn number(digits: &str) -> Option<i64> {
    let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|_| plain)
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.object)?;
        self.action.iter().try_for_each(|action| write!(f, ".{action}"))?;
        self.id.iter().try_for_each(|id| write!(f, ".{id}"))
    }
}

impl Hook {
    /// The kind of object, by the name that the change log has for it.
    pub fn object(&self) -> &'static str {
        self.object
    }

    /// Whether it is for the event that `action` happened to the object of this kind and number.
    pub fn is_for(&self, object: &str, action: &str, id: i64) -> bool {
        let events = EVENTS.iter().find(|(known, _)| *known == object);
        let is_event = events.is_some_and(|(_, actions)| actions.contains(&action));
        is_event
            && self.object == object
            && self.action.is_none_or(|wanted| wanted == action)
            && self.id.is_none_or(|wanted| wanted == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hook(text: &str) -> Hook {
        text.parse().unwrap()
    }

    #[test]
    fn handles_are_spelled_one_way() {
        for text in
            ["User", "User.Edit", "User.Delete.1", "Config.Edit", "LeaveRequest.Review.40", "WebHook.Add"]
        {
            assert_eq!(hook(text).to_string(), text);
        }
        let bad = |text: &str| text.parse::<Hook>().unwrap_err();
        for text in ["", "user", "Job", "User ", ".Edit", "*"] {
            assert_eq!(bad(text), ParseHookError::Object, "{text:?}");
        }
        for text in [
            "User.",
            "User.edit",
            "Config.Add",
            "User.Review",
            "User.1",
            "User..1",
            "User.Edit ",
            "Config.Delete.1",
        ] {
            assert_eq!(bad(text), ParseHookError::Action, "{text:?}");
        }
        for text in [
            "User.Edit.",
            "User.Edit.0",
            "User.Edit.01",
            "User.Edit.-1",
            "User.Edit.1.",
            "User.Edit.1.2",
            "User.Edit.+1",
            "User.Edit.99999999999999999999",
        ] {
            assert_eq!(bad(text), ParseHookError::Id, "{text:?}");
        }
    }

    #[test]
    fn a_handle_is_for_what_it_names() {
        let all = |text: &str| {
            let events = [
                ("User", "Add", 1),
                ("User", "Edit", 1),
                ("User", "Edit", 2),
                ("Config", "Edit", 1),
                ("Config", "Add", 1),
            ];
            events.map(|(object, action, id)| hook(text).is_for(object, action, id))
        };
        assert_eq!(all("User"), [true, true, true, false, false]);
        assert_eq!(all("User.Edit"), [false, true, true, false, false]);
        assert_eq!(all("User.Edit.2"), [false, false, true, false, false]);
        // That an account was made is no event.
        assert_eq!(all("Config"), [false, false, false, true, false]);
        assert_eq!(all("Kudos"), [false; 5]);
    }
}
