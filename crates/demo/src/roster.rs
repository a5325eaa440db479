//! Who sits where, since when, and under which number.

use crate::calendar::{Day, monday, month_start};
use crate::jobs::rank;
use crate::org_tree::{self, NOBODY, Seat};
use crate::rng::{Deck, Rng, Topic};

/// What is about to happen to somebody, or has just happened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Fate {
    /// Nothing out of the ordinary.
    Ordinary,
    /// Hired, not yet started.
    NotStarted,
    /// Suspended some weeks ago.
    Suspended,
    /// To be promoted on the first of next month.
    Promotion,
    /// To be transferred on 1 January.
    Transfer,
    /// Has given notice.
    Leaving,
    /// Will work part time.
    Reducing,
}

/// So many of every two hundred.
const FATES: [(Fate, u32); 7] = [
    (Fate::Ordinary, 181),
    (Fate::NotStarted, 4),
    (Fate::Suspended, 2),
    (Fate::Promotion, 5),
    (Fate::Transfer, 4),
    (Fate::Leaving, 2),
    (Fate::Reducing, 2),
];

/// Someone's time in the company.
#[derive(Clone, Copy)]
pub(crate) struct Career {
    pub(crate) hired: Day,
    /// Since when they lead whom they lead.
    pub(crate) leads_since: Day,
    /// The day they left, which is over.
    pub(crate) left: Option<Day>,
    /// The seat of the one who led the same people before.
    pub(crate) predecessor: u32,
    pub(crate) fate: Fate,
}

/// All seats, those of people who have left at the end.
pub(crate) struct Roster {
    pub(crate) seats: Vec<Seat>,
    pub(crate) careers: Vec<Career>,
    /// Seats in the order of their people's numbers.
    pub(crate) order: Vec<u32>,
    /// Numbers by seat.
    pub(crate) ids: Vec<u32>,
    /// The day on which the company began to use this system.
    pub(crate) opened: Day,
}

impl Roster {
    pub(crate) fn new(seed: u64, people: usize, today: Day) -> Roster {
        let years = match people {
            0..10 => 2,
            10..60 => 5,
            60..2000 => 14,
            _ => 24,
        };
        let founded = monday(today - years * 365);
        let opened = monday(today - (years * 365 / 2).min(3 * 365));
        let gone = if people < 12 { 0 } else { (people * 6 + 50) / 100 };
        let seats = org_tree::grow(seed, people - gone);
        let mut roster =
            Roster { careers: Vec::with_capacity(people), order: Vec::new(), ids: Vec::new(), opened, seats };
        roster.hire(seed, founded, today);
        roster.let_go(seed, gone, founded, today);
        roster.number(today);
        roster
    }

    /// Whom the one in `seat` reported to on `day`.
    pub(crate) fn manager_on(&self, seat: u32, day: Day) -> Option<u32> {
        let mut above = self.seats[seat as usize].above;
        while above != NOBODY {
            let career = &self.careers[above as usize];
            if career.leads_since <= day {
                return Some(above);
            }
            if career.predecessor != NOBODY && self.careers[career.predecessor as usize].hired <= day {
                return Some(career.predecessor);
            }
            above = self.seats[above as usize].above;
        }
        None
    }

