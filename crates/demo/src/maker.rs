//! One person after another, from a roster.

use std::collections::HashMap;

use folkmoot_core::{Group, PersonHistory, Sealed, Sequences, Text, User, UserId, fold_identifier};
use jiff::Timestamp;

use crate::DemoOptions;
use crate::calendar::{Day, moment};
use crate::identity::{Identities, Identity};
use crate::jobs::{HUMAN_RESOURCES, INFORMATION_TECHNOLOGY};
use crate::names::{self, ABROAD};
use crate::org_tree::Seat;
use crate::places::{OFFICES, push_number};
use crate::rng::{Rng, Topic};
use crate::roster::{Career, Fate, Roster};

/// What is common to all people.
pub(crate) struct Maker<'a> {
    pub(crate) options: &'a DemoOptions,
    pub(crate) today: Day,
    pub(crate) roster: &'a Roster,
    pub(crate) seal: &'a dyn Fn(&str) -> Sealed,
    /// How many have not left.
    pub(crate) staying: usize,
    /// Which offices the company has, and which of them it has people in.
    pub(crate) open: Vec<bool>,
    identities: Identities,
    usernames: HashMap<Text, u64>,
    keepers: u32,
}

/// The one being made.
pub(crate) struct Subject {
    pub(crate) id: u64,
    pub(crate) seat_index: u32,
    pub(crate) seat: Seat,
    pub(crate) career: Career,
    pub(crate) identity: Identity,
    /// Index of their office.
    pub(crate) office: usize,
    /// Whether they write their names as at home.
    pub(crate) native: bool,
    /// The day on which they were entered into the system, and the moment.
    pub(crate) entered: Day,
    pub(crate) created: Timestamp,
}

impl Subject {
    /// A name as this person writes it.
    pub(crate) fn written(&self, name: &names::Name) -> &'static str {
        if self.native { name.0 } else { name.1 }
    }
}

