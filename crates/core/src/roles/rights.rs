//! The cards and what each knows: every right there is (`org.md`, 'Roles (v3)').

use std::fmt;

use serde::de::{Error as _, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// How far a card's rights reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reach {
    /// They are about the account: whoever holds them holds them whole, whatever their permission group's limit.
    Global,
    /// They are about people: they reach those within the limit of their permission group.
    Limitable,
}

/// What is known of a right.
#[derive(Clone, Copy, Debug)]
pub struct RightFact {
    /// The right.
    pub right: Right,
    /// The card that it is on.
    pub card: Card,
    /// The action on the card.
    pub action: &'static str,
    /// Card and action, joined by a dot: the stored form.
    pub code: &'static str,
    /// What it allows.
    pub about: &'static str,
}

macro_rules! cards {
    ($($card:ident $code:literal $name:literal $reach:ident { $($right:ident $action:literal $about:literal;)* })*) => {
        /// A card: a subject about which there are rights.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Card {
            $(#[doc = $name] $card,)*
        }

        impl Card {
            /// Every card.
            pub const ALL: &[Card] = &[$(Card::$card),*];

            /// The word for it in forms and documents.
            pub const fn code(self) -> &'static str {
                match self {
                    $(Card::$card => $code,)*
                }
            }

            /// The name that people see.
            pub const fn name(self) -> &'static str {
                match self {
                    $(Card::$card => $name,)*
                }
            }

            /// Whether its rights are about the account or about people.
            pub const fn reach(self) -> Reach {
                match self {
                    $(Card::$card => Reach::$reach,)*
                }
            }
        }

        /// A right: an action on a card.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Right {
            $($(#[doc = $about] $right,)*)*
        }

        /// Every right, card by card.
        pub const RIGHTS: &[RightFact] = &[
            $($(RightFact {
                right: Right::$right,
                card: Card::$card,
                action: $action,
                code: concat!($code, ".", $action),
                about: $about,
            },)*)*
        ];
    };
}

cards! {
    SystemAccess "system_access" "System Access" Global {
        WebLogin "web_login" "Log in to the web pages";
        ApiAccess "api_access" "Use the API";
    }
    FeatureAccess "feature_access" "Feature Access" Global {
        UseCalendar "calendar" "Use the calendar";
        UseDirectory "directory" "Use the directory";
        UseOrgChart "org_chart" "Use the team page and the organisation chart";
        UseImporter "importer" "Import people";
        ReadSystemLogs "system_logs" "Read the system's logs";
    }
    Culture "culture" "Culture" Global {
        ModifyBadges "modify_badges" "Define badges";
        ModifyValues "modify_values" "Define values";
    }
    SystemTypes "system_types" "System Types" Global {
        ModifySystemTypes "modify" "Define departments, jobs, locations, employee classes, custom fields, leave and event types";
    }
    SystemConfiguration "system_configuration" "System Configuration" Global {
        ModifySystemConfiguration "modify" "Change the account's settings";
    }
    FeatureManagement "feature_management" "Feature Management" Global {
        ModifyFeatures "modify" "Turn features on and off";
    }
    IntegrationManagement "integration_management" "Integration Management" Global {
        ModifyIntegrations "modify" "Set up integrations and webhooks";
    }
    PublicJobBoard "public_job_board" "Public Job Board" Global {
        ModifyJobBoard "modify" "Set up the public job board";
    }
    Reports "reports" "Reports" Global {
        ViewReports "view" "Read reports";
    }
    Privacy "privacy" "Privacy (HR content)" Limitable {
        ViewEmployeeItems "view_employee_items" "See items for 'Employee & Manager'";
        ModifyEmployeeItems "modify_employee_items" "Change items for 'Employee & Manager'";
        ViewManagerItems "view_manager_items" "See items for 'Manager'";
        ModifyManagerItems "modify_manager_items" "Change items for 'Manager'";
        ViewAdministratorItems "view_administrator_items" "See items for 'Administrator only'";
        ModifyAdministratorItems "modify_administrator_items" "Change items for 'Administrator only'";
    }
    SensitiveInformation "sensitive_information" "Sensitive Employee Information" Limitable {
        ViewBirthday "view_birthday" "See the date of birth";
        ModifyBirthday "modify_birthday" "Change the date of birth";
        ViewCompensation "view_compensation" "See what they are paid";
        ModifyCompensation "modify_compensation" "Change what they are paid";
        ViewGovernmentId "view_government_id" "See the government number and the gender";
        ModifyGovernmentId "modify_government_id" "Change the government number and the gender";
    }
    BasicInformation "basic_information" "Basic Employee Information" Limitable {
        ViewDetails "view_details" "See personal details: middle name, home phone, address, emergency contact";
        ModifyDetails "modify_details" "Change personal details, links and the picture";
        ViewEmployment "view_employment" "See employment details: status, hire date, employee number, hours";
        ModifyEmployment "modify_employment" "Change employment details: job, department, manager, location, status";
        ViewFormer "view_former" "See those who have left";
        CreateEmployee "create" "Add employees";
        DeleteEmployee "delete" "Delete employees";
    }
    AccessControl "access_control" "Access Control" Limitable {
        ViewAccess "view" "See group and roles";
        AssignRoles "assign" "Give roles and take them away";
        DefineRoles "define" "Make, change and delete roles";
    }
    LeaveManagement "leave_management" "Leave Management" Limitable {
        ViewLeaveRequests "view_requests" "See leave requests";
        CreateLeaveRequests "create_requests" "Ask for leave";
        ModifyLeaveRequests "modify_requests" "Change leave requests";
        ApproveLeaveRequests "approve_requests" "Approve and decline leave requests";
        ViewLeaveBalances "view_balances" "See leave used and left";
        ModifyLeaveBalances "modify_balances" "Change leave used and left";
    }
    Performance "performance" "Performance and Recognition" Limitable {
        ViewPerformance "view" "See goals, notes and reviews";
        CreatePerformance "create" "Add goals, notes and reviews";
        ModifyPerformance "modify" "Change goals, notes and reviews";
        DeletePerformance "delete" "Delete goals, notes and reviews";
    }
    Calendar "calendar" "Calendar" Limitable {
        ViewEvents "view" "See events";
        CreateEvents "create" "Add events";
        ModifyEvents "modify" "Change events";
        DeleteEvents "delete" "Delete events";
    }
    HealthAndSafety "health_and_safety" "Health and Safety" Limitable {
        ViewIncidents "view" "See incidents";
        ModifyIncidents "modify" "Record incidents";
    }
    Hiring "hiring" "Hiring" Limitable {
        ViewHiring "view" "See applicants and openings";
        ModifyHiring "modify" "Change applicants and openings";
    }
}

