//! Who sees what, decided the slow and literal way: every role of the viewer, every permission group of it, every limit,
//! for every question anew.

use folkmoot_core::{EmploymentStatus, Group};

use super::standard::{LEAVERS, OF_GROUP};
use super::{Grant, Member, Organisation, Plain};

impl Organisation {
    /// The member of this number.
    ///
    /// # Panics
    /// When there is none.
    pub fn member(&self, id: i64) -> &Member {
        &self.members[id as usize - 1]
    }

    /// The roles that somebody holds: what they have been assigned; nothing assigned, what their group stands for.
    pub fn held(&self, viewer: &Member) -> Vec<&Plain> {
        if !viewer.assigned.is_empty() {
            return self.roles.iter().filter(|role| viewer.assigned.contains(&role.id)).collect();
        }
        let names = match viewer.group {
            Group::Employees => OF_GROUP[0],
            Group::Managers => OF_GROUP[1],
            Group::Administrators => OF_GROUP[2],
        };
        self.roles.iter().filter(|role| role.standard.is_some_and(|name| names.contains(&name))).collect()
    }

    /// Everybody above somebody, their manager first.
    fn line_above(&self, of: &Member) -> Vec<i64> {
        let mut line = Vec::new();
        let mut next = of.manager;
        while let Some(id) = next {
            if line.contains(&id) {
                break;
            }
            line.push(id);
            next = self.member(id).manager;
        }
        line
    }

    /// Whether `target` is within the limit.
    ///
    /// # Panics
    /// When the limit has a relationship that there is not.
    pub fn is_within(&self, viewer: &Member, target: &Member, limit: &Grant) -> bool {
        let themselves = viewer.id == target.id;
        let reports = target.manager == Some(viewer.id);
        let related = match limit.relationship {
            "self" => themselves,
            "direct_reports" => !themselves && reports,
            "all_reports" => !themselves && self.line_above(target).contains(&viewer.id),
            "direct_reports_and_employees" => !themselves && (reports || target.group == Group::Employees),
            "everyone_else" => !themselves,
            "everyone" => true,
            other => panic!("{other}"),
        };
        let in_department = limit.departments.is_empty()
            || target.department.is_some_and(|id| limit.departments.contains(&id));
        let in_location =
            limit.locations.is_empty() || target.location.is_some_and(|id| limit.locations.contains(&id));
        related && in_department && in_location
    }

    /// Whether `viewer` has this right over `target`.
    fn has(&self, viewer: &Member, target: &Member, right: &str) -> bool {
        self.held(viewer).iter().any(|role| {
            role.grants
                .iter()
                .any(|grant| grant.rights.contains(&right) && self.is_within(viewer, target, grant))
        })
    }

    /// Whether `viewer` has this right over anybody, if there were somebody to have it over.
    pub fn has_anywhere(&self, viewer: &Member, right: &str) -> bool {
        self.held(viewer).iter().any(|role| role.grants.iter().any(|grant| grant.rights.contains(&right)))
    }

    /// Whether `viewer` meets what something of `target` takes.
    pub fn meets(&self, viewer: &Member, target: &Member, need: &str) -> bool {
        match need {
            "" => true,
            "oneself" => viewer.id == target.id,
            right => self.has(viewer, target, right),
        }
    }

    /// Whether `viewer` may know of `target` at all.
    pub fn knows(&self, viewer: &Member, target: &Member) -> bool {
        target.status != EmploymentStatus::Terminated || self.has(viewer, target, LEAVERS)
    }

    /// Whether `viewer` is a System Administrator, who is told everything.
    pub fn administers(&self, viewer: &Member) -> bool {
        self.held(viewer).iter().any(|role| role.standard == Some("system_administrator"))
    }

    /// Whether `viewer` has this right over everyone, whoever they are.
    pub fn has_over_all(&self, viewer: &Member, right: &str) -> bool {
        let unlimited = |grant: &Grant| {
            grant.relationship == "everyone" && grant.departments.is_empty() && grant.locations.is_empty()
        };
        let grants = |grant: &Grant| grant.rights.contains(&right) && unlimited(grant);
        self.administers(viewer) || self.held(viewer).iter().any(|role| role.grants.iter().any(grants))
    }
}
