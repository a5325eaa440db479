use jiff::Timestamp;
use jiff::civil::date;

use super::*;
use crate::{
    Account, AccountId, AccountState, Dated, DirectoryParts, EmploymentStatus, Group, JobData,
    ManagementStyle, Org, Person, Record, Settings, Text, User, UserId,
};

/// Each of 1,300 reports to the one of a tenth of their number; every seventh is a manager, and two administrate.
fn company(management_style: ManagementStyle) -> Directory {
    let epoch = Timestamp::UNIX_EPOCH;
    let as_of = date(2026, 1, 1);
    let person = |id: i64| {
        let data = JobData {
            manager: (id > 9).then_some(UserId(id / 10)),
            status: if id % 11 == 0 { EmploymentStatus::Terminated } else { EmploymentStatus::Suspended },
            ..JobData::default()
        };
        let record = Record { id, effective_date: date(2020, 1, 1), created: epoch, modified: epoch, data };
        Person {
            user: User {
                id: UserId(id),
                username: Text::from(format!("user{id}")),
                email: Text::from(format!("user{id}@example.org")),
                twitter_username: Text::default(),
                linkedin_url: Text::default(),
                blog_url: Text::default(),
                nickname: Text::default(),
                group: match id {
                    1 | 1000 => Group::Administrators,
                    _ if id % 7 == 0 => Group::Managers,
                    _ => Group::Employees,
                },
                picture: None,
                badge_count: 0,
                password_hash: None,
                api_key_hash: None,
                api_key: None,
                accepted_invite: None,
                created: epoch,
                modified: epoch,
            },
            employee: Dated::default(),
            assignment: Dated::new(vec![record], as_of),
            work_hours: Dated::default(),
            custom_field_records: Box::default(),
            leave_usages: Box::default(),
        }
    };
    let account = Account {
        id: AccountId(1),
        subdomain: Text::from("acme"),
        name: Text::from("Acme"),
        state: AccountState::default(),
        settings: Settings { management_style, ..Settings::default() },
    };
    let people = (1..=1300).map(person).collect();
    Directory::new(DirectoryParts { account, org: Org::default(), people, revision: 1 }, as_of)
}

#[test]
fn a_sight_shows_what_the_masks_show() {
    for style in ManagementStyle::ALL {
        let directory = company(style);
        for viewer in [1, 2, 7, 14, 63, 70, 77, 1000, 1300] {
            let group = directory.person(UserId(viewer)).unwrap().user.group;
            let viewer = Viewer { user: UserId(viewer), group };
            let mut listed = 0;
            for chunk in directory.chunks() {
                for user in viewer.sight(&directory, chunk).listed(&directory, chunk) {
                    let person = directory.person(user.public.id).unwrap();
                    let mask = viewer.mask(&directory, person);
                    let shown = (user.group.value(), user.status.value());
                    let expected = (
                        mask.sees(Field::Group.audience()).then_some(person.user.group),
                        mask.sees(Field::EmployeeStatus.audience()).then_some(EmploymentStatus::Suspended),
                    );
                    assert_eq!(shown, expected, "{style:?}: {viewer:?} lists {}", person.user.id);
                    let everything = expected.0.is_some() && expected.1.is_some();
                    assert!(everything || !viewer.sees_all_in_lists(&directory));
                    listed += 1;
                }
            }
            assert_eq!(listed, 1300 - 1300 / 11);
        }
    }
}

#[test]
fn who_sees_the_same_of_a_chunk_has_the_same_sight() {
    let directory = company(ManagementStyle::DirectReports);
    let sight = |viewer: i64, group, chunk: usize| {
        Viewer { user: UserId(viewer), group }.sight(&directory, &directory.chunks()[chunk])
    };
    let (administrator, employee) = (Group::Administrators, Group::Employees);
    assert_eq!(sight(1, administrator, 0), sight(1000, administrator, 0));
    assert_eq!(sight(2, employee, 1), sight(3, employee, 1), "neither is in it");
    assert_eq!(sight(2, employee, 1), Sight::default());
    assert_ne!(sight(2, employee, 0), sight(3, employee, 0), "each sees more of themselves");
}
