//! All records of somebody, and somebody at another moment than now (`users.md`, History).

use axum::body::Body;
use axum::extract::Path;
use folkmoot_core::{History, HistoryOf, Moment, Person, PersonHistory, UserId};
use folkmoot_wire::documents::{AssignmentRecordDocument, EmployeeRecordDocument};
use folkmoot_wire::{ErrorCode, List};
use http::Response;

use super::{id, roles, secrets};
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::respond::{self, Keep};

/// Somebody with every record that had been written by a moment.
pub(super) struct Past<'a> {
    /// What the viewer sees of it.
    pub(super) right: History<'a>,
    /// The records, each kind in order of effect.
    pub(super) history: PersonHistory,
    /// The person at that moment.
    pub(super) person: Person,
}

impl Past<'_> {
    /// Reads the history of `person`, who is as they are today, for those who may see it.
    ///
    /// # Errors
    /// 404 for somebody who has left and is hidden, 403 `ACCESS_ERROR` where only the history is; when the store fails.
    pub(super) async fn of<'a>(
        request: &'a Api,
        person: &Person,
        of: HistoryOf,
        moment: Moment,
    ) -> Result<Past<'a>, Refusal> {
        let (directory, user) = (&request.directory, person.user.id);
        let Some(right) = request.viewer.history(directory, person, of) else {
            let known = roles::person(request, user).is_some();
            let hidden = Refusal::new(ErrorCode::Access, "You may not see their history.");
            return Err(if known { hidden } else { Refusal::not_found("User") });
        };
        let (store, account) = (&request.app.store, request.account.id());
        let history = store.person_at(account, user, directory.org(), moment).await?;
        let history = history.ok_or_else(|| Refusal::not_found("User"))?;
        let person = moment.person(history.clone());
        Ok(Past { right, history, person })
    }

    /// The tag of an answer about it. Records name managers of their own, whom not everybody sees.
    pub(super) fn tag(&self, request: &Api, object: &str) -> EntityTag {
        let (mask, user) = (self.right.mask(), self.person.user.id.0);
        let identity = request.identity(object, user, mask, &[request.viewer.user.0, user]);
        EntityTag(request.app.store.keys().entity_tag(&identity))
    }
}

/// `GET /users/{id}/employee_records`: all there are, in order of effect.
pub(crate) async fn employee_records(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        request.look()?;
        let (past, moment) = past(&request, &segment, HistoryOf::Personal).await?;
        let mut records = Vec::with_capacity(past.history.employee.len());
        for record in &past.history.employee {
            let view = past.right.employee_record(&past.person, record, moment);
            let government_id = secrets::government_id(&request, &view).await?;
            records.push((view, government_id));
        }
        let style = request.style();
        let items: Vec<_> = records
            .iter()
            .map(|(record, number)| EmployeeRecordDocument {
                record,
                government_id: number.as_deref(),
                style,
            })
            .collect();
        let tag = past.tag(&request, "employee_records");
        let list = List { item: "employee_record", items: &items };
        Ok(respond::object(&request, tag, Keep::No, "employee_records", || list))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// `GET /users/{id}/assignment_records`: likewise.
pub(crate) async fn assignment_records(mut request: Api, Path(segment): Path<String>) -> Response<Body> {
    let format = request.format;
    let answer = async {
        request.look()?;
        let (past, moment) = past(&request, &segment, HistoryOf::Job).await?;
        let records = past.history.assignment.iter();
        let views: Vec<_> =
            records.map(|record| past.right.assignment_record(&past.person, record, moment)).collect();
        let style = request.style();
        let items: Vec<_> = views.iter().map(|record| AssignmentRecordDocument { record, style }).collect();
        let tag = past.tag(&request, "assignment_records");
        let list = List { item: "assignment_record", items: &items };
        Ok(respond::object(&request, tag, Keep::No, "assignment_records", || list))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

async fn past<'a>(request: &'a Api, segment: &str, of: HistoryOf) -> Result<(Past<'a>, Moment), Refusal> {
    let unknown = || Refusal::not_found("User");
    let id = UserId(id::number(segment).ok_or_else(|| Refusal::invalid_id("User"))?);
    let directory = &request.directory;
    let person = directory.person(id).ok_or_else(unknown)?;
    let moment = request.moment.unwrap_or(Moment::now(directory.as_of()));
    Ok((Past::of(request, person, of, moment).await?, moment))
}
