//! What a correction of job data would do to the present, and may not.

use std::collections::BTreeSet;

use folkmoot_core::{AssignmentRecord, EmploymentStatus, Person, UserEdit};
use folkmoot_store::Tx;

use crate::api::user_writes::{at, is_below, somebody_else_administers};
use crate::context::Api;
use crate::error::Refusal;

/// What is wrong with having `after` instead of `before` as all of somebody's job data, if anything.
pub(super) async fn problem(
    request: &Api,
    tx: &mut Tx<'_>,
    person: &Person,
    before: &[AssignmentRecord],
    after: &[AssignmentRecord],
) -> Result<Option<&'static str>, Refusal> {
    let (directory, user) = (&request.directory, person.user.id);
    let today = request.app.store.clock().today();
    let to_come = before.iter().chain(after).map(|record| record.effective_date);
    let days: BTreeSet<_> = to_come.filter(|day| *day > today).chain([today]).collect();
    let is_active = |records: &[AssignmentRecord], day| {
        at(records, day).is_none_or(|job| job.status == EmploymentStatus::Active)
    };
    if days.into_iter().any(|day| is_active(before, day) && !is_active(after, day)) {
        if user == request.viewer.user {
            return Ok(Some("would take one's own access away"));
        }
        if directory.administers(user, person.user.group)
            && !somebody_else_administers(tx, directory, user).await?
        {
            return Ok(Some("would leave the account without an administrator"));
        }
    }
    let manager = |records: &[AssignmentRecord]| at(records, today).and_then(|job| job.manager);
    let now = manager(after).filter(|now| manager(before) != Some(*now));
    if now.is_some_and(|now| is_below(directory, now, user)) {
        return Ok(Some("would make somebody their own manager"));
    }
    Ok(None)
}

/// Under which key that is told.
pub(super) fn key(edit: &UserEdit) -> &str {
    let assignment = &edit.assignment;
    let status = assignment.patch.status.as_ref().map(|sent| &*sent.key);
    let day = assignment.effective_date.as_ref().map(|sent| &*sent.key);
    let manager = assignment.patch.manager.as_ref().map(|sent| &*sent.key);
    status.or(day).or(manager).unwrap_or("id")
}
