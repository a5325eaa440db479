//! Personal data over time: names, addresses, birthdays, whom to call.

use folkmoot_core::{EmployeeRecord, PersonalData, Record, Sequences, Text};

use crate::calendar::{Day, month_start, to_date};
use crate::maker::{ADMINISTRATORS_FAMILY, Maker, Subject};
use crate::places::{OFFICES, fill};
use crate::rng::{Rng, Topic};

impl Maker<'_> {
    /// The data given when hired, and its changes: moves and marriages.
    pub(crate) fn personal_history(
        &self,
        subject: &Subject,
        sequences: &mut Sequences,
    ) -> Vec<EmployeeRecord> {
        let mut rng = Rng::of(self.options.seed, Topic::Personal, subject.id);
        let identity = &subject.identity;
        let hired = subject.career.hired;
        let until = subject.career.left.unwrap_or(self.today);
        let mut data = self.first_data(subject, &mut rng);

        let mut records = Vec::with_capacity(1);
        let mut record = |day: Day, data: PersonalData, rng: &mut Rng| {
            let created = self.written(day, subject, rng);
            records.push(Record {
                id: Sequences::take(&mut sequences.employee_records),
                effective_date: to_date(day),
                created,
                modified: created,
                data,
            });
        };
        let mut day = hired;
        if until - hired > 400 && rng.chance(220) {
            record(day, data.clone(), &mut rng);
            day = hired + rng.between(60, until - hired - 30);
            move_house(&mut data, subject, &mut rng);
        }
        if subject.id > 1 && until - day > 300 && rng.chance(if identity.woman { 90 } else { 20 }) {
            record(day, data.clone(), &mut rng);
            day += rng.between(30, until - day - 30);
            let family = rng.below(identity.culture.names.family.len() as u32) as usize;
            data.last_name = Text::from(subject.written(identity.family_name(family)));
            data.emergency_name = full_name(subject.written(other_first(subject, &mut rng)), &data.last_name);
        }
        if subject.career.left.is_none() && rng.chance(12) {
            // Has told us of a move that is still to come.
            record(day, data.clone(), &mut rng);
            day = month_start(self.today.max(hired), 1) + rng.between(0, 27);
            move_house(&mut data, subject, &mut rng);
        }
        record(day, data, &mut rng);
        records
    }

    fn first_data(&self, subject: &Subject, rng: &mut Rng) -> PersonalData {
        let identity = &subject.identity;
        let country = OFFICES[subject.office].country;
        let (first_name, last_name) = if subject.id == 1 {
            (administrators_first(&self.options.admin_username), Text::from(ADMINISTRATORS_FAMILY))
        } else {
            let family = identity.family_name(identity.family);
            (Text::from(subject.written(identity.first)), Text::from(subject.written(family)))
        };
        let emergency_family = if rng.chance(650) {
            last_name.clone()
        } else {
            Text::from(subject.written(rng.pick(identity.culture.names.family)))
        };
        let years = ((self.today - subject.career.hired).max(0) as f32) / 365.25;
        let age = years + 20.0 + 2.2 * f32::from(subject.seat.post.rank) + 27.0 * identity.seniority;
        let birthday = self.today - (age.min(68.0) * 365.25) as Day - rng.between(0, 364);
        let mut data = PersonalData {
            first_name,
            middle_name: identity.middle.map(|name| Text::from(subject.written(name))).unwrap_or_default(),
            phone: fill(country.home_phone, "", rng),
            country: Text::from(country.name),
            birthdate: rng.chance(970).then(|| to_date(birthday)),
            gender: identity.gender,
            government_id: rng.chance(700).then(|| (self.seal)(&fill(country.government_id, "", rng))),
            emergency_name: full_name(subject.written(other_first(subject, rng)), &emergency_family),
            emergency_number: fill(country.home_phone, "", rng),
            last_name,
            ..PersonalData::default()
        };
        if rng.chance(40) {
            data.emergency_name = Text::default();
            data.emergency_number = Text::default();
        }
        move_house(&mut data, subject, rng);
        data
    }
}

/// The administrator is called as the login says where that can be a name.
fn administrators_first(username: &str) -> Text {
    let is_name =
        (2..=20).contains(&username.len()) && username.bytes().all(|byte| byte.is_ascii_alphabetic());
    let mut name = Text::from(if is_name && username != "admin" { username } else { "Ada" });
    name.make_ascii_lowercase();
    let capital = name.chars().next().map(|letter| letter.to_ascii_uppercase());
    capital.into_iter().chain(name.chars().skip(1)).collect()
}

fn other_first<'a>(subject: &'a Subject, rng: &mut Rng) -> &'a crate::names::Name {
    let names = subject.identity.culture.names;
    if rng.chance(500) { rng.pick(names.male) } else { rng.pick(names.female) }
}

fn full_name(first: &str, family: &str) -> Text {
    let mut name = Text::from(first);
    name.push(' ');
    name.push_str(family);
    name
}

fn move_house(data: &mut PersonalData, subject: &Subject, rng: &mut Rng) {
    let office = &OFFICES[subject.office];
    let country = office.country;
    let (city, state, postal) = *rng.pick(office.homes);
    let street = rng.word(country.streets);
    data.address1 = fill(country.address, street, rng);
    data.address2 = if rng.chance(260) { fill(country.address2, "", rng) } else { Text::default() };
    data.city = Text::from(city);
    data.state = Text::from(state);
    data.postal = fill(postal, "", rng);
}