    fn hire(&mut self, seed: u64, founded: Day, today: Day) {
        let mut fates = Deck::new(seed, 2, FATES.iter().map(|fate| fate.1));
        let administrator = org_tree::administrator(self.seats.len());
        for (index, seat) in self.seats.iter_mut().enumerate() {
            let mut rng = Rng::of(seed, Topic::Dates, index as u64);
            let age = (today - founded) as f32;
            // Companies grow faster and faster, and those who lead have been there for longer.
            let since = rng.unit() * if seat.leads() { 1.0 } else { rng.unit().max(0.2) };
            let mut fate = FATES[usize::from(fates.card(index as u64))].0;
            if seat.leads() || index == administrator {
                fate = Fate::Ordinary;
            }
            let mut hired = match index {
                0 => founded,
                _ if index == administrator => founded + (today - founded) / 4,
                _ => today - 5 - ((age - 12.0) * since) as Day,
            };
            hired = if rng.chance(300) { month_start(hired, 0) } else { monday(hired) };
            hired = hired.max(founded + i32::from(index > 0));
            let mut leads_since = hired;
            if index > 0 && seat.leads() && today - hired > 500 && rng.chance(500) {
                leads_since = month_start(hired + rng.between(250, today - hired - 60), 0);
            }
            if fate == Fate::NotStarted {
                hired = monday(month_start(today, 1) + 6 + 7 * rng.between(0, 2));
                leads_since = hired;
            } else if fate == Fate::Suspended {
                hired = hired.min(today - 100).max(founded + 1);
            }
            // Nobody stays a beginner for long.
            let tenure = today - hired;
            if !seat.leads() && seat.post.rank < rank::SENIOR {
                let grown = u8::from(tenure > 1300) + u8::from(tenure > 2900 && rng.chance(600));
                seat.post.rank = seat.post.rank.max(grown);
            }
            self.careers.push(Career { hired, leads_since, left: None, predecessor: NOBODY, fate });
        }
    }

    /// Adds those who have left: some led a team that somebody else leads now.
    fn let_go(&mut self, seed: u64, gone: usize, founded: Day, today: Day) {
        let staying = self.seats.len() as u32;
        for index in 0..gone {
            let mut rng = Rng::of(seed, Topic::Dates, (u64::from(staying) + index as u64) | 1 << 40);
            let colleague = 1 + rng.below(staying - 1);
            let Seat { above, post, .. } = self.seats[colleague as usize];
            let seat = self.seats.len() as u32;
            self.seats.push(Seat { above, post, height: 0 });
            let leader = above as usize;
            let Career { leads_since, predecessor, .. } = self.careers[leader];
            let (hired, left);
            if above != 0 && predecessor == NOBODY && leads_since > founded + 500 && rng.chance(400) {
                // Their place is taken by the one the colleague reports to now.
                self.seats[seat as usize] =
                    Seat { above: self.seats[leader].above, post: self.seats[leader].post, height: 0 };
                self.careers[leader].predecessor = seat;
                left = leads_since;
                hired = monday(left - rng.between(400, (left - founded).min(2600) - 20)).max(founded + 1);
            } else {
                left = today - 1 - (((today - founded) * 2 / 3) as f32 * rng.unit() * rng.unit()) as Day;
                hired = monday(left - rng.between(90, (left - founded).clamp(100, 2000))).max(founded + 1);
            }
            let left = left.max(hired + 5).min(today - 1);
            self.careers.push(Career {
                hired,
                leads_since: hired,
                left: Some(left),
                predecessor: NOBODY,
                fate: Fate::Ordinary,
            });
        }
    }

    /// Numbers people in the order in which they were entered: those of the first day by seniority, later ones as
    /// they came. The administrator was first.
    fn number(&mut self, today: Day) {
        let people = self.seats.len();
        let staying = self.careers.iter().filter(|career| career.left.is_none()).count();
        let administrator = org_tree::administrator(staying) as u32;
        let mut order: Vec<u32> = (0..people as u32).collect();
        order.sort_by_cached_key(|&seat| {
            let hired = self.careers[seat as usize].hired;
            (seat != administrator, self.entered(hired, today), hired, seat)
        });
        self.ids = vec![0; people];
        self.order = order;
        for (index, &seat) in self.order.iter().enumerate() {
            self.ids[seat as usize] = index as u32 + 1;
        }
    }

    /// The day on which somebody hired on `hired` was entered into the system.
    pub(crate) fn entered(&self, hired: Day, today: Day) -> Day {
        (hired - 7).clamp(self.opened, (today - 2).max(self.opened))
    }

    /// Whether the one in `seat` may be promoted once more without leading anybody.
    pub(crate) fn can_rise(&self, seat: u32) -> bool {
        self.seats[seat as usize].post.rank < rank::SENIOR
    }
}