impl Right {
    /// What is known of it.
    pub const fn fact(self) -> &'static RightFact {
        &RIGHTS[self as usize]
    }

    /// Whether it is about the account or about people.
    pub const fn reach(self) -> Reach {
        self.fact().card.reach()
    }

    /// From its stored form.
    pub fn from_code(code: &str) -> Option<Right> {
        RIGHTS.iter().find(|fact| fact.code == code).map(|fact| fact.right)
    }

    const fn bit(self) -> u64 {
        1 << self as u64
    }
}

/// A set of rights.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Rights(u64);

const _: () = assert!(RIGHTS.len() < 64, "each right has a bit");

impl Rights {
    /// No right.
    pub const NONE: Rights = Rights(0);
    /// Every right.
    pub const ALL: Rights = Rights((1 << RIGHTS.len()) - 1);

    /// These rights.
    pub const fn of(rights: &[Right]) -> Rights {
        let (mut bits, mut at) = (0, 0);
        while at < rights.len() {
            bits |= rights[at].bit();
            at += 1;
        }
        Rights(bits)
    }

    /// Whether `right` is among them.
    pub const fn has(self, right: Right) -> bool {
        self.0 & right.bit() != 0
    }

    /// Whether all of `others` are among them.
    pub const fn has_all(self, others: Rights) -> bool {
        others.0 & !self.0 == 0
    }

    /// Whether any of `others` is among them.
    pub const fn has_any(self, others: Rights) -> bool {
        self.0 & others.0 != 0
    }

    /// Those of these and `others` together.
    #[must_use]
    pub const fn and(self, others: Rights) -> Rights {
        Rights(self.0 | others.0)
    }

    /// Those that are not among `others`.
    #[must_use]
    pub const fn without(self, others: Rights) -> Rights {
        Rights(self.0 & !others.0)
    }

    /// Each of them, card by card.
    pub fn iter(self) -> impl Iterator<Item = Right> {
        RIGHTS.iter().map(|fact| fact.right).filter(move |right| self.has(*right))
    }

    /// Whether there is none.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

impl FromIterator<Right> for Rights {
    fn from_iter<I: IntoIterator<Item = Right>>(rights: I) -> Rights {
        rights.into_iter().fold(Rights::NONE, |set, right| set.and(Rights::of(&[right])))
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter()).finish()
    }
}

/// As the codes of the rights, so that what is stored can be read without this program.
impl Serialize for Rights {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(|right| right.fact().code))
    }
}

impl<'de> Deserialize<'de> for Rights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Codes;
        impl<'de> Visitor<'de> for Codes {
            type Value = Rights;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("codes of rights")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut codes: A) -> Result<Rights, A::Error> {
                let mut rights = Rights::NONE;
                while let Some(code) = codes.next_element::<std::borrow::Cow<'_, str>>()? {
                    let right = Right::from_code(&code);
                    let right =
                        right.ok_or_else(|| A::Error::custom(format_args!("no right is called {code}")))?;
                    rights = rights.and(Rights::of(&[right]));
                }
                Ok(rights)
            }
        }
        deserializer.deserialize_seq(Codes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_right_is_found_by_its_own_code_alone() {
        let codes: HashSet<_> = RIGHTS.iter().map(|fact| fact.code).collect();
        assert_eq!(codes.len(), RIGHTS.len());
        for (at, fact) in RIGHTS.iter().enumerate() {
            assert_eq!(fact.right as usize, at);
            assert_eq!(Right::from_code(fact.code), Some(fact.right));
            assert_eq!(fact.code, format!("{}.{}", fact.card.code(), fact.action));
        }
        assert_eq!(Right::from_code("privacy.everything"), None);
    }

    #[test]
    fn a_set_is_kept_as_codes() {
        let rights = Rights::of(&[Right::ViewDetails, Right::WebLogin]);
        let text = serde_json::to_string(&rights).unwrap();
        assert_eq!(text, r#"["system_access.web_login","basic_information.view_details"]"#);
        assert_eq!(serde_json::from_str::<Rights>(&text).unwrap(), rights);
        assert!(serde_json::from_str::<Rights>(r#"["basic_information.see"]"#).is_err());
        assert_eq!(Rights::ALL.iter().count(), RIGHTS.len());
    }
}
