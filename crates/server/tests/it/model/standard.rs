//! What each standard role shows of history, of other days, of what happens and of webhooks: a table, written by hand from
//! `docs/api.md` and the table of the specification, without the oracle.

use std::collections::BTreeMap;

use folkmoot_core::{EmploymentStatus, Group, Settings};
use folkmoot_testing::organisations::{Member, Organisation, Plain, ROLES, standard};

use folkmoot_wire::ApiMajor;

use super::documents::Spelling;
use super::happenings::Since::{self, LastYear, Later, Today};
use super::{Cases, Company, use_api};

/// Nobody.
const O: &str = "";
const SELF: &str = "self";
/// Their direct reports, as an account has it at first.
const MINE: &str = "report";
const ALL: &str = "everyone";

type Whom = [&'static str; 7];

/// Of whom each role shows what is asked for.
#[rustfmt::skip]
const ASKED: [(&str, Whom); 6] = [
    //                                             employee manager hr   system office payroll recruiter
    ("/users/{id}/employee_records.{}",           [SELF,    MINE,   ALL, ALL,   ALL,   ALL,    O]),
    ("/users/{id}/assignment_records.{}",         [SELF,    MINE,   ALL, ALL,   ALL,   ALL,    ALL]),
    ("/users/{id}.{}?as_of=2026-02-01",           [SELF,    MINE,   ALL, ALL,   ALL,   ALL,    O]),
    ("/users/{id}.{}?as_of=2026-11-01",           [SELF,    MINE,   ALL, ALL,   ALL,   ALL,    O]),
    ("/users/{id}.{}?known_at=2026-02-01",        [SELF,    MINE,   ALL, ALL,   ALL,   ALL,    O]),
    ("/employee_records/{id}1.{}?as_of=2026-02-01", [SELF,  MINE,   ALL, ALL,   ALL,   ALL,    O]),
];

/// Of whose changes each role is told, as of changes of this object.
#[rustfmt::skip]
const TOLD: [(&str, &str, Since, &str, Whom); 18] = [
    //                                                   employee manager hr    system office payroll recruiter
    ("", "email", Today, "User",                        [ALL,     ALL,    ALL,  ALL,   ALL,   ALL,    ALL]),
    ("", "password", Today, "User",                     [SELF,    SELF,   SELF, ALL,   SELF,  SELF,   SELF]),
    ("", "custom2", Today, "User",                      [SELF,    MINE,   ALL,  ALL,   O,     O,      O]),
    ("", "custom3", Today, "User",                      [O,       MINE,   ALL,  ALL,   O,     O,      O]),
    ("", "custom4", Today, "User",                      [O,       O,      ALL,  ALL,   O,     O,      O]),
    ("employee", "first_name", Today, "User",           [ALL,     ALL,    ALL,  ALL,   ALL,   ALL,    ALL]),
    ("employee", "first_name", Today, "EmployeeRecord", [SELF,    MINE,   ALL,  ALL,   ALL,   ALL,    O]),
    ("employee", "city", Today, "User",                 [SELF,    MINE,   ALL,  ALL,   ALL,   ALL,    O]),
    ("employee", "birthdate", Today, "User",            [SELF,    MINE,   ALL,  ALL,   O,     ALL,    O]),
    ("employee", "government_id", Today, "User",        [SELF,    O,      ALL,  ALL,   O,     ALL,    O]),
    ("employee", "last_name", Later, "User",            [SELF,    MINE,   ALL,  ALL,   ALL,   ALL,    O]),
    ("employee", "last_name", LastYear, "User",         [SELF,    MINE,   ALL,  ALL,   ALL,   ALL,    O]),
    ("assignment", "ext", Today, "User",                [ALL,     ALL,    ALL,  ALL,   ALL,   ALL,    ALL]),
    ("assignment", "ext", Today, "AssignmentRecord",    [SELF,    MINE,   ALL,  ALL,   ALL,   ALL,    ALL]),
    ("assignment", "pay_rate", Today, "User",           [SELF,    MINE,   ALL,  ALL,   O,     ALL,    O]),
    ("assignment", "pay_rate", Today, "AssignmentRecord", [SELF,  MINE,   ALL,  ALL,   O,     ALL,    O]),
    ("assignment", "phone", Later, "User",              [SELF,    MINE,   ALL,  ALL,   ALL,   ALL,    ALL]),
    ("work_hour", "hours", Today, "WorkHourRecord",     [SELF,    MINE,   ALL,  ALL,   ALL,   ALL,    ALL]),
];

/// Who sees webhooks.
const HOOKS: [bool; 7] = [false, false, false, true, false, false, false];

/// In which place the holder of each role is: the administrator is the first of all.
const HOLDERS: [i64; 7] = [4, 8, 12, 0, 16, 20, 24];

/// For each role somebody who holds it, one who reports to them, and one who reports to that one. The third of four came this
/// year, which is no matter of roles, and is looked at by nobody.
fn organisation() -> Organisation {
    let mut organisation = Organisation::new(1, 28);
    organisation.settings = Settings::default();
    organisation.roles.truncate(ROLES.len());
    for (role, name) in organisation.roles.iter_mut().zip(ROLES) {
        (role.own, role.grants) = (false, standard(name, organisation.settings));
    }
    organisation.roles.push(Plain { id: 8, standard: None, own: true, grants: vec![use_api()] });
    for member in &mut organisation.members {
        let place = (member.id - 1) % 4;
        member.manager = [None, Some(member.id - 1), None, Some(member.id - 2)][place as usize];
        (member.group, member.status) = (Group::Employees, EmploymentStatus::Active);
        member.assigned = Vec::new();
    }
    for (role, holder) in (1..).zip(HOLDERS) {
        organisation.members[holder as usize].assigned = vec![role, 8];
    }
    organisation
}

/// The holder of a role, and what everybody is to them.
fn people(organisation: &Organisation, column: usize) -> (&Member, Vec<(&Member, &'static str)>) {
    let holder = organisation.member(HOLDERS[column] + 1);
    let of = |offset: i64| organisation.member((holder.id + offset - 1) % 28 + 1);
    // Somebody else is the next one's report.
    (holder, vec![(holder, SELF), (of(1), MINE), (of(3), "line"), (of(5), "other")])
}

fn is_shown(whom: Whom, column: usize, of: &str) -> bool {
    whom[column] == ALL || whom[column] == of
}

#[tokio::test(flavor = "multi_thread")]
async fn the_standard_roles_show_of_other_days_and_happenings_what_the_table_says() {
    let companies = Company::start(std::iter::once(organisation()), &[]).await;
    let (company, mut cases) = (&companies[0], Cases::default());
    let organisation = &company.organisation;
    for (column, name) in ROLES.iter().enumerate() {
        let (holder, people) = people(organisation, column);
        for spelling in Spelling::all() {
            for (target, of) in &people {
                for (path, whom) in ASKED {
                    let path = path.replace("{id}", &target.id.to_string());
                    let answer = company.get(holder, &path, spelling).await;
                    let expected = is_shown(whom, column, of);
                    assert_eq!(answer.status == 200, expected, "{name}: {of}, {}", answer.shown);
                    cases.add("standard roles: history and other days", 1);
                }
            }
            let status = company.get(holder, "/webhooks.{}", spelling).await.status;
            assert_eq!(status == 200, HOOKS[column], "{name}");
            cases.add("standard roles: webhooks", 1);
        }
    }
    let happened = company.change_all().await;
    for (column, name) in ROLES.iter().enumerate() {
        let (holder, people) = people(organisation, column);
        // It is one shape in all versions.
        for spelling in Spelling::all().filter(|spelling| spelling.version == ApiMajor::V2) {
            let told = company.all_told(holder, 0, spelling).await;
            for (target, of) in &people {
                for (kind, field, since, object, whom) in TOLD {
                    let is = |one: &&super::happenings::Happened| {
                        (one.target, one.change.0, one.change.1, one.change.4)
                            == (target.id, kind, field, since)
                    };
                    let one = happened.iter().find(is).expect("it happened");
                    let made = one.entries(target);
                    let first = one.revision as i64 + 1 - made.len() as i64;
                    let revisions: BTreeMap<&str, i64> =
                        made.iter().map(|(object, _)| *object).zip(first..).collect();
                    let expected = is_shown(whom, column, of);
                    let what = format!("{name}: {of}, {object} by {field}, {since:?}");
                    assert_eq!(told.contains_key(&revisions[object]), expected, "{what}, {spelling:?}");
                    cases.add("standard roles: the change feed", 1);
                }
            }
        }
    }
    print!("{}", cases.told(ROLES.len() * (4 * (6 * ASKED.len() + 2 * TOLD.len()) + 6)));
}
