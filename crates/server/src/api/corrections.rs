//! Correcting and withdrawing dated records: `PUT` and `DELETE` of `/employee_records/{id}` and `/assignment_records/{id}`
//! (`users.md`, History). A change of somebody makes a new record; this is for a record that was entered wrongly, says
//! why, and is for those who may change what the record says. What was believed before stays known.

mod effects;

use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::{Path, RawQuery};
use folkmoot_core::{Currency, HistoryOf, Patch, Person, PersonHistory, Text, UserEdit, may_withdraw};
use folkmoot_store::{Correction, Parts, Tx};
use folkmoot_wire::input::{self, Corrected, Faults, Fields, UserInput};
use folkmoot_wire::{ErrorCode, Form, Limits, Success};
use http::Response;

use super::user_writes::{check_references, may_change_anything, refuse_denied};
use super::{id, records};
use crate::conditional::EntityTag;
use crate::context::Api;
use crate::error::Refusal;
use crate::once::Once;
use crate::respond;

/// What a request sent as a form, if it did.
type Sent = Option<Extension<Form>>;

/// `PUT /employee_records/{id}`: corrects what is sent, and answers with the record as `GET` would.
pub(crate) async fn correct_employee_record(
    request: Api,
    segment: Path<String>,
    sent: Sent,
) -> Response<Body> {
    correct(request, Corrected::Employee, segment, sent).await
}

/// `DELETE /employee_records/{id}`: withdraws it.
pub(crate) async fn withdraw_employee_record(
    request: Api,
    segment: Path<String>,
    query: RawQuery,
    sent: Sent,
) -> Response<Body> {
    withdraw(request, Corrected::Employee, segment, query, sent).await
}

/// `PUT /assignment_records/{id}`: corrects what is sent, and answers with the record as `GET` would.
pub(crate) async fn correct_assignment_record(
    request: Api,
    segment: Path<String>,
    sent: Sent,
) -> Response<Body> {
    correct(request, Corrected::Assignment, segment, sent).await
}

/// `DELETE /assignment_records/{id}`: withdraws it.
pub(crate) async fn withdraw_assignment_record(
    request: Api,
    segment: Path<String>,
    query: RawQuery,
    sent: Sent,
) -> Response<Body> {
    withdraw(request, Corrected::Assignment, segment, query, sent).await
}

const fn name(of: Corrected) -> &'static str {
    match of {
        Corrected::Employee => "Employee Record",
        Corrected::Assignment => "Assignment Record",
    }
}

const fn history(of: Corrected) -> HistoryOf {
    match of {
        Corrected::Employee => HistoryOf::Personal,
        Corrected::Assignment => HistoryOf::Job,
    }
}

async fn correct(mut request: Api, of: Corrected, Path(segment): Path<String>, sent: Sent) -> Response<Body> {
    let answer = async {
        let id = id::number(&segment).ok_or_else(|| Refusal::invalid_id(name(of)))?;
        let Extension(form) = sent.unwrap_or_default();
        let person = owner(&request, of, id).await?;
        may_change_anything(&request, &person)?;
        id::must_match(&form, id)?;
        let mut faults = Faults::default();
        let input::CorrectionInput { reason, input } = input::correction(&form, of, &mut faults);
        check(&request, of, &person, &input, &mut faults)?;
        let reason = reason.filter(|_| faults.is_empty()).ok_or_else(|| Refusal::faults(faults))?;
        let once = Once::of(&request, &format!("correct {}", name(of)), Some(id), &form)?;
        let change = Change { of, id, person, reason };
        change.correct(&mut request, &input, &once).await?;
        request.answers_a_change();
        match of {
            Corrected::Employee => records::show_employee_record(&request, id).await,
            Corrected::Assignment => records::show_assignment_record(&request, id).await,
        }
    };
    let answer: Result<_, Refusal> = answer.await;
    answer.unwrap_or_else(|refusal| refusal.into_response(request.refusal_format()))
}

