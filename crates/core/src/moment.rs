//! A moment other than now: the state on another day, as it was known then (`users.md`, History).
//!
//! Records say from which day on they count; when they were written or last corrected says since when they are believed,
//! and versions that were corrected or withdrawn say until when they were. Both together answer what was thought at one
//! time of another.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil::Date;

use crate::{Dated, Person, PersonHistory, Record, Superseded};

/// What is asked for, where it is not what is known now of today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment {
    /// The day whose state is asked for.
    pub day: Date,
    /// The day of whoever asks.
    pub today: Date,
    /// What was written after this is left out, and what was corrected after this is as it was; `None` for what is known
    /// now.
    pub known_at: Option<Timestamp>,
}

impl Moment {
    /// What is known now of `today`.
    pub const fn now(today: Date) -> Moment {
        Moment { day: today, today, known_at: None }
    }

    /// What was believed by then, in order of effect: those of `records` that had been written and, as they are now,
    /// corrected; and the versions of them, or of others, that had not been `superseded` yet.
    pub fn believed<T>(self, mut records: Vec<Record<T>>, superseded: Vec<Superseded<T>>) -> Vec<Record<T>> {
        if let Some(at) = self.known_at {
            let mut corrected: HashMap<i64, Timestamp> = HashMap::new();
            for version in &superseded {
                let last = corrected.entry(version.record.id).or_insert(version.until);
                *last = version.until.max(*last);
            }
            records.retain(|record| *corrected.get(&record.id).unwrap_or(&record.created) <= at);
            let then = superseded.into_iter().filter(|version| version.since <= at && at < version.until);
            records.extend(then.map(|version| version.record));
        }
        records.sort_by_key(|record| (record.effective_date, record.id));
        records
    }

    /// Whether somebody of whom no record counts yet is there: on days to come as today, where the first record to come
    /// speaks for them, but not on days that have passed.
    pub fn includes_those_to_come(self) -> bool {
        self.day >= self.today
    }

    /// The record in force among `records`, which are in order of effect.
    pub fn in_force<T>(self, records: &[Record<T>]) -> Option<&Record<T>> {
        let started = records.partition_point(|record| record.effective_date <= self.day);
        match started.checked_sub(1) {
            Some(newest) => records.get(newest),
            None => records.first().filter(|_| self.includes_those_to_come()),
        }
    }

    /// The person at this moment: of each kind, the record in force alone.
    pub fn person(self, history: PersonHistory) -> Person {
        let PersonHistory { user, employee, assignment, work_hours, custom_field_records, leave_usages } =
            history;
        Person {
            user,
            employee: self.only_in_force(employee),
            assignment: self.only_in_force(assignment),
            work_hours: self.only_in_force(work_hours),
            custom_field_records: custom_field_records.into_boxed_slice(),
            leave_usages: leave_usages.into_boxed_slice(),
        }
    }

    /// Whether `person`, who is as at this moment, was there.
    pub fn was_there(self, person: &Person) -> bool {
        let recorded = !person.employee.records().is_empty() || !person.assignment.records().is_empty();
        // Of whom there is no record at all, there is nothing dated either.
        recorded || (self.includes_those_to_come() && self.known_at.is_none())
    }

    fn only_in_force<T>(self, mut records: Vec<Record<T>>) -> Dated<T> {
        records.sort_by_key(|record| (record.effective_date, record.id));
        let id = self.in_force(&records).map(|record| record.id);
        records.retain(|record| Some(record.id) == id);
        Dated::new(records, self.day)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn record(id: i64, effective_date: Date, created: &str) -> Record<i64> {
        let created = created.parse().unwrap();
        Record { id, effective_date, created, modified: created, data: id }
    }

    fn at(day: Date, known_at: Option<&str>) -> Moment {
        Moment { day, today: date(2026, 6, 1), known_at: known_at.map(|at| at.parse().unwrap()) }
    }

    #[test]
    fn nobody_is_there_on_a_past_day_before_their_first_record() {
        let records = [record(1, date(2025, 1, 1), "2025-01-01T00:00:00Z")];
        assert!(at(date(2024, 12, 31), None).in_force(&records).is_none());
        assert_eq!(at(date(2025, 1, 1), None).in_force(&records).unwrap().id, 1);
        let to_come = [record(2, date(2027, 1, 1), "2025-01-01T00:00:00Z")];
        assert!(at(date(2026, 5, 31), None).in_force(&to_come).is_none());
        assert_eq!(at(date(2026, 6, 1), None).in_force(&to_come).unwrap().id, 2, "as today");
        assert_eq!(at(date(2026, 7, 1), None).in_force(&to_come).unwrap().id, 2, "and on days to come");
    }

    #[test]
    fn what_was_believed_is_what_had_been_written() {
        let records = [
            record(3, date(2025, 2, 1), "2025-04-01T00:00:00Z"),
            record(1, date(2025, 1, 1), "2025-01-01T00:00:00Z"),
            // Written later, of the same day: it counts from then on.
            record(2, date(2025, 1, 1), "2025-03-01T00:00:00Z"),
        ];
        let known = |known_at: Option<&str>| -> Vec<i64> {
            let records = at(date(2025, 5, 1), known_at).believed(records.to_vec(), Vec::new());
            records.into_iter().map(|record| record.id).collect()
        };
        assert_eq!(known(None), [1, 2, 3]);
        assert!(known(Some("2024-12-31T23:59:59Z")).is_empty());
        assert_eq!(known(Some("2025-01-01T00:00:00Z")), [1], "the moment itself counts");
        assert_eq!(known(Some("2025-03-01T00:00:00Z")), [1, 2]);
        assert_eq!(known(Some("2025-04-01T00:00:00Z")), [1, 2, 3]);
    }
    #[test]
    fn what_was_corrected_is_believed_as_it_was_until_then() {
        let written = "2025-01-01T00:00:00Z";
        let version = |record, since: &str, until: &str| Superseded {
            record,
            since: since.parse().unwrap(),
            until: until.parse().unwrap(),
        };
        let (first, second, third) = ("2025-02-01T00:00:00Z", "2025-03-01T00:00:00Z", "2025-04-01T00:00:00Z");
        // The first was moved twice, to April and to May; the second was withdrawn.
        let records = [record(1, date(2025, 5, 1), written)];
        let superseded = [
            version(record(1, date(2025, 1, 1), written), written, first),
            version(record(1, date(2025, 4, 1), written), first, third),
            version(record(2, date(2025, 2, 1), written), written, second),
        ];
        let known = |known_at: Option<&str>| -> Vec<(i64, i8)> {
            let then = at(date(2025, 6, 1), known_at).believed(records.to_vec(), superseded.to_vec());
            then.into_iter().map(|record| (record.id, record.effective_date.month())).collect()
        };
        assert!(known(Some("2024-12-31T23:59:59.999999Z")).is_empty());
        assert_eq!(known(Some(written)), [(1, 1), (2, 2)]);
        assert_eq!(known(Some("2025-01-31T23:59:59.999999Z")), [(1, 1), (2, 2)]);
        assert_eq!(known(Some(first)), [(2, 2), (1, 4)], "from that moment on it is as corrected");
        assert_eq!(known(Some(second)), [(1, 4)]);
        assert_eq!(known(Some(third)), [(1, 5)]);
        assert_eq!(known(None), [(1, 5)]);
    }
}
