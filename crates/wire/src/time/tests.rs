use proptest::prelude::*;

use super::*;

fn moment(text: &str) -> String {
    parse_timestamp(text).map_or_else(|fault| format!("{fault:?}"), |found| timestamp(found).to_string())
}

#[test]
fn spellings() {
    let day = Date::new(2013, 9, 30).unwrap();
    assert_eq!(&*date(day), "2013-09-30");
    assert_eq!(&*local(day.at(14, 39, 21, 5)), "2013-09-30T14:39:21");
    assert_eq!(&*spaced("2013-09-30T16:39:21+02:00".parse().unwrap()), "2013-09-30 14:39:21");
    let moment = Timestamp::from_second(1_380_551_961).unwrap();
    assert_eq!(&*timestamp(moment), "2013-09-30T14:39:21+00:00");
    // A moment before the epoch with a fraction belongs to the second that it is in.
    assert_eq!(&*timestamp(Timestamp::from_millisecond(-1).unwrap()), "1969-12-31T23:59:59+00:00");
}

#[test]
fn the_ends_of_time_fit() {
    assert_eq!(&*timestamp(Timestamp::MIN), "-9999-01-02T01:59:59+00:00");
    assert_eq!(&*timestamp(Timestamp::MAX), "9999-12-30T22:00:00+00:00");
    assert_eq!(&*date(Date::MIN), "-9999-01-01");
}

#[test]
fn dates() {
    let day = Date::new(2012, 9, 5).unwrap();
    for text in ["2012-09-05", " 2012-09-05 ", "2012-9-5"] {
        assert_eq!(parse_date(text), Ok(day));
    }
    for text in [
        "",
        "2012",
        "12-09-05",
        "2012/09/05",
        "2012-09-05T00:00:00",
        "2012-09-055",
        "+2012-09-05",
        "2012--9-5",
    ] {
        assert_eq!(parse_date(text), Err(TimeError::NotADate), "{text}");
    }
    for text in ["2013-02-29", "2013-13-01", "2013-00-10", "0000-00-00", "2013-04-99"] {
        assert_eq!(parse_date(text), Err(TimeError::NoSuchDay), "{text}");
    }
}

#[test]
fn moments() {
    for text in [
        "2013-09-30T14:39:21+00:00",
        "2013-09-30T14:39:21Z",
        "2013-09-30t14:39:21z",
        "2013-09-30 14:39:21-00:00",
        "2013-09-30T14:39:21 00:00",
        "2013-09-30T14:39:21.999999999999Z",
        "2013-09-30T16:39:21+02:00",
        "2013-09-30T16:39:21+0200",
        "2013-09-30T16:39:21+02",
        "2013-09-30T20:09:21+05:30",
        "2013-09-30T09:39:21-05:00",
    ] {
        assert_eq!(moment(text), "2013-09-30T14:39:21+00:00", "{text}");
    }
    assert_eq!(moment("2013-09-30T14:39Z"), "2013-09-30T14:39:00+00:00");
    assert_eq!(moment("2016-12-31T23:59:60Z"), "2016-12-31T23:59:59+00:00");
}

#[test]
fn faults_of_moments_are_told_apart() {
    assert_eq!(moment("2013-09-30T14:39:21"), "OffsetMissing");
    assert_eq!(moment("2013-09-30"), "NotATimestamp");
    assert_eq!(moment("yesterday"), "NotATimestamp");
    assert_eq!(moment("2013-09-30T14:39:21+00:00x"), "NotATimestamp");
    assert_eq!(moment("2013-09-30T14:39:21.Z"), "NotATimestamp");
    assert_eq!(moment("2013-09-31T14:39:21Z"), "NoSuchDay");
    assert_eq!(moment("2013-09-30T24:00:00Z"), "NoSuchTime");
    assert_eq!(moment("2013-09-30T14:39:21+24:00"), "NoSuchOffset");
    assert_eq!(moment("9999-12-31T23:59:59Z"), "OutOfRange");
}

#[test]
fn local_times() {
    let time = Date::new(2012, 9, 30).unwrap().at(14, 39, 21, 0);
    assert_eq!(parse_local("2012-09-30T14:39:21"), Ok(time));
    assert_eq!(parse_local("2012-09-30 14:39:21"), Ok(time));
    assert_eq!(parse_local("2012-09-30T14:39:21Z"), Err(TimeError::OffsetUnexpected));
    assert_eq!(parse_local("2012-09-30"), Err(TimeError::NotALocalTime));
}

proptest! {
    #[test]
    fn what_is_written_is_read(second in -62_167_219_200_i64..=253_402_207_200) {
        let moment = Timestamp::from_second(second).unwrap();
        prop_assert_eq!(parse_timestamp(&timestamp(moment)), Ok(moment));
        let time = Offset::UTC.to_datetime(moment);
        prop_assert_eq!(parse_local(&local(time)), Ok(time));
        prop_assert_eq!(parse_date(&date(time.date())), Ok(time.date()));
    }

    #[test]
    fn never_panics(any: String, near in "[0-9]{1,4}-[0-9]{1,3}-[0-9]{1,3}[T ]?[0-9:.+Z -]{0,20}") {
        for text in [&any, &near] {
            let _ = (parse_date(text), parse_timestamp(text), parse_local(text));
        }
    }
}