async fn withdraw(
    mut request: Api,
    of: Corrected,
    Path(segment): Path<String>,
    RawQuery(query): RawQuery,
    sent: Sent,
) -> Response<Body> {
    let format = request.format;
    let answer = async {
        let id = id::number(&segment).ok_or_else(|| Refusal::invalid_id(name(of)))?;
        let person = owner(&request, of, id).await?;
        if !may_withdraw(&request.viewer, &request.directory, &person, history(of)) {
            let message = "Only those who may change everything that it says may withdraw a record.";
            return Err(Refusal::new(ErrorCode::Access, message));
        }
        // Clients that can send no body with it say why in the query.
        let form = match (sent, query) {
            (Some(Extension(form)), _) => form,
            (None, Some(query)) => Form::parse(query.as_bytes(), &Limits::default())
                .map_err(|error| Refusal::validation(error.to_string()))?,
            (None, None) => Form::default(),
        };
        let mut faults = Faults::default();
        let reason = input::reason(&mut Fields::of(&form, &mut faults));
        let reason = reason.ok_or_else(|| Refusal::faults(faults))?;
        let once = Once::of(&request, &format!("withdraw {}", name(of)), Some(id), &form)?;
        Change { of, id, person, reason }.withdraw(&mut request, &once).await?;
        Ok(respond::success(request.format, request.version, &Success::deleted(name(of), request.version)))
    };
    answer.await.unwrap_or_else(|refusal: Refusal| refusal.into_response(format))
}

/// Whose record it is, if the viewer may see it. It may have been withdrawn already, by this very request, sent before.
async fn owner(request: &Api, of: Corrected, id: i64) -> Result<Arc<Person>, Refusal> {
    let (viewer, directory) = (&request.viewer, &request.directory);
    let unknown = || Refusal::not_found(name(of));
    match of {
        Corrected::Employee => {
            let (user, record) = records::employee_found(request, id, true).await?.ok_or_else(unknown)?;
            let person = directory.person(user).ok_or_else(unknown)?;
            viewer.employee_record(directory, person, &record).ok_or_else(unknown)?;
            Ok(Arc::clone(person))
        }
        Corrected::Assignment => {
            let (user, record) = records::assignment_found(request, id, true).await?.ok_or_else(unknown)?;
            let person = directory.person(user).ok_or_else(unknown)?;
            viewer.assignment_record(directory, person, &record).ok_or_else(unknown)?;
            Ok(Arc::clone(person))
        }
    }
}

/// Refuses what the viewer may not change, as in a change of the user, and tells of what refers to nothing.
fn check(
    request: &Api,
    of: Corrected,
    person: &Person,
    input: &UserInput,
    faults: &mut Faults,
) -> Result<(), Refusal> {
    let UserInput { edit, pay, government_id, .. } = input;
    refuse_denied(request, person, edit, pay, government_id.as_ref(), None)?;
    if let Some(key) = from_when(edit)
        && !may_withdraw(&request.viewer, &request.directory, person, history(of))
    {
        return Err(Refusal::new(ErrorCode::Access, format!("{key} may not be changed by you.")));
    }
    check_references(&request.directory, Some(person.user.id), edit, faults);
    Ok(())
}

/// The key of the day from which on the record is to count, if it is sent.
fn from_when(edit: &UserEdit) -> Option<&str> {
    let sent = edit.employee.effective_date.as_ref().or(edit.assignment.effective_date.as_ref());
    sent.map(|sent| &*sent.key)
}

/// A correction that the viewer may make, of a record that there may be.
struct Change {
    of: Corrected,
    id: i64,
    person: Arc<Person>,
    reason: Text,
}

