//! Employee and assignment records by their own address (`users.md`, History).

use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{AssignmentRecord, EmployeeRecord, HistoryOf, Record, UserId};
use folkmoot_wire::documents::{Alone, AssignmentRecordDocument, EmployeeRecordDocument};
use http::Response;

use super::history::Past;
use super::{id, secrets};
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::respond::{self, Keep};

/// `GET /employee_records/{id}`.
pub(crate) async fn employee_record(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        request.look()?;
        let id = id::number(&segment).ok_or_else(|| Refusal::invalid_id("Employee Record"))?;
        show_employee_record(&request, id).await
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// The employee record with this number, as it is read.
pub(super) async fn show_employee_record(request: &Api, id: i64) -> Result<Response<Body>, Refusal> {
    let unknown = || Refusal::not_found("Employee Record");
    let ever = request.moment.is_some_and(|moment| moment.known_at.is_some());
    let (user, record) = employee_found(request, id, ever).await?.ok_or_else(unknown)?;
    let directory = &request.directory;
    let person = directory.person(user).ok_or_else(unknown)?;
    let past;
    let view = match request.moment {
        None => request.viewer.employee_record(directory, person, &record).ok_or_else(unknown)?,
        Some(moment) => {
            // Whoever may not see it is not told that there is one.
            request.viewer.history(directory, person, HistoryOf::Personal).ok_or_else(unknown)?;
            past = Past::of(request, person, HistoryOf::Personal, moment).await?;
            let then = past.history.employee.iter().find(|then| then.id == id).ok_or_else(unknown)?;
            past.right.employee_record(&past.person, then, moment)
        }
    };
    let tag = tag(request, "employee_record", person, &record);
    let government_id = secrets::government_id(request, &view).await?;
    let (style, government_id) = (request.style(), government_id.as_deref());
    let document = EmployeeRecordDocument { record: &view, government_id, style };
    Ok(respond::object(request, tag, Keep::No, "employee_record", || Alone(document)))
}

/// The employee record with this number, and whose it is; where it may have been withdrawn, as it was then.
pub(super) async fn employee_found(
    request: &Api,
    id: i64,
    ever: bool,
) -> Result<Option<(UserId, EmployeeRecord)>, Refusal> {
    let (store, account) = (&request.app.store, request.account.id());
    match store.employee_record(account, id).await? {
        None if ever => Ok(store.withdrawn_employee_record(account, id).await?),
        found => Ok(found),
    }
}

/// `GET /assignment_records/{id}`.
pub(crate) async fn assignment_record(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        request.look()?;
        let id = id::number(&segment).ok_or_else(|| Refusal::invalid_id("Assignment Record"))?;
        show_assignment_record(&request, id).await
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// The assignment record with this number, as it is read.
pub(super) async fn show_assignment_record(request: &Api, id: i64) -> Result<Response<Body>, Refusal> {
    let unknown = || Refusal::not_found("Assignment Record");
    let ever = request.moment.is_some_and(|moment| moment.known_at.is_some());
    let (user, record) = assignment_found(request, id, ever).await?.ok_or_else(unknown)?;
    let directory = &request.directory;
    let person = directory.person(user).ok_or_else(unknown)?;
    let past;
    let view = match request.moment {
        None => request.viewer.assignment_record(directory, person, &record).ok_or_else(unknown)?,
        Some(moment) => {
            // Whoever may not see it is not told that there is one.
            request.viewer.history(directory, person, HistoryOf::Job).ok_or_else(unknown)?;
            past = Past::of(request, person, HistoryOf::Job, moment).await?;
            let then = past.history.assignment.iter().find(|then| then.id == id).ok_or_else(unknown)?;
            past.right.assignment_record(&past.person, then, moment)
        }
    };
    let tag = tag(request, "assignment_record", person, &record);
    let document = AssignmentRecordDocument { record: &view, style: request.style() };
    Ok(respond::object(request, tag, Keep::No, "assignment_record", || Alone(document)))
}

/// The assignment record with this number, and whose it is; where it may have been withdrawn, as it was then.
pub(super) async fn assignment_found(
    request: &Api,
    id: i64,
    ever: bool,
) -> Result<Option<(UserId, AssignmentRecord)>, Refusal> {
    let (store, account) = (&request.app.store, request.account.id());
    match store.assignment_record(account, id).await? {
        None if ever => Ok(store.withdrawn_assignment_record(account, id).await?),
        found => Ok(found),
    }
}

/// The tag of a record of `person`.
pub(super) fn tag<T>(
    request: &Api,
    object: &str,
    person: &folkmoot_core::Person,
    record: &Record<T>,
) -> EntityTag {
    let mask = request.viewer.mask(&request.directory, person);
    // The record comes from the store, and may be newer than the snapshot. Past records name managers of their own.
    let more = [record.modified.as_microsecond(), request.viewer.user.0];
    EntityTag(request.app.store.keys().entity_tag(&request.identity(object, record.id, mask, &more)))
}

/// `GET /employee_records` without a number: there is no list of them.
pub(crate) async fn employee_record_without_id(request: Api) -> Response<Body> {
    Refusal::invalid_id("Employee Record").into_response(request.format)
}

/// `GET /assignment_records` without a number: there is no list of them.
pub(crate) async fn assignment_record_without_id(request: Api) -> Response<Body> {
    Refusal::invalid_id("Assignment Record").into_response(request.format)
}
