//! People, as plain as they can be.

use folkmoot_core::{AccountId, ApiKey, Group, JobData, PersonHistory, PersonalData, Record, User, UserId};
use folkmoot_store::Store;
use jiff::Timestamp;
use jiff::civil::date;

/// An administrator.
pub(crate) const HELEN: i64 = 1;
/// A manager.
pub(crate) const GEORGE: i64 = 2;
/// An employee who reports to George.
pub(crate) const ALICE: i64 = 3;

/// The API key that [`person`] gives to user `id`.
pub(crate) fn key_of(account: AccountId, id: i64) -> String {
    key(account, id).expose()
}

fn key(account: AccountId, id: i64) -> ApiKey {
    let mut bytes = [0x5a; 20];
    bytes[..8].copy_from_slice(&account.0.to_be_bytes());
    bytes[8..16].copy_from_slice(&id.to_be_bytes());
    ApiKey::from_bytes(bytes)
}

/// A person with a name, an API key and no more.
pub(crate) fn person(
    store: &Store,
    account: AccountId,
    id: i64,
    username: &str,
    group: Group,
) -> PersonHistory {
    let moment: Timestamp = "2020-02-03T04:05:06Z".parse().expect("a moment");
    let key = key(account, id);
    let personal =
        PersonalData { first_name: "First".into(), last_name: username.into(), ..PersonalData::default() };
    PersonHistory {
        user: User {
            id: UserId(id),
            username: username.into(),
            email: format!("{username}@example.org").into(),
            twitter_username: "".into(),
            linkedin_url: "".into(),
            blog_url: "".into(),
            nickname: "".into(),
            group,
            picture: None,
            badge_count: 0,
            password_hash: None,
            api_key_hash: Some(store.keys().hash_api_key(account, &key)),
            api_key: Some(store.keys().seal_api_key(account, &key)),
            accepted_invite: None,
            created: moment,
            modified: moment,
        },
        employee: vec![record(id, moment, personal)],
        assignment: vec![record(id, moment, JobData::default())],
        work_hours: Vec::new(),
        custom_field_records: Vec::new(),
        leave_usages: Vec::new(),
    }
}

fn record<T>(id: i64, moment: Timestamp, data: T) -> Record<T> {
    Record { id, effective_date: date(2020, 2, 3), created: moment, modified: moment, data }
}

/// Helen, an administrator; George, a manager; Alice, an employee of his.
pub(crate) fn trio(store: &Store, account: AccountId) -> Vec<PersonHistory> {
    let mut alice = person(store, account, ALICE, "alice", Group::Employees);
    alice.assignment[0].data.manager = Some(UserId(GEORGE));
    vec![
        person(store, account, HELEN, "helen", Group::Administrators),
        person(store, account, GEORGE, "george", Group::Managers),
        alice,
    ]
}
