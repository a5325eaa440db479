//! Files of people: whatever the bytes are, they are read and planned, or told to be at fault in the order of the file.
//!
//! The first byte chooses a header (or none, or a document), so that its names need not be guessed.
#![no_main]

use folkmoot_core::{
    Account, AccountId, AccountState, ApiKey, Directory, DirectoryParts, Group, KeyHash, Org, PersonHistory, Sealed,
    Sequences, Settings, Text, UserId, Viewer,
};
use folkmoot_exchange::export::{self, ExportOptions};
use folkmoot_exchange::import::{Drafts, ImportOptions, Sealer, plan, read_csv, read_json};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use libfuzzer_sys::fuzz_target;

const TODAY: Date = date(2026, 1, 15);

const HEADERS: [&str; 3] = [
    "username,email,first_name,last_name,date_hired,manager,employee_num,department,job\n",
    "username;email;first_name;last_name;date_hired;pay_type;pay_rate;currency;hours;full_time;status;group\n",
    "id\tusername\temail\tfirst_name\tlast_name\tdate_hired\turl\tcustom:x\tleave_usages.y.days_used\tdisplay_name\n",
];

struct Glass;

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

fn directory(org: Org, people: Vec<PersonHistory>) -> Directory {
    let (subdomain, name) = (Text::from("acme"), Text::from("Acme"));
    let account = Account { id: AccountId(1), subdomain, name, state: AccountState::default(), settings: Settings::default() };
    let people = people.into_iter().map(|person| person.person(TODAY)).collect();
    Directory::new(DirectoryParts { account, org, people, revision: 1 }, TODAY)
}

/// What can be imported is exported; and that can be imported again, unless it came as a document, in which somebody
/// may lack the hire date that a table must have.
fn check(drafts: &Drafts, is_table: bool) {
    for keep_ids in [false, true] {
        let options = ImportOptions { keep_ids, now: Timestamp::UNIX_EPOCH, today: TODAY, sealer: &Glass };
        let nobody = directory(Org::default(), Vec::new());
        match plan(drafts, &nobody, Sequences::default(), &options) {
            Ok(first) => {
                let account = directory(first.org, first.people);
                let administrator = Viewer { user: UserId(0), group: Group::Administrators };
                let mut table = Vec::new();
                export::csv(&account, &administrator, &ExportOptions::default(), &mut table)
                    .expect("memory takes it");
                let again = read_csv(&table);
                assert_eq!(again.faults(), [], "what is written can be read");
                if is_table {
                    let keep = ImportOptions { keep_ids: true, ..options };
                    let second = plan(&again, &nobody, Sequences::default(), &keep).expect("and imported");
                    assert_eq!(second.people.len(), account.len());
                }
            }
            Err(faults) => assert!(faults.is_sorted() && !faults.is_empty()),
        }
    }
}

fuzz_target!(|data: &[u8]| {
    if let [choice, rest @ ..] = data {
        match HEADERS.get(usize::from(*choice % 5)) {
            Some(header) => check(&read_csv(&[header.as_bytes(), rest].concat()), true),
            None if choice % 5 == 3 => check(&read_csv(rest), true),
            None => check(&read_json(rest), false),
        }
    }
});
