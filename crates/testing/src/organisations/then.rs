//! Other days than today, decided the literal way (`users.md`, History). Who somebody is today decides what they see of any
//! day; the day says only which record it is of.

use folkmoot_core::EmploymentStatus;
use jiff::civil::Date;

use super::standard::{HISTORY, LEAVERS};
use super::{Member, Organisation, TODAY};

/// What is asked for: a day, and until the end of which day what is told of it had been written.
#[derive(Clone, Copy, Debug)]
pub struct Then {
    /// The day.
    pub day: Date,
    /// When it was known; `None` for what is known now.
    pub known_at: Option<Date>,
}

/// What becomes of a question about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is answered, with what the viewer sees of it.
    Shown,
    /// It is refused: the viewer knows of the person, and may not see this.
    Refused,
    /// It is answered as if the person did not exist.
    Unknown,
}

impl Then {
    /// Which of somebody's records had been written.
    pub fn believed(self, of: &Member) -> Vec<i64> {
        of.times().filter(|time| self.known_at.is_none_or(|known| of.written(*time) <= known)).collect()
    }

    /// Which of them counts on the day: the newest that had begun. Before the first, nobody was there; but who is to come is
    /// spoken of from today on.
    pub fn in_force(self, of: &Member) -> Option<i64> {
        let believed = self.believed(of);
        let begun = believed.iter().rfind(|time| Member::begins(**time) <= self.day);
        let to_come = believed.first().filter(|_| self.day >= TODAY);
        begun.or(to_come).copied()
    }
}

impl Organisation {
    /// What `viewer` needs to have over `target` for all records of a kind, or of both kinds.
    fn sees_history(&self, viewer: &Member, target: &Member, kinds: &[&str]) -> bool {
        let needs = HISTORY.iter().filter(|(kind, _)| kinds.contains(kind));
        needs.into_iter().all(|(_, need)| self.meets(viewer, target, need))
    }

    /// Whether `viewer` is shown the list of the records of `target` of these kinds.
    pub fn history(&self, viewer: &Member, target: &Member, kinds: &[&str]) -> Verdict {
        match (self.knows(viewer, target), self.sees_history(viewer, target, kinds)) {
            (false, _) => Verdict::Unknown,
            (true, false) => Verdict::Refused,
            (true, true) => Verdict::Shown,
        }
    }

    /// Whether `viewer` is shown `target` as they were.
    pub fn user_then(&self, viewer: &Member, target: &Member, then: Then) -> Verdict {
        match (self.history(viewer, target, &["employee", "assignment"]), then.in_force(target)) {
            (Verdict::Shown, None) => Verdict::Unknown,
            (Verdict::Shown, Some(time)) => {
                let had_left = target.status_at(time) == EmploymentStatus::Terminated;
                let hidden = had_left && !self.meets(viewer, target, LEAVERS);
                if hidden { Verdict::Unknown } else { Verdict::Shown }
            }
            (other, _) => other,
        }
    }

    /// Whether `target` is in the list of that day which `viewer` is shown: lists are of those who work.
    pub fn is_listed_then(&self, viewer: &Member, target: &Member, then: Then) -> bool {
        let worked = |time| target.status_at(time) != EmploymentStatus::Terminated;
        self.history(viewer, target, &["employee", "assignment"]) == Verdict::Shown
            && then.in_force(target).is_some_and(worked)
    }

    /// Whether `viewer` is shown a list of another day at all: there could be somebody in it.
    pub fn lists_then(&self, viewer: &Member) -> bool {
        HISTORY.iter().all(|(_, need)| self.has_anywhere(viewer, need))
    }

    /// Whether the manager that a record of `target` names is told to `viewer`.
    pub fn knows_manager(&self, viewer: &Member, target: &Member, time: i64) -> bool {
        target.manager_at(time).is_some_and(|manager| self.knows(viewer, self.member(manager)))
    }
}
