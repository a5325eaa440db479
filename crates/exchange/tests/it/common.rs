//! An account to import into, and the parts that a test plays.

use folkmoot_core::{
    Account, AccountId, AccountState, ApiKey, Directory, DirectoryParts, Group, KeyHash, Org, PersonHistory,
    Sealed, Sequences, Settings, Text, UserId, Viewer,
};
use folkmoot_exchange::export::{self, ExportOptions, Opener};
use folkmoot_exchange::import::{Drafts, Fault, ImportOptions, ImportPlan, Sealer, plan};
use jiff::Timestamp;
use jiff::civil::{Date, date};

/// The day on which everything here happens.
pub(crate) const TODAY: Date = date(2026, 1, 15);
/// An administrator who is nobody of the account.
pub(crate) const ADMINISTRATOR: Viewer = Viewer { user: UserId(0), group: Group::Administrators };

/// Seals nothing at all, so that a test can look inside.
pub(crate) struct Glass;

impl Sealer for Glass {
    fn seal(&self, plain: &str) -> Sealed {
        Sealed(plain.as_bytes().into())
    }

    fn key(&self, key: &ApiKey) -> (KeyHash, Sealed) {
        let mut hash = [0; 32];
        hash[..20].copy_from_slice(key.bytes());
        (KeyHash(hash), Sealed(key.bytes().as_slice().into()))
    }
}

impl Opener for Glass {
    fn open(&self, sealed: &Sealed) -> Option<String> {
        String::from_utf8(sealed.0.to_vec()).ok()
    }
}

/// The options of an import.
pub(crate) fn options(keep_ids: bool) -> ImportOptions<'static> {
    ImportOptions {
        keep_ids,
        now: "2026-01-15T12:00:00Z".parse::<Timestamp>().expect("sound"),
        today: TODAY,
        sealer: &Glass,
    }
}

/// An account of these people.
pub(crate) fn directory(org: Org, people: Vec<PersonHistory>) -> Directory {
    let account = Account {
        id: AccountId(1),
        subdomain: Text::from("acme"),
        name: Text::from("Acme"),
        state: AccountState::default(),
        settings: Settings::default(),
    };
    let people = people.into_iter().map(|person| person.person(TODAY)).collect();
    Directory::new(DirectoryParts { account, org, people, revision: 1 }, TODAY)
}

/// Plans an import into an account without anybody.
pub(crate) fn plan_new(drafts: &Drafts, keep_ids: bool) -> Result<ImportPlan, Vec<Fault>> {
    plan(drafts, &directory(Org::default(), Vec::new()), Sequences::default(), &options(keep_ids))
}

/// The faults as they are shown, of an import into an account without anybody.
pub(crate) fn faults(drafts: &Drafts) -> Vec<String> {
    match plan_new(drafts, true) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

/// An account as CSV, government numbers included.
pub(crate) fn to_csv(directory: &Directory) -> Vec<u8> {
    let mut out = Vec::new();
    export::csv(directory, &ADMINISTRATOR, &ExportOptions { opener: Some(&Glass) }, &mut out).expect("sound");
    out
}
