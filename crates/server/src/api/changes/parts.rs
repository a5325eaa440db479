//! Which parts of somebody a change has touched: by them it is decided who is told of it.

use folkmoot_core::{AccountId, Action, Counts, CustomFieldId, Object, Part, Record, Touched, UserId};
use folkmoot_store::{Change, Store, StoreResult};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::{Map, Value};

/// Whom one of `changes` is about, and what of them it has touched. A change of a user has touched what those of their
/// records have that were made together with it, and that stand before it.
pub(super) async fn touched(
    store: &Store,
    account: AccountId,
    changes: &[Change],
    at: usize,
) -> StoreResult<(Option<UserId>, Touched)> {
    let change = &changes[at];
    if change.object.is_record() {
        let owner = owner(change);
        let touched = match owner {
            Some(owner) => of_record(store, account, owner, change).await?,
            None => Touched::Parts(vec![Part::Unknown]),
        };
        return Ok((owner, touched));
    }
    let user = UserId(change.object_id);
    if change.action != Action::Edit {
        return Ok((Some(user), Touched::Whole));
    }
    let mut parts = of_user(change);
    let together = |before: &&Change| before.object.is_record() && before.at == change.at;
    for record in changes[..at].iter().rev().take_while(together) {
        if owner(record) != Some(user) {
            break;
        }
        match of_record(store, account, user, record).await? {
            Touched::Whole => return Ok((Some(user), Touched::Whole)),
            Touched::Parts(more) => parts.extend(more),
        }
    }
    Ok((Some(user), Touched::Parts(parts)))
}

/// Whose record a change is about.
fn owner(change: &Change) -> Option<UserId> {
    let said = |text: &Option<String>| members(text.as_deref()).get("user_id").and_then(Value::as_i64);
    said(&change.after).or_else(|| said(&change.before)).map(UserId)
}

fn of_user(change: &Change) -> Vec<Part> {
    let (before, after) = (members(change.before.as_deref()), members(change.after.as_deref()));
    let mut parts = Vec::new();
    for name in differing(&before, &after) {
        if name == "custom_field_records" {
            parts.extend(of_custom_fields(before.get(name), after.get(name)));
        } else {
            parts.extend(Part::named(Object::User, name, Counts::Before));
        }
    }
    parts
}

/// The custom fields whose values are not the same in two lists.
fn of_custom_fields(before: Option<&Value>, after: Option<&Value>) -> Vec<Part> {
    let values = |list: Option<&Value>| -> Option<Vec<(i64, Value)>> {
        let items = match list {
            None | Some(Value::Null) => return Some(Vec::new()),
            Some(list) => list.as_array()?,
        };
        items.iter().map(|item| Some((item.get("field")?.as_i64()?, item.clone()))).collect()
    };
    let (Some(before), Some(after)) = (values(before), values(after)) else { return vec![Part::Unknown] };
    let only_in = |one: &[(i64, Value)], other: &[(i64, Value)]| -> Vec<Part> {
        let differing = one.iter().filter(|item| !other.contains(item));
        differing.map(|(field, _)| Part::CustomField(CustomFieldId(*field))).collect()
    };
    [only_in(&before, &after), only_in(&after, &before)].concat()
}

/// What a change of a record has touched: of a new one, what is not as in the one that came into effect before it.
async fn of_record(
    store: &Store,
    account: AccountId,
    owner: UserId,
    change: &Change,
) -> StoreResult<Touched> {
    let object = change.object;
    let touched = match change.action {
        // It was corrected or withdrawn.
        Action::Edit | Action::Delete => {
            let (before, after) = (members(change.before.as_deref()), members(change.after.as_deref()));
            let records = store.records(account, owner, object).await?;
            let days: Vec<Date> = [&before, &after].into_iter().filter_map(effective_date).collect();
            let counts = match object {
                Object::EmployeeRecord => counted(&records.employee, change, &days),
                Object::AssignmentRecord => counted(&records.assignment, change, &days),
                _ => counted(&records.work_hours, change, &days),
            };
            parts_of(object, &before, &after, counts)
        }
        Action::Add => {
            let records = store.records(account, owner, object).await?;
            let id = change.object_id;
            match object {
                Object::EmployeeRecord => since_the_last(object, &records.employee, id),
                Object::AssignmentRecord => since_the_last(object, &records.assignment, id),
                _ => since_the_last(object, &records.work_hours, id),
            }
        }
    };
    Ok(touched)
}

/// What a record says that the one before it does not; of the first one, all that it says.
fn since_the_last<T: Serialize>(object: Object, records: &[Record<T>], id: i64) -> Touched {
    let Some(at) = records.iter().position(|record| record.id == id) else {
        return Touched::Parts(vec![Part::Unknown]);
    };
    let said = |record: &Record<T>| match serde_json::to_value(&record.data) {
        Ok(Value::Object(members)) => members,
        _ => Map::new(),
    };
    let before = at.checked_sub(1).and_then(|before| records.get(before));
    let counts = counts(records, at);
    parts_of(object, &before.map(said).unwrap_or_default(), &said(&records[at]), counts)
}

