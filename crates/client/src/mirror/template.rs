//! How files are named: a template with placeholders.

use std::str::FromStr;

use super::error::MirrorError;
use crate::user::User;

/// A naming template such as `{username}` or `{employee_number}-{display_name}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Username,
    Id,
    Email,
    DisplayName,
    EmployeeNumber,
}

impl Default for Template {
    /// `{username}`
    fn default() -> Self {
        Self { parts: vec![Part::Username] }
    }
}

impl FromStr for Template {
    type Err = MirrorError;

    fn from_str(text: &str) -> Result<Self, MirrorError> {
        let fault = || MirrorError::Template(text.to_owned());
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find(['{', '}']) {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let close = rest.find('}').filter(|close| *close > open).ok_or_else(fault)?;
            parts.push(match &rest[open + 1..close] {
                "username" => Part::Username,
                "id" => Part::Id,
                "email" => Part::Email,
                "display_name" => Part::DisplayName,
                "employee_number" => Part::EmployeeNumber,
                _ => return Err(fault()),
            });
            rest = &rest[close + 1..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        if parts.iter().all(|part| matches!(part, Part::Text(_))) {
            return Err(fault());
        }
        Ok(Self { parts })
    }
}

impl Template {
    /// Whether the template needs what only a full user has.
    pub(crate) fn needs_employee_number(&self) -> bool {
        self.parts.contains(&Part::EmployeeNumber)
    }

    /// The name of a user's file, unsafe as yet. What is not known is left out.
    pub(crate) fn expand(&self, user: &User) -> String {
        let mut name = String::new();
        for part in &self.parts {
            name.push_str(match part {
                Part::Text(text) => text,
                Part::Username => &user.username,
                Part::Id => &user.id,
                Part::Email => user.email.as_deref().unwrap_or_default(),
                Part::DisplayName => user.display_name.as_deref().unwrap_or_default(),
                Part::EmployeeNumber => user.employee_number().unwrap_or_default(),
            });
        }
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_filled_and_unknown_ones_refused() {
        let user = User { id: "7".into(), username: "alice".into(), ..User::default() };
        let template: Template = "p-{id}_{username}{email}.x".parse().unwrap();
        assert_eq!(template.expand(&user), "p-7_alice.x");
        for bad in ["{surname}", "{id", "id}", "fixed", "", "{}", "}{id}"] {
            assert!(bad.parse::<Template>().is_err(), "{bad}");
        }
    }
}
