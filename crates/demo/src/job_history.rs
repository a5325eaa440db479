//! Job data over time: hired, promoted, moved to another manager, paid more, suspended, gone.

use folkmoot_core::{
    AssignmentRecord, Currency, DepartmentId, EmployeeClassId, EmploymentStatus, Fixed, JobData, JobId,
    LocationId, Pay, PayBasis, Record, Sequences, Text, UserId, WorkHourRecord, WorkHours,
};

use crate::calendar::{Day, day_of, moment, month_start, to_date, year};
use crate::jobs::{BANDS, BRANCHES, Post, rank};
use crate::maker::{Maker, Subject};
use crate::org_tree::NOBODY;
use crate::places::{Country, OFFICES, fill, push_number};
use crate::rng::{Rng, Topic};
use crate::roster::Fate;

/// Employee classes, by identifier from 1.
pub(crate) const CLASSES: [&str; 5] =
    ["Regular Employee", "Part-time Employee", "Contractor", "Intern", "Temporary Employee"];

/// Something that makes a new record.
#[derive(Clone, Copy)]
enum Change {
    /// A new post, with more pay.
    Promoted(Post),
    /// The yearly raise.
    Raised,
    /// Somebody else leads the team from now on.
    NewManager,
    /// Another department, under the one in this seat.
    Transferred(Post, u32),
    /// Full time or not.
    FullTime(bool),
    /// Suspended.
    Suspended,
    /// Gone.
    Left,
}

/// A career has few turns; they are laid out without an allocation.
struct Changes {
    list: [(Day, Change); 10],
    count: usize,
}

impl Changes {
    fn add(&mut self, day: Day, change: Change) {
        if let Some(slot) = self.list.get_mut(self.count) {
            *slot = (day, change);
            self.count += 1;
        }
    }

    fn sorted(&mut self) -> &[(Day, Change)] {
        let list = &mut self.list[..self.count];
        list.sort_by_key(|(day, _)| *day);
        list
    }
}

/// How a change affects pay, in per mille.
fn growth(change: Change) -> i64 {
    match change {
        Change::Promoted(_) => 1110,
        Change::Raised => 1032,
        _ => 1000,
    }
}