impl Change {
    async fn correct(&self, request: &mut Api, input: &UserInput, once: &Once) -> Result<(), Refusal> {
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_some() {
            return request.context.commit(tx).await;
        }
        let before = self.found(request, &mut tx).await?;
        let UserInput { edit, pay, government_id, .. } = input;
        match self.of {
            Corrected::Employee => {
                let before = before.employee.iter().find(|record| record.id == self.id);
                let before = before.ok_or_else(|| self.gone())?;
                let mut after = before.clone();
                edit.employee.patch.apply(&mut after.data);
                if let Some(sent) = government_id {
                    let (keys, account) = (store.keys(), request.account.id());
                    let old = after.data.government_id.as_ref();
                    let is_same = old.is_some_and(|old| {
                        keys.open_government_id(account, old).is_ok_and(|old| *old == *sent.value)
                    });
                    if !is_same {
                        let new = !sent.value.is_empty();
                        after.data.government_id = new.then(|| keys.seal_government_id(account, &sent.value));
                    }
                }
                if let Some(sent) = &edit.employee.effective_date {
                    after.effective_date = sent.value;
                }
                if after != *before {
                    let correction = Correction::Employee { before, after: Some(after) };
                    tx.correct_record(self.person.user.id, correction, &self.reason).await?;
                }
            }
            Corrected::Assignment => {
                let records = &before.assignment;
                let before = records.iter().find(|record| record.id == self.id).ok_or_else(|| self.gone())?;
                let mut faults = Faults::default();
                let mut after = before.clone();
                edit.assignment.patch.apply(&mut after.data);
                if let Some(key) = pay.key() {
                    match pay.applied_to(before.data.pay, Currency::USD) {
                        Ok(pay) => after.data.pay = pay,
                        Err(problem) => faults.tell(key, problem),
                    }
                }
                if let Some(sent) = &edit.assignment.effective_date {
                    after.effective_date = sent.value;
                }
                let changed = records.iter().map(|record| if record.id == self.id { &after } else { record });
                let changed: Vec<_> = changed.cloned().collect();
                if let Some(why) = effects::problem(request, &mut tx, &self.person, records, &changed).await?
                {
                    faults.tell(effects::key(edit), why);
                }
                if !faults.is_empty() {
                    return Err(Refusal::faults(faults));
                }
                if after != *before {
                    let correction = Correction::Assignment { before, after: Some(after) };
                    tx.correct_record(self.person.user.id, correction, &self.reason).await?;
                }
            }
        }
        once.note(&mut tx, self.id).await?;
        request.context.commit(tx).await
    }

    async fn withdraw(&self, request: &mut Api, once: &Once) -> Result<(), Refusal> {
        let store = request.app.store.clone();
        let mut tx = request.context.begin_current(&store).await?;
        if once.made(&mut tx).await?.is_some() {
            return Ok(());
        }
        let before = self.found(request, &mut tx).await?;
        let refused = |why: &str| Refusal::new(ErrorCode::Delete, format!("Without it {why}."));
        let count = match self.of {
            Corrected::Employee => before.employee.len(),
            Corrected::Assignment => before.assignment.len(),
        };
        if count == 1 {
            let what = name(self.of).to_lowercase();
            return Err(refused(&format!("they would have no {what}; correct it instead")));
        }
        let correction = match self.of {
            Corrected::Employee => {
                let record = before.employee.iter().find(|record| record.id == self.id);
                Correction::Employee { before: record.ok_or_else(|| self.gone())?, after: None }
            }
            Corrected::Assignment => {
                let records = &before.assignment;
                let record = records.iter().find(|record| record.id == self.id).ok_or_else(|| self.gone())?;
                let mut left = records.clone();
                left.retain(|record| record.id != self.id);
                if let Some(why) = effects::problem(request, &mut tx, &self.person, records, &left).await? {
                    return Err(refused(&format!("what is left {why}")));
                }
                Correction::Assignment { before: record, after: None }
            }
        };
        tx.correct_record(self.person.user.id, correction, &self.reason).await?;
        once.note(&mut tx, self.id).await?;
        request.context.commit(tx).await
    }

    fn gone(&self) -> Refusal {
        Refusal::not_found(name(self.of))
    }

    /// Their records as the transaction finds them, the one that this is about among them and in the state that the client
    /// expects.
    async fn found(&self, request: &Api, tx: &mut Tx<'_>) -> Result<PersonHistory, Refusal> {
        let parts = Parts {
            employee: self.of == Corrected::Employee,
            assignment: self.of == Corrected::Assignment,
            ..Parts::default()
        };
        let user = self.person.user.id;
        let history = tx.person(user, parts).await?.ok_or_else(|| self.gone())?;
        let person = request.directory.person(user).ok_or_else(|| self.gone())?;
        let tag: Option<EntityTag> = match self.of {
            Corrected::Employee => {
                let record = history.employee.iter().find(|record| record.id == self.id);
                record.map(|record| records::tag(request, "employee_record", person, record))
            }
            Corrected::Assignment => {
                let record = history.assignment.iter().find(|record| record.id == self.id);
                record.map(|record| records::tag(request, "assignment_record", person, record))
            }
        };
        request.must_expect(tag.ok_or_else(|| self.gone())?)?;
        Ok(history)
    }
}
