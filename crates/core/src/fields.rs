//! The one table of a user's fields: name, audience, meaning. Visibility, the import's column names, the export's
//! columns and the documentation are all read from here (`users.md`, 'Who sees what').

/// To whom a field is shown: what it takes is said by `Audience::needs`, and who has it by roles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Audience {
    /// Everyone in the account.
    Everyone,
    /// Personal details: by groups, oneself, one's managers, administrators.
    Details,
    /// Employment details: by groups the same.
    Employment,
    /// The date of birth: by groups the same.
    Birthday,
    /// Leave used and left: by groups the same.
    LeaveBalance,
    /// Pay: by groups, whom the account's salary setting names.
    Pay,
    /// By groups, oneself and administrators.
    GovernmentId,
    /// By groups, oneself, one's managers, administrators (since 2.0.1).
    Group,
    /// Oneself alone.
    OwnKey,
    /// Each value by the privacy of its definition.
    ByPrivacy,
}

/// What is known of a field.
#[derive(Clone, Copy, Debug)]
pub struct FieldFact {
    /// The field.
    pub field: Field,
    /// Its path in a full user, parts separated by dots.
    pub path: &'static str,
    /// To whom it is shown.
    pub audience: Audience,
    /// What it means, and its form.
    pub about: &'static str,
}

macro_rules! fields {
    (
        { $($field:ident $path:literal $audience:ident $about:literal;)* }
        beyond { $($beyond:ident $beyond_path:literal $beyond_audience:ident $beyond_about:literal;)* }
    ) => {
        /// A field of a full user.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Field {
            $(#[doc = $about] $field,)*
            $(#[doc = $beyond_about] $beyond,)*
        }

        /// Every field of a full user of version 2, in the order in which it is served.
        pub const FIELDS: &[FieldFact] = &[
            $(FieldFact { field: Field::$field, path: $path, audience: Audience::$audience, about: $about },)*
        ];

        /// The fields that only other versions show.
        pub const FIELDS_BEYOND: &[FieldFact] = &[
            $(FieldFact {
                field: Field::$beyond,
                path: $beyond_path,
                audience: Audience::$beyond_audience,
                about: $beyond_about,
            },)*
        ];

        impl Field {
            /// To whom the field is shown.
            pub const fn audience(self) -> Audience {
                match self {
                    $(Field::$field => Audience::$audience,)*
                    $(Field::$beyond => Audience::$beyond_audience,)*
                }
            }

            /// Its path in a full user, parts separated by dots.
            pub const fn path(self) -> &'static str {
                match self {
                    $(Field::$field => $path,)*
                    $(Field::$beyond => $beyond_path,)*
                }
            }
        }
    };
}

fields! {
    {
        Id "id" Everyone "The user's number";
        Username "username" Everyone "The name to log in with; unique in the account";
        ApiKey "api_key" OwnKey "The API key: 40 lower-case hexadecimal digits";
        Email "email" Everyone "The e-mail address; unique in the account";
        TwitterUsername "twitter_username" Everyone "Twitter name";
        LinkedinUrl "linkedin_url" Everyone "Address of a LinkedIn page";
        BlogUrl "blog_url" Everyone "Address of a blog";
        DisplayName "display_name" Everyone "The name to show, made of the names below";
        Avatar "avatar" Everyone "The profile picture's address, or null";
        Created "created" Everyone "When the user was created";
        Modified "modified" Everyone "When the user was last changed";
        AssignmentId "assignment_record.id" Everyone "The assignment record's number";
        AssignmentCurrent "assignment_record.current" Everyone "Whether the record is in force";
        EmployeeStatus "assignment_record.employee_status" Employment "ACTIVE, SUSPENDED or TERMINATED";
        FullTime "assignment_record.full_time" Employment "Whether employment is full time";
        WorkPhone "assignment_record.phone" Everyone "Work phone";
        Extension "assignment_record.ext" Everyone "Work phone's extension";
        EmployeeNumber "assignment_record.employee_num" Employment "Employee number";
        DateHired "assignment_record.date_hired" Employment "The day they were hired";
        AssignmentCreated "assignment_record.created" Everyone "When the assignment record was written";
        AssignmentModified "assignment_record.modified" Everyone "When the assignment record was last corrected";
        Job "assignment_record.job" Everyone "The job";
        Department "assignment_record.department" Everyone "The department";
        Manager "assignment_record.manager" Everyone "The manager";
        EmployeeClass "assignment_record.employee_class" Everyone "The employee class";
        Location "assignment_record.location" Everyone "The location";
        AssignmentUrl "assignment_record.url" Everyone "Where the assignment record is read";
        PayInfo "assignment_record.pay_info" Pay "What they are paid: type, label, rate, currency";
        EmployeeId "employee_record.id" Everyone "The employee record's number";
        EmployeeEffectiveDate "employee_record.effective_date" Details "The first day on which the employee record counts";
        EmployeeCurrent "employee_record.current" Everyone "Whether the record is in force";
        FirstName "employee_record.first_name" Everyone "First name";
        LastName "employee_record.last_name" Everyone "Last name";
        MiddleName "employee_record.middle_name" Details "Middle name";
        HomePhone "employee_record.phone" Details "Home phone";
        Address1 "employee_record.address1" Details "Address, first line";
        Address2 "employee_record.address2" Details "Address, second line";
        City "employee_record.city" Details "City";
        State "employee_record.state" Details "State or province";
        Country "employee_record.country" Details "Country";
        Postal "employee_record.postal" Details "Postal code";
        Birthdate "employee_record.birthdate" Birthday "Date of birth";
        EmergencyName "employee_record.emergency_name" Details "Whom to call in an emergency";
        EmergencyNumber "employee_record.emergency_number" Details "The emergency contact's phone";
        EmployeeCreated "employee_record.created" Everyone "When the employee record was written";
        EmployeeModified "employee_record.modified" Everyone "When the employee record was last corrected";
        EmployeeUrl "employee_record.url" Everyone "Where the employee record is read";
        CustomFieldRecords "custom_field_records" ByPrivacy "Values of custom fields";
        Group "group" Group "Employees, Managers or Administrators";
        LeaveUsages "leave_usages" LeaveBalance "Leave used and left, by type";
        BadgeCount "badge_count" Everyone "How many badges they hold";
        Url "url" Everyone "Where the user is read";
    }
    beyond {
        AssignmentEffectiveDate "assignment_record.effective_date" Employment "The first day on which the assignment record counts";
        DateTerminated "assignment_record.date_terminated" Employment "The day they left";
        Hours "assignment_record.hours" Employment "Hours worked a day";
        StandardHours "assignment_record.standard_hours" Employment "Hours worked a week";
        Gender "employee_record.gender" GovernmentId "Gender, by the original's code list";
        GovernmentId "employee_record.government_id" GovernmentId "Social security or other government number";
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_path_is_listed_twice() {
        let all = || FIELDS.iter().chain(FIELDS_BEYOND);
        let paths: HashSet<_> = all().map(|fact| fact.path).collect();
        assert_eq!(paths.len(), all().count());
    }
}
