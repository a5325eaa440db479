//! Organisations, made up from a number: who is whose manager, who is where, which roles there are and who has them; and
//! an oracle that says of each who sees what, decided from the specification alone.

mod oracle;
mod people;
mod standard;
mod then;

use std::collections::BTreeSet;

use folkmoot_core::{
    Access, Account, AccountId, AccountState, DepartmentId, Directory, DirectoryParts, EmploymentStatus,
    Group, LocationId, ManagementStyle, PermissionGroup, RIGHTS, Relationship, Right, Role, RoleAssignmentId,
    RoleId, SalaryAudience, Settings, StandardRole, UserId,
};
use jiff::Timestamp;
use jiff::civil::{Date, date};
pub use people::org;
pub use standard::{
    CUSTOM, FIELDS, FIRST_ASSIGNMENT, FIRST_EMPLOYEE, FIRST_USER, FIRST_USER_ALONE, HISTORY, MORE_IN_V3,
    NOT_IN_V3, ROLES, SHOWS,
};
use standard::{MANAGED, SALARY};
pub use then::{Then, Verdict};

/// The day on which everything is looked at.
pub const TODAY: Date = date(2026, 6, 1);

/// Numbers that look drawn, the same on every machine (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) as usize % bound
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// Once in so many times.
    fn once_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }
}

/// A person, in plain numbers and words.
#[derive(Clone, Debug)]
pub struct Member {
    /// Their number, from 1.
    pub id: i64,
    /// Their group.
    pub group: Group,
    /// Their manager of today.
    pub manager: Option<i64>,
    /// Where they are today.
    pub department: Option<i64>,
    /// Likewise.
    pub location: Option<i64>,
    /// Whether they are employed today.
    pub status: EmploymentStatus,
    /// The roles that they have been assigned.
    pub assigned: Vec<i64>,
}

/// A permission group, in plain numbers and words.
#[derive(Clone, Debug)]
pub struct Grant {
    /// The departments that it is limited to; none for all.
    pub departments: Vec<i64>,
    /// The locations, likewise.
    pub locations: Vec<i64>,
    /// Whom it is about.
    pub relationship: &'static str,
    /// The rights, each as `card.action`.
    pub rights: Vec<&'static str>,
}

/// A role, in plain numbers and words.
#[derive(Clone, Debug)]
pub struct Plain {
    /// Its number; the standard roles have the first seven.
    pub id: i64,
    /// Which standard role it is, if it is one.
    pub standard: Option<&'static str>,
    /// Whether the account has changed it.
    pub own: bool,
    /// Its permission groups.
    pub grants: Vec<Grant>,
}

/// An organisation.
pub struct Organisation {
    /// The account's settings.
    pub settings: Settings,
    /// The people, in order of their numbers.
    pub members: Vec<Member>,
    /// The roles, in order of their numbers.
    pub roles: Vec<Plain>,
}

const RELATIONSHIPS: [&str; 6] =
    ["self", "direct_reports", "all_reports", "direct_reports_and_employees", "everyone_else", "everyone"];

/// What a standard role shows, by the table, under these settings.
///
/// # Panics
/// When there is no such role.
pub fn standard(name: &str, settings: Settings) -> Vec<Grant> {
    let column = ROLES.iter().position(|role| *role == name).expect("a standard role");
    let (_, managed) =
        MANAGED.into_iter().find(|(style, _)| *style == settings.management_style).expect("a style");
    let (_, pay) = SALARY.into_iter().find(|(who, _)| *who == settings.salary_audience).expect("a setting");
    let grant = |(right, of): &(&'static str, [&'static str; 7])| {
        let by_setting = *right == "sensitive_information.view_compensation" && column < pay.len();
        let whom = if by_setting { pay[column] } else { of[column] };
        let relationship = if whom == "managed" { managed } else { whom };
        (!whom.is_empty()).then(|| Grant {
            departments: Vec::new(),
            locations: Vec::new(),
            relationship,
            rights: vec![right],
        })
    };
    SHOWS.iter().filter_map(grant).collect()
}

