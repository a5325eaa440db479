//! Effective-dated records: every change makes a new record; the one in force is the newest that is not in the
//! future (`users.md`, History).

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// One dated version of `T`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record<T> {
    /// The record's identifier within its account.
    pub id: i64,
    /// The first day on which it counts.
    pub effective_date: Date,
    /// When the record was written.
    pub created: Timestamp,
    /// When the record was last corrected; as `created` when it never was.
    pub modified: Timestamp,
    /// What it says.
    pub data: T,
}

/// A version of a record that is not believed any more: the record was corrected, or withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Superseded<T> {
    /// The record as it was.
    pub record: Record<T>,
    /// From when on this was believed: since the record was written, or last corrected.
    pub since: Timestamp,
    /// Until when, that moment not included.
    pub until: Timestamp,
}

/// A person's records of one kind in order of effect: at most one that has taken effect, then those to come.
///
/// Superseded records are history; they stay in the store and are not held in memory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T>(Box<[Record<T>]>);

impl<T> Default for Dated<T> {
    fn default() -> Self {
        Dated(Box::default())
    }
}

impl<T> Dated<T> {
    /// Orders `records` and drops those that another has superseded by `as_of`.
    pub fn new(mut records: Vec<Record<T>>, as_of: Date) -> Dated<T> {
        records.sort_by_key(|record| (record.effective_date, record.id));
        let superseded = records.partition_point(|record| record.effective_date <= as_of).saturating_sub(1);
        records.drain(..superseded);
        Dated(records.into_boxed_slice())
    }

    /// These records and `added`, without what is superseded by `as_of`, which is not before the day of these.
    #[must_use]
    pub fn with(&self, added: &[Record<T>], as_of: Date) -> Dated<T>
    where
        T: Clone,
    {
        Dated::new(self.0.iter().chain(added).cloned().collect(), as_of)
    }

    /// The record in force on `as_of`, or, where nothing has taken effect yet, the first to come: someone hired for
    /// next month already has a name.
    pub fn at(&self, as_of: Date) -> Option<&Record<T>> {
        let started = self.0.partition_point(|record| record.effective_date <= as_of);
        self.0.get(started.saturating_sub(1))
    }

    /// The first day after `as_of` on which another record takes effect.
    pub fn next_change(&self, as_of: Date) -> Option<Date> {
        self.0.iter().map(|record| record.effective_date).find(|&date| date > as_of)
    }

    /// The day on which the record in force on `as_of` took effect.
    pub fn in_effect_since(&self, as_of: Date) -> Option<Date> {
        self.at(as_of).map(|record| record.effective_date).filter(|&date| date <= as_of)
    }

    /// All records held: at most one in effect, then those to come.
    pub fn records(&self) -> &[Record<T>] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn record(id: i64, effective_date: Date) -> Record<i64> {
        Record {
            id,
            effective_date,
            created: Timestamp::UNIX_EPOCH,
            modified: Timestamp::UNIX_EPOCH,
            data: id,
        }
    }

    #[test]
    fn the_newest_that_is_not_in_the_future_is_in_force() {
        let records = vec![
            record(3, date(2026, 3, 1)),
            record(1, date(2024, 1, 1)),
            record(2, date(2025, 1, 1)),
            record(4, date(2027, 1, 1)),
        ];
        let dated = Dated::new(records, date(2026, 2, 1));
        let ids: Vec<i64> = dated.records().iter().map(|record| record.id).collect();
        assert_eq!(ids, [2, 3, 4], "what was superseded is not held");
        assert_eq!(dated.at(date(2026, 2, 28)).unwrap().id, 2);
        assert_eq!(dated.at(date(2026, 3, 1)).unwrap().id, 3);
        assert_eq!(dated.next_change(date(2026, 2, 1)), Some(date(2026, 3, 1)));
        assert_eq!(dated.next_change(date(2027, 1, 1)), None);
    }

    #[test]
    fn two_records_of_one_day_the_later_written_counts() {
        let dated =
            Dated::new(vec![record(8, date(2025, 1, 1)), record(7, date(2025, 1, 1))], date(2025, 1, 1));
        assert_eq!(dated.at(date(2025, 1, 1)).unwrap().id, 8);
    }

    #[test]
    fn before_the_first_day_the_first_record_speaks() {
        let dated = Dated::new(vec![record(1, date(2030, 1, 1))], date(2026, 1, 1));
        assert_eq!(dated.at(date(2026, 1, 1)).unwrap().id, 1);
        assert_eq!(dated.in_effect_since(date(2026, 1, 1)), None);
        assert!(Dated::<i64>::new(Vec::new(), date(2026, 1, 1)).at(date(2026, 1, 1)).is_none());
    }
}
