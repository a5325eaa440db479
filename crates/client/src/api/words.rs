//! What is chosen from a list. A word that this client does not know yet is kept as it came.

use std::fmt;

use serde::{Deserialize, Deserializer};

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$word_doc:meta])* $variant:ident = $word:literal,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            $($(#[$word_doc])* $variant,)*
            /// A word that this client does not know.
            Other(String),
        }

        impl $name {
            /// The word as the API spells it.
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)*
                    Self::Other(word) => word,
                }
            }
        }

        impl From<&str> for $name {
            fn from(word: &str) -> Self {
                match word {
                    $($word => Self::$variant,)*
                    other => Self::Other(other.to_owned()),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                Ok(Self::from(super::read::plain(deserializer)?.as_str()))
            }
        }
    )*};
}

words! {
    /// Whether somebody is employed.
    EmploymentStatus {
        /// They are.
        Active = "ACTIVE",
        /// They are, but not at the moment.
        Suspended = "SUSPENDED",
        /// They have left.
        Terminated = "TERMINATED",
    }

    /// What pay is counted by.
    PayBasis {
        /// A year.
        Annual = "ANNUAL",
        /// An hour.
        Hourly = "HOURLY",
        /// A month.
        Monthly = "MONTHLY",
    }

    /// A group of users.
    Group {
        /// Who may do everything.
        Administrators = "Administrators",
        /// Who has people.
        Managers = "Managers",
        /// Everybody else.
        Employees = "Employees",
    }

    /// A gender.
    Gender {
        /// Male.
        Male = "MALE",
        /// Female.
        Female = "FEMALE",
        /// Another.
        Neither = "OTHER",
    }

    /// How leave accrues.
    Accrual {
        /// It does not: its use is noted alone.
        None = "NONE",
        /// Each week.
        Weekly = "WEEKLY",
        /// Each second week.
        Biweekly = "BIWEEKLY",
        /// Twice a month.
        Semimonthly = "SEMIMONTHLY",
        /// Each month.
        Monthly = "MONTHLY",
        /// Each year.
        Annual = "ANNUAL",
    }

    /// What a custom field holds.
    FieldKind {
        /// A line.
        Text = "text",
        /// Lines.
        Textarea = "textarea",
        /// One of a list.
        Select = "select",
        /// A day.
        Date = "date",
        /// A number.
        Number = "number",
    }

    /// Who sees a custom field of somebody.
    Privacy {
        /// Everyone.
        Everyone = "Everyone",
        /// Themselves and their managers.
        EmployeeAndManager = "Employee & Manager",
        /// Their managers, and not themselves.
        Manager = "Manager",
        /// Administrators alone.
        AdministratorOnly = "Administrator only",
    }

    /// To whom a permission group extends.
    Relationship {
        /// Oneself.
        Oneself = "self",
        /// Who reports to one.
        DirectReports = "direct_reports",
        /// Who reports to one, or to who does, and so on.
        AllReports = "all_reports",
        /// Who reports to one, and everyone whose group is Employees.
        DirectReportsAndEmployees = "direct_reports_and_employees",
        /// Everyone but oneself.
        EveryoneElse = "everyone_else",
        /// Everyone.
        Everyone = "everyone",
    }

    /// What has happened to an object.
    Action {
        /// It was made.
        Add = "Add",
        /// It was changed.
        Edit = "Edit",
        /// It was deleted.
        Delete = "Delete",
    }

    /// What has become of a delivery of a webhook.
    DeliveryState {
        /// It was taken.
        Delivered = "delivered",
        /// It was not taken yet.
        Retrying = "retrying",
        /// It was given up.
        Failed = "failed",
    }
}