impl Organisation {
    /// That of this number, with so many people.
    pub fn new(seed: u64, people: i64) -> Organisation {
        let mut dice = Dice(seed);
        let dice = &mut dice;
        let settings = Settings {
            management_style: dice.one(&ManagementStyle::ALL),
            salary_audience: dice.one(&SalaryAudience::ALL),
            ..Settings::default()
        };
        let mut roles: Vec<Plain> =
            (1..).zip(ROLES).map(|(id, name)| unchanged(id, name, settings)).collect();
        for role in roles.iter_mut().filter(|role| role.standard != Some("system_administrator")) {
            if dice.once_in(6) {
                (role.own, role.grants) = (true, grants(dice));
            }
        }
        for id in 8..8 + dice.below(5) as i64 {
            roles.push(Plain { id, standard: None, own: true, grants: grants(dice) });
        }
        let members = (1..=people).map(|id| member(id, people, roles.len(), dice)).collect();
        Organisation { settings, members, roles }
    }

    /// As the product has it in memory.
    pub fn directory(&self) -> Directory {
        let account = Account {
            id: AccountId(1),
            subdomain: "acme".into(),
            name: "Acme".into(),
            state: AccountState::Active,
            settings: self.settings,
        };
        let people = self.members.iter().map(|member| member.history().person(TODAY)).collect();
        let parts = DirectoryParts { account, org: org(), people, revision: 1 };
        let assignments = self.members.iter().flat_map(|member| {
            let id = |place: usize| RoleAssignmentId(member.id * 100 + place as i64);
            let assigned = member.assigned.iter().enumerate();
            assigned.map(move |(place, role)| (UserId(member.id), id(place), RoleId(*role)))
        });
        let access = Access::new(self.roles.iter().map(Plain::role), assignments, self.settings);
        Directory::new(parts, TODAY).with_access(access, 1)
    }
}

fn unchanged(id: i64, name: &'static str, settings: Settings) -> Plain {
    Plain { id, standard: Some(name), own: false, grants: standard(name, settings) }
}

fn grants(dice: &mut Dice) -> Vec<Grant> {
    let some = |dice: &mut Dice| -> Vec<i64> {
        if dice.once_in(2) { Vec::new() } else { (1..=4).filter(|_| dice.once_in(2)).collect() }
    };
    (0..=dice.below(3))
        .map(|_| Grant {
            departments: some(dice),
            locations: some(dice),
            relationship: dice.one(&RELATIONSHIPS),
            rights: RIGHTS.iter().map(|fact| fact.code).filter(|_| dice.once_in(4)).collect(),
        })
        .collect()
}

fn member(id: i64, people: i64, roles: usize, dice: &mut Dice) -> Member {
    let place = |dice: &mut Dice| (!dice.once_in(5)).then(|| 1 + dice.below(4) as i64);
    let anybody = |dice: &mut Dice| 1 + dice.below(people as usize) as i64;
    Member {
        id,
        group: dice.one(&[Group::Employees, Group::Employees, Group::Managers, Group::Administrators]),
        // Mostly somebody who came before; now and then anybody, themselves included, so that there are rings.
        manager: match dice.below(8) {
            0 => None,
            1 => Some(anybody(dice)),
            _ if id > 1 => Some(1 + dice.below(id as usize - 1) as i64),
            _ => None,
        },
        department: place(dice),
        location: place(dice),
        status: match dice.below(6) {
            0 => EmploymentStatus::Terminated,
            1 => EmploymentStatus::Suspended,
            _ => EmploymentStatus::Active,
        },
        assigned: {
            let all: BTreeSet<i64> = (0..dice.below(4)).map(|_| 1 + dice.below(roles) as i64).collect();
            all.into_iter().collect()
        },
    }
}

impl Plain {
    /// As the product has it.
    ///
    /// # Panics
    /// When it has a right or a relationship that there is not.
    pub fn role(&self) -> Role {
        let group = |grant: &Grant| PermissionGroup {
            departments: grant.departments.iter().copied().map(DepartmentId).collect(),
            locations: grant.locations.iter().copied().map(LocationId).collect(),
            relationship: Relationship::from_code(grant.relationship).expect("a relationship"),
            rights: grant.rights.iter().map(|code| Right::from_code(code).expect("a right")).collect(),
        };
        Role {
            id: RoleId(self.id),
            name: format!("Role {}", self.id).into(),
            description: "".into(),
            standard: self.standard.map(|code| StandardRole::from_code(code).expect("a standard role")),
            assign_to_new: false,
            own_permissions: self.own,
            // Of those that nobody has changed, the product knows itself what they are.
            permission_groups: self.grants.iter().filter(|_| self.own).map(group).collect(),
            created: Timestamp::UNIX_EPOCH,
            modified: Timestamp::UNIX_EPOCH,
        }
    }
}