impl<'a> Maker<'a> {
    pub(crate) fn new(
        options: &'a DemoOptions,
        today: Day,
        roster: &'a Roster,
        seal: &'a dyn Fn(&str) -> Sealed,
    ) -> Maker<'a> {
        let staying = roster.careers.iter().filter(|career| career.left.is_none()).count();
        let open = OFFICES.iter().map(|office| office.opens_at <= options.people).collect();
        let identities = Identities::new(options.seed);
        // The administrator's is taken.
        let usernames = HashMap::from([(fold_identifier(&options.admin_username), 1)]);
        Maker { options, today, roster, seal, staying, open, identities, usernames, keepers: 0 }
    }

    /// The person with this number. Numbers must be asked for in turn.
    pub(crate) fn make(&mut self, id: u64, sequences: &mut Sequences) -> PersonHistory {
        let subject = self.subject(id);
        let (assignment, work_hours) = self.job_history(&subject, sequences);
        let employee = self.personal_history(&subject, sequences);
        let custom_field_records = self.custom_field_records(&subject, sequences);
        let leave_usages = self.leave_usages(&subject);
        let first = employee.first().map_or("", |record| record.data.first_name.as_str());
        let mut user = self.user(&subject, first);
        let written = assignment.iter().map(|record| record.created);
        let written = written.chain(employee.iter().map(|record| record.created)).max();
        user.modified = user.modified.max(written.unwrap_or(user.modified));
        PersonHistory { user, employee, assignment, work_hours, custom_field_records, leave_usages }
    }

    fn subject(&mut self, id: u64) -> Subject {
        let identity = self.identities.of(id);
        let seat_index = self.roster.order[id as usize - 1];
        let career = self.roster.careers[seat_index as usize];
        let mut rng = Rng::of(self.options.seed, Topic::Profile, id | 1 << 40);
        let named = |name: &str| OFFICES.iter().position(|office| office.name == name).unwrap_or(0);
        // Whoever leads the company sits in the head office.
        let heads = id == 1 || seat_index == 0;
        let mut native = identity.at_home && !heads;
        let mut office = if heads {
            0
        } else if identity.at_home {
            named(rng.word(identity.culture.offices))
        } else {
            named(rng.word(&ABROAD))
        };
        if !self.open[office] {
            native = false;
            office = named(rng.word(&ABROAD));
            office = if self.open[office] { office } else { 0 };
        }
        let entered = self.roster.entered(career.hired, self.today);
        let created = moment(entered, self.options.now, &mut rng);
        let seat = self.roster.seats[seat_index as usize];
        Subject { id, seat_index, seat, career, identity, office, native, entered, created }
    }

    fn user(&mut self, subject: &Subject, first: &str) -> User {
        let mut rng = Rng::of(self.options.seed, Topic::Profile, subject.id);
        let (username, email) = self.username_and_email(subject, first);
        let mut user = User {
            id: UserId(subject.id as i64),
            twitter_username: Text::default(),
            linkedin_url: Text::default(),
            blog_url: Text::default(),
            nickname: Text::default(),
            group: self.group(subject),
            picture: None,
            badge_count: if rng.chance(300) { 0 } else { (rng.unit() * rng.unit() * 14.0) as u32 },
            password_hash: None,
            api_key_hash: None,
            api_key: None,
            accepted_invite: None,
            created: subject.created,
            modified: subject.created,
            username,
            email,
        };
        let handle = user.email.split('@').next().unwrap_or_default();
        if rng.chance(220) {
            user.twitter_username.extend(handle.chars().filter(|&c| c != '.').take(15));
        }
        if rng.chance(420) {
            user.linkedin_url.push_str("https://linkedin.example.com/in/");
            user.linkedin_url.extend(handle.chars().map(|c| if c == '.' { '-' } else { c }));
        }
        if rng.chance(80) {
            user.blog_url.push_str(rng.word(&["https://blogs.example.org/", "https://example.net/~"]));
            user.blog_url.extend(handle.chars().filter(|&c| c != '.'));
        }
        if rng.chance(330) {
            let short = subject.identity.culture.names.short;
            if let Some(nickname) = names::nickname(subject.identity.first.1) {
                user.nickname.push_str(nickname);
            } else if !short.is_empty() {
                user.nickname.push_str(rng.word(short));
            }
        }
        user
    }

    /// Names in plain letters, with a number when somebody has them already.
    fn username_and_email(&mut self, subject: &Subject, first: &str) -> (Text, Text) {
        let mut username = Text::default();
        if subject.id == 1 {
            // Nobody else has the family name.
            names::push_folded(&mut username, first);
            username.push('.');
            names::push_folded(&mut username, ADMINISTRATORS_FAMILY);
        } else {
            names::push_folded(&mut username, subject.identity.first.1);
            username.push('.');
            names::push_folded(&mut username, subject.identity.family_name(subject.identity.family).1);
            let uses = self.usernames.entry(username.clone()).or_default();
            *uses += 1;
            if *uses > 1 {
                let length = username.len();
                push_number(&mut username, *uses);
                if username == fold_identifier(&self.options.admin_username) {
                    *uses += 1;
                    username.truncate(length);
                    push_number(&mut username, *uses);
                }
            }
        }
        let mut email = username.clone();
        email.push('@');
        email.push_str(&self.options.email_domain);
        if subject.id == 1 {
            username.clone_from(&self.options.admin_username);
        }
        (username, email)
    }

    /// One in three of those who keep this system and the others administers it.
    fn group(&mut self, subject: &Subject) -> Group {
        let keeper = matches!(subject.seat.post.branch, HUMAN_RESOURCES | INFORMATION_TECHNOLOGY)
            && subject.career.left.is_none()
            && subject.career.fate == Fate::Ordinary;
        self.keepers += u32::from(keeper);
        if subject.id == 1 || keeper && self.keepers % 5 < 2 {
            Group::Administrators
        } else if subject.seat.leads() {
            Group::Managers
        } else {
            Group::Employees
        }
    }
}

/// The administrator's family name, which is in no list of names.
pub(crate) const ADMINISTRATORS_FAMILY: &str = "Lindqvist";
