//! What becomes of a change of dated data.

use jiff::Timestamp;
use jiff::civil::Date;

use super::Patch;
use crate::{Record, Sequences};

/// The records to add so that `patch` holds from `effective` on; none when it makes no difference. Nothing of `history`,
/// which may be in any order, is touched.
///
/// A change holds until somebody has decided otherwise. So where a later record says in some field what was said before
/// the change, it said so only because nobody knew of the change yet: it is superseded, from its own day on, by one that
/// does. From the first later record on that says something else in a field, that field is left alone.
///
/// `otherwise` is what the change is made to where there is no record yet.
pub fn plan<P: Patch>(
    history: &[Record<P::Data>],
    patch: &P,
    effective: Date,
    otherwise: &P::Data,
    now: Timestamp,
    next: &mut i64,
) -> Vec<Record<P::Data>> {
    let mut ordered: Vec<&Record<P::Data>> = history.iter().collect();
    ordered.sort_by_key(|record| (record.effective_date, record.id));
    let started = ordered.partition_point(|record| record.effective_date <= effective);
    // Before the first record that counted, the first one to come is what is known.
    let base = ordered.get(started.saturating_sub(1)).map_or(otherwise, |record| &record.data);
    let mut patch = patch.differing_from(base);
    let mut added = Vec::new();
    let mut add = |effective_date, patch: &P, data: &P::Data| {
        let mut data = data.clone();
        patch.apply(&mut data);
        added.push(Record { id: Sequences::take(next), effective_date, created: now, modified: now, data });
    };
    if patch.is_empty() {
        return added;
    }
    add(effective, &patch, base);
    let mut later = ordered[started..].iter().peekable();
    while let Some(record) = later.next() {
        // Of several records of one day the last one counts.
        if later.peek().is_some_and(|next| next.effective_date == record.effective_date) {
            continue;
        }
        patch = patch.where_same(base, &record.data);
        if patch.is_empty() {
            break;
        }
        add(record.effective_date, &patch, &record.data);
    }
    added
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::{JobPatch, Sent};
    use super::*;
    use crate::{Dated, DepartmentId, JobData, JobId};

    fn record(id: i64, month: i8, job: i64, phone: &str) -> Record<JobData> {
        Record {
            id,
            effective_date: date(2026, month, 1),
            created: Timestamp::UNIX_EPOCH,
            modified: Timestamp::UNIX_EPOCH,
            data: JobData { job: Some(JobId(job)), phone: phone.into(), ..JobData::default() },
        }
    }

    fn sent<T>(value: T) -> Sent<T> {
        Sent { key: "x".into(), value }
    }

    /// Job and phone month by month.
    fn seen(history: &[Record<JobData>]) -> Vec<(i64, String)> {
        let dated = Dated::new(history.to_vec(), date(2025, 1, 1));
        let at = |month| &dated.at(date(2026, month, 15)).unwrap().data;
        (1..=6).map(|month| (at(month).job.unwrap().0, at(month).phone.to_string())).collect()
    }

    fn after(mut history: Vec<Record<JobData>>, patch: &JobPatch, month: i8) -> Vec<Record<JobData>> {
        let before = history.clone();
        let mut next = 100;
        let day = date(2026, month, 1);
        let added = plan(&history, patch, day, &JobData::default(), Timestamp::UNIX_EPOCH, &mut next);
        assert_eq!(next, 100 + added.len() as i64);
        history.extend(added);
        assert_eq!(history[..before.len()], before, "nothing is overwritten");
        history
    }

    #[test]
    fn a_change_holds_from_its_day_on() {
        let patch = JobPatch { phone: Some(sent("2".into())), ..JobPatch::default() };
        let history = after(vec![record(1, 1, 7, "1")], &patch, 3);
        assert_eq!(history.len(), 2);
        let phones: Vec<String> = seen(&history).into_iter().map(|(_, phone)| phone).collect();
        assert_eq!(phones, ["1", "1", "2", "2", "2", "2"]);
        assert_eq!(after(history.clone(), &patch, 3), history, "said again, it makes no difference");
    }

    #[test]
    fn what_is_to_come_takes_a_change_along_but_for_what_it_changes_itself() {
        let history = vec![record(1, 1, 7, "1"), record(2, 4, 8, "1"), record(3, 6, 8, "9")];
        let patch = JobPatch {
            phone: Some(sent("2".into())),
            job: Some(sent(Some(JobId(5)))),
            ..JobPatch::default()
        };
        let history = after(history, &patch, 2);
        let expected = [(7, "1"), (5, "2"), (5, "2"), (8, "2"), (8, "2"), (8, "9")];
        assert_eq!(seen(&history), expected.map(|(job, phone)| (job, phone.to_owned())));
    }

    #[test]
    fn the_first_record_is_made_of_nothing() {
        let patch = JobPatch { department: Some(sent(Some(DepartmentId(3)))), ..JobPatch::default() };
        let history = after(Vec::new(), &patch, 1);
        assert_eq!(history[0].data, JobData { department: Some(DepartmentId(3)), ..JobData::default() });
    }

    #[test]
    fn a_change_before_all_records_supersedes_nothing_that_differs() {
        let history = vec![record(1, 4, 7, "1")];
        let patch = JobPatch { phone: Some(sent("0".into())), ..JobPatch::default() };
        let history = after(history, &patch, 1);
        let phones: Vec<String> = seen(&history).into_iter().map(|(_, phone)| phone).collect();
        assert_eq!(phones, ["0"; 6], "the one to come said nothing else");
    }
}
