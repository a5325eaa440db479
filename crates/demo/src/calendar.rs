//! Days as numbers: hundreds of thousands of histories are laid out by plain arithmetic.

use jiff::Timestamp;
use jiff::civil::{Date, date};

use crate::rng::Rng;

/// Days since 1970-01-01.
pub(crate) type Day = i32;

pub(crate) fn day(date: Date) -> Day {
    day_of(i32::from(date.year()), i32::from(date.month()), i32::from(date.day()))
}

/// The day of a proleptic Gregorian date, by eras of 400 years that begin in March.
pub(crate) fn day_of(year: i32, month: i32, day: i32) -> Day {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn civil(day: Day) -> (i32, i32, i32) {
    let shifted = day + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (era * 400 + year_of_era + i32::from(month <= 2), month, day)
}

pub(crate) fn to_date(day: Day) -> Date {
    let (year, month, day) = civil(day.clamp(day_of(-9000, 1, 1), day_of(9000, 12, 31)));
    date(year as i16, month as i8, day as i8)
}

pub(crate) fn year(day: Day) -> i32 {
    civil(day).0
}

/// The first day of a month so many months after the one `day` is in.
pub(crate) fn month_start(day: Day, later: i32) -> Day {
    let (year, month, _) = civil(day);
    let months = year * 12 + month - 1 + later;
    day_of(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
}

/// The Monday on or before `day`.
pub(crate) fn monday(day: Day) -> Day {
    day - (day - 4).rem_euclid(7)
}

/// Some moment in the working hours of `day`, at the latest `now`.
pub(crate) fn moment(day: Day, now: Timestamp, rng: &mut Rng) -> Timestamp {
    let second = i64::from(day) * 86_400 + 8 * 3600 + i64::from(rng.below(9 * 3600));
    Timestamp::from_second(second).map_or(now, |moment| moment.min(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_agree_with_the_library() {
        for days in (-200_000..200_000).step_by(97) {
            let expected = date(1970, 1, 1).checked_add(jiff::Span::new().days(days)).unwrap();
            assert_eq!(to_date(days), expected);
            assert_eq!(day(expected), days);
        }
    }

    #[test]
    fn mondays_and_months() {
        assert_eq!(to_date(monday(day(date(2026, 7, 5)))), date(2026, 6, 29));
        assert_eq!(to_date(month_start(day(date(2025, 11, 30)), 2)), date(2026, 1, 1));
        assert_eq!(to_date(month_start(day(date(2025, 1, 30)), -1)), date(2024, 12, 1));
    }
}
