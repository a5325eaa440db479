//! The mask: the audiences that a viewer belongs to with regard to one person. Few different masks occur, so
//! what is rendered for one viewer can be served to another with the same mask.

use crate::{Audience, Privacy, RIGHTS, Right, Rights};

/// What it takes to belong to an audience.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Needs {
    /// Nothing but to be of the account.
    Nothing,
    /// To be the person.
    Oneself,
    /// A right over the person.
    Right(Right),
}

impl Needs {
    /// Whether it is met by somebody who has `rights` over the person, or is the person.
    pub const fn are_met(self, rights: Rights, oneself: bool) -> bool {
        match self {
            Needs::Nothing => true,
            Needs::Oneself => oneself,
            Needs::Right(right) => rights.has(right),
        }
    }
}

impl Audience {
    /// What it takes to be shown a field of this audience. What goes by privacy is always listed; see
    /// [`Privacy::needs`].
    pub const fn needs(self) -> Needs {
        match self {
            Audience::Everyone | Audience::ByPrivacy => Needs::Nothing,
            Audience::Details => Needs::Right(Right::ViewDetails),
            Audience::Employment => Needs::Right(Right::ViewEmployment),
            Audience::Birthday => Needs::Right(Right::ViewBirthday),
            Audience::LeaveBalance => Needs::Right(Right::ViewLeaveBalances),
            Audience::Pay => Needs::Right(Right::ViewCompensation),
            Audience::GovernmentId => Needs::Right(Right::ViewGovernmentId),
            Audience::Group => Needs::Right(Right::ViewAccess),
            Audience::OwnKey => Needs::Oneself,
        }
    }
}

impl Privacy {
    /// What it takes to be shown an item of this privacy.
    pub const fn needs(self) -> Needs {
        match self {
            Privacy::Everyone => Needs::Nothing,
            Privacy::EmployeeAndManager => Needs::Right(Right::ViewEmployeeItems),
            Privacy::Manager => Needs::Right(Right::ViewManagerItems),
            Privacy::AdministratorOnly => Needs::Right(Right::ViewAdministratorItems),
        }
    }
}

/// What it takes to know of somebody who has left.
pub(super) const LEAVERS: Needs = Needs::Right(Right::ViewFormer);

/// Every need that has a place in a mask, in the order of the bits.
const PLACES: [Needs; 13] = [
    Needs::Nothing,
    Needs::Oneself,
    Needs::Right(Right::ViewDetails),
    Needs::Right(Right::ViewEmployment),
    Needs::Right(Right::ViewBirthday),
    Needs::Right(Right::ViewLeaveBalances),
    Needs::Right(Right::ViewCompensation),
    Needs::Right(Right::ViewGovernmentId),
    Needs::Right(Right::ViewAccess),
    Needs::Right(Right::ViewEmployeeItems),
    Needs::Right(Right::ViewManagerItems),
    Needs::Right(Right::ViewAdministratorItems),
    LEAVERS,
];

/// A set of audiences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mask(u16);

impl Mask {
    /// What every user of the account sees of every other.
    pub const PUBLIC: Mask = Mask::of(Rights::NONE, false);

    /// The audiences of somebody who has `rights` over the person, or is the person.
    pub const fn of(rights: Rights, oneself: bool) -> Mask {
        let (mut bits, mut place) = (0, 0);
        while place < PLACES.len() {
            bits |= (PLACES[place].are_met(rights, oneself) as u16) << place;
            place += 1;
        }
        Mask(bits)
    }

    const fn meets(self, needs: Needs) -> bool {
        let place = match needs {
            Needs::Nothing => 0,
            Needs::Oneself => 1,
            Needs::Right(right) => PLACE_OF[right as usize],
        };
        self.0 & 1 << place != 0
    }

    /// Whether a field of this audience is shown. What goes by privacy is always listed; see [`Mask::sees_privacy`].
    pub const fn sees(self, audience: Audience) -> bool {
        self.meets(audience.needs())
    }

    /// Whether an item of this privacy is shown.
    pub const fn sees_privacy(self, privacy: Privacy) -> bool {
        self.meets(privacy.needs())
    }

    /// Whether the person is shown after they have left.
    pub const fn sees_leavers(self) -> bool {
        self.meets(LEAVERS)
    }

    /// The bits, as part of a cache key or an entity tag.
    pub const fn bits(self) -> u16 {
        self.0
    }
}

/// The place of each right's need; for a right that no audience needs, one where no mask has anything.
const PLACE_OF: [u8; RIGHTS.len()] = {
    let mut places = [u16::BITS as u8 - 1; RIGHTS.len()];
    let mut place = 0;
    while place < PLACES.len() {
        if let Needs::Right(right) = PLACES[place] {
            places[right as usize] = place as u8;
        }
        place += 1;
    }
    places
};

const _: () = assert!(PLACES.len() < u16::BITS as usize, "a place is left where no mask has anything");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_audience_has_a_place_of_its_own() {
        let audiences = [
            Audience::Details,
            Audience::Employment,
            Audience::Birthday,
            Audience::LeaveBalance,
            Audience::Pay,
            Audience::GovernmentId,
            Audience::Group,
        ];
        let needs =
            audiences.map(Audience::needs).into_iter().chain(Privacy::ALL[1..].iter().map(|p| p.needs()));
        for needs in needs.chain([LEAVERS]) {
            let Needs::Right(right) = needs else { panic!("{needs:?}") };
            let mask = Mask::of(Rights::of(&[right]), false);
            assert_eq!(mask.bits().count_ones(), 2, "{right:?} opens what is public and one thing more");
            assert!(mask.meets(needs) && !Mask::PUBLIC.meets(needs), "{right:?}");
        }
        assert!(Mask::of(Rights::NONE, true).sees(Audience::OwnKey));
        assert!(!Mask::of(Rights::ALL, false).sees(Audience::OwnKey));
    }
}