/// When the record at this place counts. One of the past does not any more where a later one had been written before it: what
/// of it holds until today was written once more, from that one's day on.
fn counts<T>(records: &[Record<T>], at: usize) -> Counts {
    let Record { id, effective_date, created, .. } = records[at];
    let written = created.to_zoned(TimeZone::UTC).date();
    let overtakes = |later: &Record<T>| {
        later.id < id && later.effective_date > effective_date && later.effective_date <= written
    };
    match at {
        _ if records[at..].iter().any(overtakes) => Counts::Before,
        // Before the first, the first one to come is what is known.
        0 => Counts::From(effective_date.min(written)),
        _ => Counts::From(effective_date),
    }
}

/// When a record counted, or counts, that was corrected or withdrawn, and that said to count from these days on. It is of the
/// past alone where another that had been written by then counted after it; an earlier day is what makes it visible, if any
/// does.
fn counted<T>(records: &[Record<T>], change: &Change, days: &[Date]) -> Counts {
    let (Some(first), Some(last)) = (days.iter().min(), days.iter().max()) else { return Counts::Before };
    let (id, written) = (change.object_id, change.at.to_zoned(TimeZone::UTC).date());
    let mut others = records.iter().filter(|other| other.id != id && other.created <= change.at);
    let place = |other: &Record<T>| (other.effective_date, other.id);
    if others.clone().any(|other| place(other) > (*last, id) && other.effective_date <= written) {
        Counts::Before
    } else if others.all(|other| place(other) > (*first, id)) {
        // Before the first, the first one to come is what is known.
        Counts::From(*first.min(&written))
    } else {
        Counts::From(*first)
    }
}

fn parts_of(
    object: Object,
    before: &Map<String, Value>,
    after: &Map<String, Value>,
    counts: Counts,
) -> Touched {
    let parts = differing(before, after).filter_map(|name| Part::named(object, name, counts));
    Touched::Parts(parts.collect())
}

/// The members that are not the same in both.
fn differing<'a>(
    before: &'a Map<String, Value>,
    after: &'a Map<String, Value>,
) -> impl Iterator<Item = &'a str> {
    let changed = before.iter().filter(|(name, value)| after.get(*name) != Some(value));
    let added = after.iter().filter(|(name, _)| !before.contains_key(*name));
    changed.chain(added).map(|(name, _)| name.as_str())
}

fn effective_date(members: &Map<String, Value>) -> Option<Date> {
    members.get("effective_date")?.as_str()?.parse().ok()
}

/// The members that the log says an object has; those of a record's data are its own.
fn members(text: Option<&str>) -> Map<String, Value> {
    let Some(Ok(Value::Object(mut members))) = text.map(serde_json::from_str) else { return Map::new() };
    if let Some(Value::Object(data)) = members.remove("data") {
        members.extend(data);
    }
    members
}

#[cfg(test)]
mod tests {
    use folkmoot_core::Audience;
    use folkmoot_core::Source;
    use jiff::Timestamp;

    use super::*;

    fn edit(before: &str, after: &str) -> Change {
        Change {
            revision: 1,
            at: Timestamp::UNIX_EPOCH,
            actor: None,
            source: Source::Api,
            object: Object::User,
            object_id: 7,
            action: Action::Edit,
            before: Some(before.to_owned()),
            after: Some(after.to_owned()),
            address: None,
            request: None,
            hash: None,
        }
    }

    #[test]
    fn what_differs_is_what_was_touched() {
        let parts = |before: &str, after: &str| of_user(&edit(before, after));
        assert_eq!(
            parts(r#"{"email":"a","group":1}"#, r#"{"email":"b","group":1}"#),
            [Part::Of(Audience::Everyone)]
        );
        assert_eq!(parts("{}", r#"{"api_key":"set"}"#), [Part::Of(Audience::OwnKey)]);
        assert_eq!(parts(r#"{"modified":1}"#, r#"{"modified":2}"#), []);
        assert_eq!(parts("{}", r#"{"something_new":2}"#), [Part::Unknown]);
        let fields = |content| {
            format!(
                r#"{{"custom_field_records":[{{"field":3,"content":"x"}},{{"field":4,"content":"{content}"}}]}}"#
            )
        };
        let touched = parts(&fields("x"), &fields("y"));
        assert_eq!(touched, [Part::CustomField(CustomFieldId(4)); 2]);
        assert_eq!(parts(r#"{"custom_field_records":5}"#, "{}"), [Part::Unknown]);
    }
}
