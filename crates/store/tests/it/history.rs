//! People at other moments than now: a roster says of everybody what their own records say.

use folkmoot_core::{Moment, Person, UserId};
use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::company::{moment, org};
use crate::support::{ACME, Home, TODAY};

async fn person_at(home: &Home, user: UserId, asked: Moment) -> Option<Person> {
    let history = home.store.person_at(ACME, user, &org(), asked).await.unwrap()?;
    Some(asked.person(history)).filter(|person| asked.was_there(person))
}

#[tokio::test]
async fn a_roster_says_what_the_records_say() {
    const PEOPLE: i64 = 9;
    let home = Home::of(PEOPLE).await;
    let days = [1970, 2000, 2010, 2020, 2024, 2025, 2026, 2027, 2030].map(|year| date(year, 1, 1));
    let days = days.into_iter().chain([TODAY]).chain([TODAY.yesterday().unwrap(), TODAY.tomorrow().unwrap()]);
    let known: [Option<Timestamp>; 4] = [None, Some(Timestamp::MIN), Some(moment(2)), Some(Timestamp::MAX)];
    let mut there = 0;
    for day in days {
        for known_at in known {
            let asked = Moment { day, today: TODAY, known_at };
            let roster = home.store.roster(ACME, asked).await.unwrap();
            for id in 1..=PEOPLE {
                let (user, person) = (UserId(id), person_at(&home, UserId(id), asked).await);
                let (Some(person), Some(listed)) = (&person, roster.of(user)) else {
                    assert!(person.is_none() && roster.of(user).is_none(), "{id} at {asked:?}");
                    continue;
                };
                there += 1;
                let employee = person.employee.at(day);
                assert_eq!(listed.employee.map(|id| id.0), employee.map(|record| record.id), "{asked:?}");
                let name = employee.map_or("", |record| record.data.first_name.as_str());
                assert_eq!(listed.first_name, name);
                let assignment = person.assignment.at(day);
                assert_eq!(listed.assignment.map(|id| id.0), assignment.map(|record| record.id));
                assert_eq!(listed.status, person.status(day));
            }
            assert!(roster.of(UserId(PEOPLE + 1)).is_none());
        }
    }
    assert!(there > 100, "{there}");
}

#[tokio::test]
async fn today_is_as_the_directory_has_it_and_the_past_is_of_the_store() {
    let home = Home::of(3).await;
    let directory = home.load().await;
    let now = Moment::now(TODAY);
    let roster = home.store.roster(ACME, now).await.unwrap();
    assert_eq!(roster, folkmoot_core::Roster::to_come(&directory, now));
    let past = |day: Date| Moment { day, ..now };
    let first = home.store.employee_record(ACME, 20).await.unwrap().unwrap().1;
    let then = home.store.roster(ACME, past(first.effective_date)).await.unwrap();
    assert_eq!(then.of(UserId(2)).unwrap().first_name, "Past2");
    let before = home.store.roster(ACME, past(first.effective_date.yesterday().unwrap())).await.unwrap();
    assert_ne!(before.of(UserId(2)).map(|listed| listed.first_name.as_str()), Some("Past2"));
    assert!(home.store.person_at(ACME, UserId(99), &org(), now).await.unwrap().is_none());
}