impl Maker<'_> {
    /// Everything from the hiring on, and what is to come.
    pub(crate) fn job_history(
        &self,
        subject: &Subject,
        sequences: &mut Sequences,
    ) -> (Vec<AssignmentRecord>, Vec<WorkHourRecord>) {
        let mut rng = Rng::of(self.options.seed, Topic::Job, subject.id);
        let country = OFFICES[subject.office].country;
        let career = subject.career;
        let post = subject.seat.post;
        let part_time = subject.id > 1 && rng.chance(if post.rank <= rank::SENIOR { 90 } else { 15 });
        let fraction = *rng.pick(&[500, 600, 800]);
        let contractor = post.rank <= rank::SENIOR && rng.chance(45);

        let (start, mut changes) = self.changes(subject, part_time, &mut rng);
        let changes = changes.sorted();

        // Today's pay, and from it what it was at first.
        let spread = i64::from(rng.between(860, 1140));
        let mut salary =
            BANDS[usize::from(post.rank)] * BRANCHES[usize::from(post.branch)].pay / 100 * spread / 1000;
        salary = salary * country.pay_per_thousand / 1000;
        for (_, change) in changes.iter().filter(|(day, _)| *day <= self.today) {
            salary = salary * 1000 / growth(*change);
        }

        let reduced_later = changes.iter().any(|(_, change)| matches!(change, Change::FullTime(false)));
        let mut state = JobData {
            job: Some(JobId(start.job())),
            department: Some(DepartmentId(i64::from(start.branch) + 1)),
            manager: self.manager_on(subject.seat_index, career.hired),
            location: Some(LocationId(subject.office as i64 + 1)),
            employee_class: None,
            status: EmploymentStatus::Active,
            pay: None,
            full_time: !part_time || reduced_later,
            phone: fill(country.work_phone, "", &mut rng),
            ext: if rng.chance(700) { extension(subject.id) } else { Text::default() },
            employee_num: employee_number(subject.id, contractor),
            date_hired: Some(to_date(career.hired)),
            date_terminated: None,
        };
        let mut current_post = start;
        let intern = start.rank == rank::JUNIOR && self.today - career.hired < 300 && rng.chance(200);
        let class = |full_time: bool, rank: u8| match () {
            () if contractor => 3,
            () if intern && rank == rank::JUNIOR => 4,
            () if !full_time => 2,
            () => 1,
        };

        let mut records = Vec::with_capacity(changes.len() + 1);
        let mut hours = Vec::with_capacity(1);
        let mut hours_of = |full_time: bool, day: Day, rng: &mut Rng, sequences: &mut Sequences| {
            let share = if full_time { 1000 } else { fraction };
            let created = self.written(day, subject, rng);
            hours.push(Record {
                id: Sequences::take(&mut sequences.work_hour_records),
                effective_date: to_date(day),
                created,
                modified: created,
                data: WorkHours {
                    a_day: Fixed::from_ten_thousandths(country.week * share / 5),
                    a_week: Fixed::from_ten_thousandths(country.week * share),
                },
            });
        };
        let mut record = |day: Day, state: &JobData, rng: &mut Rng, sequences: &mut Sequences| {
            let created = self.written(day, subject, rng);
            records.push(Record {
                id: Sequences::take(&mut sequences.assignment_records),
                effective_date: to_date(day),
                created,
                modified: created,
                data: state.clone(),
            });
        };

        state.pay = Some(pay(country, start, salary, if state.full_time { 1000 } else { fraction }));
        state.employee_class = Some(EmployeeClassId(class(state.full_time, start.rank)));
        hours_of(state.full_time, career.hired, &mut rng, sequences);
        for (index, &(day, change)) in changes.iter().enumerate() {
            // Changes of one day make one record: the one before is written when the day is over.
            let previous = if index == 0 { career.hired } else { changes[index - 1].0 };
            if day > previous {
                record(previous, &state, &mut rng, sequences);
            }
            salary = salary * growth(change) / 1000;
            match change {
                Change::Promoted(post) => current_post = post,
                Change::Transferred(post, leader) => {
                    current_post = post;
                    state.manager = Some(UserId(i64::from(self.roster.ids[leader as usize])));
                }
                Change::FullTime(full_time) => {
                    state.full_time = full_time;
                    hours_of(full_time, day, &mut rng, sequences);
                }
                Change::Suspended => state.status = EmploymentStatus::Suspended,
                Change::Left => {
                    state.status = EmploymentStatus::Terminated;
                    state.date_terminated = Some(to_date(day));
                }
                Change::Raised | Change::NewManager => {}
            }
            if !matches!(change, Change::Transferred(..)) && day <= self.today {
                state.manager = self.manager_on(subject.seat_index, day);
            }
            state.job = Some(JobId(current_post.job()));
            state.department = Some(DepartmentId(i64::from(current_post.branch) + 1));
            state.employee_class = Some(EmployeeClassId(class(state.full_time, current_post.rank)));
            let share = if state.full_time { 1000 } else { fraction };
            state.pay = Some(pay(country, current_post, salary, share));
        }
        record(changes.last().map_or(career.hired, |last| last.0), &state, &mut rng, sequences);
        (records, hours)
    }

    /// The first post, and what changed after it.
    fn changes(&self, subject: &Subject, part_time: bool, rng: &mut Rng) -> (Post, Changes) {
        let career = subject.career;
        let mut changes = Changes { list: [(0, Change::NewManager); 10], count: 0 };
        let until = career.left.unwrap_or(self.today);
        let tenure = until - career.hired;
        let post = subject.seat.post;
        let mut start = post;
        if post.rank > rank::SENIOR && career.leads_since > career.hired {
            // Rose to it: from the staff, or from one rung below.
            start.rank = if post.rank == rank::HEAD { rank::DIRECTOR } else { post.rank - 1 };
            if start.rank <= rank::SENIOR {
                start.track = rng.below(BRANCHES[usize::from(post.branch)].tracks.len() as u32) as u8;
            }
            changes.add(career.leads_since, Change::Promoted(post));
        } else if post.rank <= rank::SENIOR && post.rank > rank::JUNIOR && tenure > 600 && rng.chance(550) {
            start.rank -= 1;
            changes
                .add(month_start(career.hired + rng.between(300, tenure - 120), 1), Change::Promoted(post));
        }
        let leader = subject.seat.above;
        if leader != NOBODY {
            let since = self.roster.careers[leader as usize].leads_since;
            if since > career.hired && since < until {
                changes.add(since, Change::NewManager);
            }
        }
        // Raises are given on 1 April; those of the last years are on record.
        let this_year = year(until);
        for back in 0..3 {
            let day = day_of(this_year - back, 4, 1);
            if day < until && day - career.hired > 180 && rng.chance(420) {
                changes.add(day, Change::Raised);
            }
        }
        if part_time && tenure > 500 && rng.chance(400) {
            changes
                .add(month_start(career.hired + rng.between(200, tenure - 60), 1), Change::FullTime(false));
        }
        self.turn_of_fate(subject, part_time, &mut changes, rng);
        if let Some(left) = career.left {
            changes.add(left, Change::Left);
        }
        (start, changes)
    }

    /// What is to come, or has just come.
    fn turn_of_fate(&self, subject: &Subject, part_time: bool, changes: &mut Changes, rng: &mut Rng) {
        let next_month = month_start(self.today, 1);
        let post = subject.seat.post;
        match subject.career.fate {
            Fate::Ordinary | Fate::NotStarted => {}
            Fate::Suspended => changes.add(
                self.today - rng.between(3, 40).min(self.today - subject.career.hired),
                Change::Suspended,
            ),
            Fate::Promotion if self.roster.can_rise(subject.seat_index) => {
                changes.add(next_month, Change::Promoted(Post { rank: post.rank + 1, ..post }));
            }
            Fate::Promotion => {
                changes.add(next_month, Change::Raised);
            }
            Fate::Transfer => {
                let leader = self.another_leader(subject.seat.above, rng);
                let branch = self.roster.seats[leader as usize].post.branch;
                let track = rng.below(BRANCHES[usize::from(branch)].tracks.len() as u32) as u8;
                let january = day_of(year(self.today) + 1, 1, 1);
                changes.add(january, Change::Transferred(Post { branch, rank: post.rank, track }, leader));
            }
            Fate::Leaving => changes.add(next_month + rng.between(14, 44), Change::Left),
            Fate::Reducing if !part_time => changes.add(next_month, Change::FullTime(false)),
            Fate::Reducing => changes.add(next_month, Change::FullTime(true)),
        }
    }

    /// Somebody who leads a team today; not `leader` if there is another one nearby.
    fn another_leader(&self, leader: u32, rng: &mut Rng) -> u32 {
        let colleague = rng.below(self.staying as u32);
        let leaders =
            (colleague..self.staying as u32).take(40).map(|seat| self.roster.seats[seat as usize].above);
        leaders.into_iter().find(|&above| above != NOBODY && above != leader).unwrap_or(0)
    }

    fn manager_on(&self, seat: u32, day: Day) -> Option<UserId> {
        // Somebody who starts later will report to the one who leads then.
        let manager = self.roster.manager_on(seat, day)?;
        Some(UserId(i64::from(self.roster.ids[manager as usize])))
    }

    /// When a record that takes effect on `day` was written: about then, but not before its user was.
    pub(crate) fn written(&self, day: Day, subject: &Subject, rng: &mut Rng) -> jiff::Timestamp {
        let latest = (self.today - 1).max(subject.entered);
        let written = moment((day - rng.between(0, 9)).clamp(subject.entered, latest), self.options.now, rng);
        written.max(subject.created)
    }
}

