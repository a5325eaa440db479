//! The mask: the audiences that a viewer belongs to with regard to one person. Few different masks occur, so
//! what is rendered for one viewer can be served to another with the same mask.

use crate::{Audience, Group, Privacy, SalaryAudience, Settings};

/// What a viewer is to a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Relation {
    /// The same person.
    Oneself,
    /// Their manager, in the sense of the account's management style.
    Manager,
    /// Anybody else.
    Other,
}

/// A set of audiences.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Mask(u16);

impl Mask {
    const EVERYONE: u16 = 1;
    const PERSONAL: u16 = 1 << 1;
    const PAY: u16 = 1 << 2;
    const GOVERNMENT_ID: u16 = 1 << 3;
    const GROUP: u16 = 1 << 4;
    const OWN_KEY: u16 = 1 << 5;
    const EMPLOYEE_AND_MANAGER: u16 = 1 << 6;
    const MANAGER: u16 = 1 << 7;
    const ADMINISTRATOR: u16 = 1 << 8;
    const LEAVERS: u16 = 1 << 9;

    /// What every user of the account sees of every other.
    pub const PUBLIC: Mask = Mask(Self::EVERYONE);

    /// The audiences of somebody of group `viewer` who is `relation` to the person.
    pub fn of(viewer: Group, relation: Relation, settings: &Settings) -> Mask {
        let mut bits = Self::EVERYONE;
        let salary = settings.salary_audience;
        if salary == SalaryAudience::Everyone {
            bits |= Self::PAY;
        }
        match relation {
            Relation::Oneself => {
                bits |= Self::PERSONAL
                    | Self::GOVERNMENT_ID
                    | Self::GROUP
                    | Self::OWN_KEY
                    | Self::EMPLOYEE_AND_MANAGER;
                if salary == SalaryAudience::EmployeeAndManager {
                    bits |= Self::PAY;
                }
            }
            Relation::Manager => {
                bits |=
                    Self::PERSONAL | Self::GROUP | Self::EMPLOYEE_AND_MANAGER | Self::MANAGER | Self::LEAVERS;
                if matches!(salary, SalaryAudience::Managers | SalaryAudience::EmployeeAndManager) {
                    bits |= Self::PAY;
                }
            }
            Relation::Other => {}
        }
        if viewer == Group::Administrators {
            bits |= Self::PERSONAL
                | Self::PAY
                | Self::GOVERNMENT_ID
                | Self::GROUP
                | Self::EMPLOYEE_AND_MANAGER
                | Self::MANAGER
                | Self::ADMINISTRATOR
                | Self::LEAVERS;
        }
        Mask(bits)
    }

    /// Whether a field of this audience is shown. What goes by privacy is always listed; see [`Mask::sees_privacy`].
    pub const fn sees(self, audience: Audience) -> bool {
        let bit = match audience {
            Audience::Everyone | Audience::ByPrivacy => Self::EVERYONE,
            Audience::Personal => Self::PERSONAL,
            Audience::Pay => Self::PAY,
            Audience::GovernmentId => Self::GOVERNMENT_ID,
            Audience::Group => Self::GROUP,
            Audience::OwnKey => Self::OWN_KEY,
        };
        self.0 & bit != 0
    }

    /// Whether an item of this privacy is shown.
    pub const fn sees_privacy(self, privacy: Privacy) -> bool {
        let bit = match privacy {
            Privacy::Everyone => Self::EVERYONE,
            Privacy::EmployeeAndManager => Self::EMPLOYEE_AND_MANAGER,
            Privacy::Manager => Self::MANAGER,
            Privacy::AdministratorOnly => Self::ADMINISTRATOR,
        };
        self.0 & bit != 0
    }

    /// Whether the person is shown after they have left.
    pub const fn sees_leavers(self) -> bool {
        self.0 & Self::LEAVERS != 0
    }

    /// The bits, as part of a cache key or an entity tag.
    pub const fn bits(self) -> u16 {
        self.0
    }
}
