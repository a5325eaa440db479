//! What is said of somebody to add or to change them.

use jiff::civil::Date;
use secrecy::SecretString;

use super::{EmploymentStatus, Gender, Group, Id, PayBasis, form::change};

change! {
    /// What is said of a user: what is not said stays as it is.
    ///
    /// ```
    /// use folkmoot_client::api::{AssignmentChange, EmploymentStatus, UserChange};
    ///
    /// let leaving = UserChange::new().assignment(
    ///     AssignmentChange::new()
    ///         .effective_date("2026-03-31".parse()?)
    ///         .status(EmploymentStatus::Terminated),
    /// );
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    UserChange {
        /// The username.
        username(&str) = "username",
        /// The e-mail address.
        email(&str) = "email",
        /// The name on Twitter.
        twitter_username(&str) = "twitter_username",
        /// The page at LinkedIn.
        linkedin_url(&str) = "linkedin_url",
        /// The blog.
        blog_url(&str) = "blog_url",
        /// The name to show in place of the first name.
        nickname(&str) = "nickname",
        /// The group.
        group(Group) = "group",
        /// Whether somebody new gets no invitation.
        skip_invite(bool) = "skip_invite",
    }
}

impl UserChange {
    /// A new password, of oneself.
    pub fn password(mut self, password: SecretString) -> Self {
        self.0.add_secret("password", password);
        self
    }

    /// Personal data.
    pub fn employee(mut self, change: EmployeeChange) -> Self {
        self.0.add_below("employee_record", change.0);
        self
    }

    /// Job data.
    pub fn assignment(mut self, change: AssignmentChange) -> Self {
        self.0.add_below("assignment_record", change.0);
        self
    }

    /// What a custom field is to hold; empty for nothing.
    pub fn custom_field(mut self, field: impl Into<Id>, content: &str) -> Self {
        let number = self.0.count("[custom_field_id]");
        self.0.add(format!("custom_field_record[{number}][custom_field_id]"), field.into().as_str());
        self.0.add(format!("custom_field_record[{number}][content]"), content);
        self
    }
}

change! {
    /// Personal data, from a day on.
    EmployeeChange {
        /// The first day on which it counts; today, if nothing is said.
        effective_date(Date) = "effective_date",
        /// The given name.
        first_name(&str) = "first_name",
        /// The middle name.
        middle_name(&str) = "middle_name",
        /// The family name.
        last_name(&str) = "last_name",
        /// The phone at home.
        phone(&str) = "phone",
        /// The first line of the address.
        address1(&str) = "address1",
        /// The second line of the address.
        address2(&str) = "address2",
        /// The city.
        city(&str) = "city",
        /// The state or province.
        state(&str) = "state",
        /// The country.
        country(&str) = "country",
        /// The postal code.
        postal(&str) = "postal",
        /// The date of birth.
        birthdate(Option<Date>) = "birthdate",
        /// The gender.
        gender(Option<Gender>) = "gender",
        /// Whom to call in an emergency.
        emergency_name(&str) = "emergency_name",
        /// Their number.
        emergency_number(&str) = "emergency_number",
    }
}

impl EmployeeChange {
    /// The government's number for them; empty for none.
    pub fn government_id(mut self, number: SecretString) -> Self {
        self.0.add_secret("government_id", number);
        self
    }
}

change! {
    /// Job data, from a day on.
    AssignmentChange {
        /// The first day on which it counts; today, if nothing is said.
        effective_date(Date) = "effective_date",
        /// The job; nothing for none.
        job(Option<Id>) = "job_id",
        /// The department; nothing for none.
        department(Option<Id>) = "department_id",
        /// The manager; nothing for none.
        manager(Option<Id>) = "manager_id",
        /// The location; nothing for none.
        location(Option<Id>) = "location_id",
        /// The class of employees; nothing for none.
        employee_class(Option<Id>) = "employee_class_id",
        /// Whether they are employed.
        status(EmploymentStatus) = "employee_status",
        /// Whether they work full time.
        full_time(bool) = "full_time",
        /// The work phone.
        phone(&str) = "phone",
        /// Its extension.
        ext(&str) = "ext",
        /// The employee number.
        employee_num(&str) = "employee_num",
        /// The day of hire.
        date_hired(Option<Date>) = "date_hired",
        /// The last day.
        date_terminated(Option<Date>) = "date_terminated",
        /// Hours a day, a decimal.
        hours(&str) = "hours",
        /// Hours a week, a decimal.
        standard_hours(&str) = "standard_hours",
        /// What pay is counted by; nothing for no pay.
        pay_basis(Option<PayBasis>) = "pay_type",
        /// How much: a decimal, such as `65346.30`.
        pay_rate(&str) = "pay_rate",
        /// Of which currency, such as `USD`.
        pay_currency(&str) = "pay_currency",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_the_form_that_the_api_takes() {
        let change = UserChange::new()
            .email("a@b.c")
            .assignment(
                AssignmentChange::new()
                    .effective_date("2026-02-01".parse().unwrap())
                    .job(Some(3.into()))
                    .manager(None),
            )
            .custom_field(9, "42")
            .custom_field("10", "");
        assert_eq!(
            change.0.encode(),
            "email=a%40b.c&assignment_record[effective_date]=2026-02-01&assignment_record[job_id]=3\
             &assignment_record[manager_id]=&custom_field_record[0][custom_field_id]=9\
             &custom_field_record[0][content]=42&custom_field_record[1][custom_field_id]=10\
             &custom_field_record[1][content]="
        );
    }

    #[test]
    fn secrets_are_not_shown() {
        let change = UserChange::new()
            .password("tr0ub4dor".into())
            .employee(EmployeeChange::new().government_id("078-05-1120".into()));
        let shown = format!("{change:?}");
        assert!(
            shown.contains("government_id") && !shown.contains("078-05") && !shown.contains("tr0ub"),
            "{shown}"
        );
    }
}
