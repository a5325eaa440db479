//! Custom fields and leave: their definitions, and what people have of them.

use folkmoot_core::{
    Accrual, CustomFieldId, CustomFieldKind, CustomFieldRecord, CustomFieldRecordId, Fixed, Gender,
    LeaveTypeId, LeaveUsage, PayBasis, Privacy, Sequences, Text,
};

use crate::calendar::{day_of, to_date, year};
use crate::maker::{Maker, Subject};
use crate::places::{OFFICES, fill};
use crate::rng::{Rng, Topic};

/// Name, kind, whether encrypted, privacy.
pub(crate) type Definition = (&'static str, CustomFieldKind, bool, Privacy);

/// Custom fields, by identifier from 1.
pub(crate) const FIELDS: [Definition; 10] = [
    ("T-shirt size", CustomFieldKind::Select, false, Privacy::Everyone),
    ("Pronouns", CustomFieldKind::Text, false, Privacy::Everyone),
    ("Desk", CustomFieldKind::Text, false, Privacy::Everyone),
    ("Dietary needs", CustomFieldKind::Textarea, false, Privacy::EmployeeAndManager),
    ("Probation ends", CustomFieldKind::Date, false, Privacy::EmployeeAndManager),
    ("Laptop", CustomFieldKind::Text, false, Privacy::EmployeeAndManager),
    ("Retention risk", CustomFieldKind::Select, false, Privacy::Manager),
    ("Review score", CustomFieldKind::Number, false, Privacy::Manager),
    ("Background check", CustomFieldKind::Select, false, Privacy::AdministratorOnly),
    ("Bank account", CustomFieldKind::Text, true, Privacy::AdministratorOnly),
];

/// Name, accrual, what somebody is said to be doing, whether unpaid.
pub(crate) type Leave = (&'static str, Accrual, &'static str, bool);

/// Leave types, by identifier from 1.
pub(crate) const LEAVE_TYPES: [Leave; 6] = [
    ("PTO", Accrual::Semimonthly, "taking time off", false),
    ("Sick", Accrual::None, "off sick", false),
    ("Vacation", Accrual::Annual, "on vacation", false),
    ("Parental", Accrual::None, "on parental leave", false),
    ("Unpaid", Accrual::None, "on unpaid leave", true),
    ("Volunteering", Accrual::Annual, "volunteering", false),
];

const DIETS: [&str; 7] = [
    "Vegetarian",
    "Vegan",
    "Halal",
    "Kosher",
    "Gluten-free (coeliac)",
    "No nuts: allergic.\nCarries an EpiPen in the top drawer.",
    "Lactose intolerant",
];

impl Maker<'_> {
    pub(crate) fn custom_field_records(
        &self,
        subject: &Subject,
        sequences: &mut Sequences,
    ) -> Vec<CustomFieldRecord> {
        let mut rng = Rng::of(self.options.seed, Topic::Extras, subject.id);
        let mut records = Vec::with_capacity(5);
        for (index, _) in FIELDS.iter().enumerate() {
            if let Some(content) = self.content(index, subject, &mut rng) {
                let id = CustomFieldRecordId(Sequences::take(&mut sequences.custom_field_records));
                records.push(CustomFieldRecord { id, field: CustomFieldId(index as i64 + 1), content });
            }
        }
        records
    }

    /// What this person has in the field with this index, if anything.
    fn content(&self, field: usize, subject: &Subject, rng: &mut Rng) -> Option<Text> {
        let usual = [780, 300, 560, 140, 1000, 620, 330, 560, 720, 640];
        if !rng.chance(usual[field]) {
            return None;
        }
        let text = match field {
            0 => Text::from(rng.word(&["XS", "S", "S", "M", "M", "M", "L", "L", "XL", "XXL"])),
            1 => Text::from(match subject.identity.gender? {
                Gender::Female => "she/her",
                Gender::Male => "he/him",
                Gender::Other => "they/them",
            }),
            2 => fill_one(&["@%-##", "%.@.##"], rng),
            3 => Text::from(rng.word(&DIETS)),
            4 => {
                let ends = subject.career.hired + 90;
                if ends < self.today - 60 {
                    return None;
                }
                compact_str::format_compact!("{}", to_date(ends))
            }
            5 => fill_one(&["LT-1###", "LT-2###", "MB-4####"], rng),
            6 => Text::from(rng.word(&["Low", "Low", "Low", "Medium", "Medium", "High"])),
            7 => fill_one(&["3.#", "4.#", "2.#", "4", "5"], rng),
            8 => Text::from(rng.word(&["Passed", "Passed", "Passed", "Passed", "Pending", "Waived"])),
            // Check digits that no bank gives out.
            _ => fill("XX00 0000 #### #### ####", "", rng),
        };
        Some(text)
    }

    pub(crate) fn leave_usages(&self, subject: &Subject) -> Vec<LeaveUsage> {
        let mut rng = Rng::of(self.options.seed, Topic::Extras, subject.id | 1 << 40);
        let country = OFFICES[subject.office].country;
        let started = day_of(year(self.today), 1, 1).max(subject.career.hired);
        // The part of the year in which leave was earned and taken, in per mille.
        let part = i64::from((self.today - started).clamp(0, 365)) * 1000 / 365;
        let north_america =
            country.pay_basis == PayBasis::Annual && matches!(country.currency, "CAD" | "USD");
        let mut usages = Vec::with_capacity(4);
        let mut usage = |leave_type: i64, used: i64, left: Option<i64>| {
            usages.push(LeaveUsage {
                leave_type: LeaveTypeId(leave_type),
                days_used: half_days(used),
                days_remaining: left.map(half_days),
            });
        };
        if north_america {
            let earned = i64::from(rng.between(15, 26)) * 2 * part / 1000 + i64::from(rng.between(0, 10));
            let used = earned * i64::from(rng.between(0, 100)) / 100;
            usage(1, used, Some(earned - used));
        }
        usage(2, (rng.unit() * rng.unit() * 16.0) as i64 * part / 1000, None);
        if !north_america {
            let granted = i64::from(rng.between(22, 31)) * 2;
            let used = granted * part / 1000 * i64::from(rng.between(10, 110)) / 110;
            usage(3, used, Some(granted - used));
        }
        if rng.chance(40) {
            usage(4, i64::from(rng.between(10, 90)) * 2 * part / 1000, None);
        }
        if rng.chance(30) {
            usage(5, i64::from(rng.between(1, 10)) * 2, None);
        }
        let used = if rng.chance(300) { 2 * part / 1000 + 1 } else { 0 };
        usage(6, used, Some(4 - used));
        usages
    }
}

/// One of several patterns, filled in.
fn fill_one(patterns: &[&'static str], rng: &mut Rng) -> Text {
    let pattern = rng.word(patterns);
    fill(pattern, "", rng)
}

fn half_days(count: i64) -> Fixed {
    Fixed::from_ten_thousandths(count * 5000)
}
