//! How long tables and documents of many people take: `cargo run --release -p folkmoot-exchange --example speed`.

use std::fmt::Write;

use folkmoot_core::{
    Account, AccountId, AccountState, ApiKey, Directory, DirectoryParts, Group, KeyHash, Org, PersonHistory,
    Sealed, Sequences, Settings, Text, UserId, Viewer,
};
use folkmoot_exchange::export::{self, ExportOptions};
use folkmoot_exchange::import::{ImportOptions, Sealer, plan, read_csv, read_json};
use jiff::Timestamp;
use jiff::civil::{Date, date};

const TODAY: Date = date(2026, 1, 15);

struct Glass;

impl Sealer for Glass {
    fn seal(&self, plain: &str) -> Sealed {
        Sealed(plain.as_bytes().into())
    }

    fn key(&self, key: &ApiKey) -> (KeyHash, Sealed) {
        (KeyHash([0; 32]), Sealed(key.bytes().as_slice().into()))
    }
}

fn directory(org: Org, people: Vec<PersonHistory>) -> Directory {
    let (subdomain, name) = (Text::from("acme"), Text::from("Acme"));
    let account = Account {
        id: AccountId(1),
        subdomain,
        name,
        state: AccountState::default(),
        settings: Settings::default(),
    };
    let people = people.into_iter().map(|person| person.person(TODAY)).collect();
    Directory::new(DirectoryParts { account, org, people, revision: 1 }, TODAY)
}

fn timed<T>(what: &str, work: impl FnOnce() -> T) -> T {
    #[expect(clippy::disallowed_methods, reason = "measuring is what this program is for")]
    let start = std::time::Instant::now();
    let result = work();
    show(&format!("{what:<28}{:>8.1} ms", start.elapsed().as_secs_f64() * 1000.0));
    result
}

#[expect(clippy::print_stdout, reason = "its output is what this program is for")]
fn show(line: &str) {
    println!("{line}");
}

fn table(people: usize) -> String {
    let mut text = String::from(
        "username,email,first_name,last_name,hire_date,employee_num,manager,department,job,location,pay_type,pay_rate,\
         currency,full_time,status,home_phone,address1,city,postal,birthdate,emergency_name,custom:Car,\
         leave_usages.PTO.days_used,leave_usages.PTO.days_remaining\n",
    );
    for n in 0..people {
        let manager = if n == 0 { String::new() } else { format!("user{}@example.org", n / 10) };
        let _ = writeln!(
            text,
            "user{n},user{n}@example.org,Zoë,Last{n},2020-01-{:02},{},{manager},Department {},Job {},Somewhere,ANNUAL,\
             {}.25,USD,yes,ACTIVE,\"+1 800 {n}\",\"{n} Main Street, West\",San Francisco,92500,1982-02-21,John,Golf,5.0,\
             3.5",
            n % 28 + 1,
            100_000 + n,
            n % 40,
            n % 200,
            50_000 + n
        );
    }
    text
}

fn documents(people: usize) -> String {
    let mut text = String::from("[");
    for n in 0..people {
        let link = if n == 0 { "" } else { "," };
        let manager = n / 10 + 1;
        let _ = write!(
            text,
            r#"{link}{{"id":{id},"username":"user{n}","email":"user{n}@example.org","display_name":"Zoë Last{n}",
"assignment_record":{{"id":{id},"current":true,"employee_num":{num},"date_hired":"2020-01-01","job":{{"id":{job},
"title":"Job {job}","url":"/jobs/{job}.json"}},"pay_info":{{"type":"ANNUAL","rate":"5000.00","currency":"USD"}}{manages}}},
"employee_record":{{"id":{id},"first_name":"Zoë","last_name":"Last{n}","phone":"1","url":"/employee_records/{id}.json"}},
"custom_field_records":[{{"id":"{id}","content":"Golf","custom_field":{{"id":1,"name":"Car"}}}}],"url":"/users/{id}.json"}}"#,
            id = n + 1,
            num = 100_000 + n,
            job = n % 200 + 1,
            manages = if n == 0 {
                String::new()
            } else {
                format!(r#","manager":{{"id":{manager},"username":"user{}"}}"#, n / 10)
            },
        );
    }
    text.push(']');
    text
}

fn main() {
    let nobody = directory(Org::default(), Vec::new());
    let options = ImportOptions { keep_ids: true, now: Timestamp::UNIX_EPOCH, today: TODAY, sealer: &Glass };
    let sequences = Sequences::default();
    for people in [10_000, 100_000] {
        show(&format!("{people} people"));
        let text = table(people);
        let drafts = timed("read a table", || read_csv(text.as_bytes()));
        let planned = timed("plan it", || plan(&drafts, &nobody, sequences, &options));
        let Ok(planned) = planned else { return show("the table has faults") };
        let account = directory(planned.org, planned.people);
        let faults = timed("plan it again: all clash", || plan(&drafts, &account, sequences, &options));
        show(&format!("{} faults", faults.map_or_else(|faults| faults.len(), |_| 0)));
        let administrator = Viewer { user: UserId(1), group: Group::Administrators };
        let mut out = Vec::new();
        let written = timed("write a table", || {
            export::csv(&account, &administrator, &ExportOptions::default(), &mut out)
        });
        show(&format!("{} bytes, {}", out.len(), if written.is_ok() { "well" } else { "not well" }));
        let text = documents(people);
        let drafts = timed("read documents", || read_json(text.as_bytes()));
        let planned = timed("plan them", || plan(&drafts, &nobody, sequences, &options));
        show(if planned.is_ok() { "well" } else { "the documents have faults" });
    }
}