fn extension(id: u64) -> Text {
    let mut text = Text::default();
    push_number(&mut text, if id < 7000 { 2000 + id } else { 100_000 + id });
    text
}

fn employee_number(id: u64, contractor: bool) -> Text {
    let mut text = Text::default();
    if contractor {
        text.push_str("C-");
    }
    push_number(&mut text, 1000 + id);
    text
}

/// A salary for full-time work, given so as is usual in the country and for the post.
fn pay(country: &Country, post: Post, salary: i64, share: i64) -> Pay {
    let currency = country.currency.parse().unwrap_or(Currency::USD);
    let basis = if post.is_hourly() && country.pay_basis == PayBasis::Annual {
        PayBasis::Hourly
    } else {
        country.pay_basis
    };
    let rounded =
        |amount: i64, step: i64| Fixed::from_integer((amount / step).max(1) * step).unwrap_or_default();
    let rate = match basis {
        PayBasis::Annual => rounded(salary * share / 1000, country.pay_step),
        PayBasis::Monthly => rounded(salary * share / 12_000, country.pay_step),
        // To a quarter of the currency's unit; 52 weeks of so many tenths of hours.
        PayBasis::Hourly if currency.decimals() > 0 => {
            Fixed::from_ten_thousandths((salary * 40 / (52 * country.week)).max(1) * 2500)
        }
        PayBasis::Hourly => rounded(salary * 10 / (52 * country.week), 10),
    };
    Pay { basis, rate, currency }
}
