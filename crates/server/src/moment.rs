//! Which moment a request asks about: `?as_of=` names a day, `?known_at=` what had been written by then.

use folkmoot_core::Moment;
use folkmoot_wire::{Form, Limits};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp};

use crate::error::Refusal;

const AS_OF: &str = "as_of";
const KNOWN_AT: &str = "known_at";

/// The moment that the query names; `None` where that is what is known now of today.
///
/// # Errors
/// 400 `VALIDATION_ERROR` that names the parameter.
pub(crate) fn asked(query: Option<&str>, today: Date) -> Result<Option<Moment>, Refusal> {
    let names = |query: &&str| query.contains(AS_OF) || query.contains(KNOWN_AT);
    let Some(query) = query.filter(names) else { return Ok(None) };
    let form = Form::parse(query.as_bytes(), &Limits::default());
    let form = form.map_err(|error| Refusal::validation(error.to_string()))?;
    let day = match form.get(AS_OF) {
        None => today,
        Some(value) => value
            .text()
            .and_then(date)
            .ok_or_else(|| Refusal::validation(format!("{AS_OF}: is a date such as 2026-03-01.")))?,
    };
    let known_at = match form.get(KNOWN_AT) {
        None => None,
        Some(value) => Some(value.text().and_then(moment).ok_or_else(|| {
            let example = "a date or a moment such as 2026-03-01T12:00:00Z";
            Refusal::validation(format!("{KNOWN_AT}: is {example}."))
        })?),
    };
    let asked = Moment { day, today, known_at };
    Ok((asked != Moment::now(today)).then_some(asked))
}

/// A date, and nothing after it.
fn date(text: &str) -> Option<Date> {
    let plain = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    if plain { text.parse().ok() } else { None }
}

/// A moment; a date stands for all of its day (UTC).
fn moment(text: &str) -> Option<Timestamp> {
    let Some(day) = date(text) else { return text.parse().ok() };
    let next = day.tomorrow().ok()?.to_zoned(TimeZone::UTC).ok()?.timestamp();
    next.checked_sub(Span::new().microseconds(1)).ok()
}

/// What makes the answer about one moment differ from that about another.
pub(crate) fn identity(moment: Moment) -> Vec<u8> {
    let Moment { day, today: _, known_at } = moment;
    let to_come = moment.includes_those_to_come();
    let known_at = known_at.map(Timestamp::as_microsecond);
    format!("{AS_OF}={day},{to_come},{known_at:?};").into_bytes()
}

#[cfg(test)]
mod tests {
    use jiff::civil::date as day;

    use super::*;

    const TODAY: Date = day(2026, 1, 15);

    fn of(query: &str) -> Moment {
        asked(Some(query), TODAY).unwrap().unwrap()
    }

    #[test]
    fn today_as_it_is_known_now_is_nothing_else() {
        for query in [None, Some(""), Some("x=1"), Some("as_of=2026-01-15"), Some("as_off=1")] {
            assert!(matches!(asked(query, TODAY), Ok(None)), "{query:?}");
        }
    }

    #[test]
    fn a_day_and_what_was_known() {
        let moment = of("a=1&as_of=2025-02-28");
        assert_eq!((moment.day, moment.known_at), (day(2025, 2, 28), None));
        let moment = of("known_at=2025-03-01T12%3A00%3A00%2B02%3A00");
        assert_eq!((moment.day, moment.known_at), (TODAY, Some("2025-03-01T10:00:00Z".parse().unwrap())));
        let whole_day = of("known_at=2025-03-01&as_of=2025-01-01").known_at.unwrap();
        assert_eq!(whole_day.to_string(), "2025-03-01T23:59:59.999999Z");
        assert_ne!(identity(of("as_of=2025-01-01")), identity(of("as_of=2025-01-02")));
        assert_ne!(identity(of("as_of=2025-01-01")), identity(of("as_of=2025-01-01&known_at=2025-01-01")));
    }

    #[test]
    fn what_is_no_day_is_refused_by_name() {
        for text in ["", "today", "2025-02-29", "2025-1-1", "20250101", "2025-01-01T00:00:00Z", "-2025-01-1"]
        {
            for name in [AS_OF, KNOWN_AT] {
                if name == KNOWN_AT && text.ends_with('Z') {
                    continue;
                }
                let Err(Refusal::Error { messages, .. }) = asked(Some(&format!("{name}={text}")), TODAY)
                else {
                    panic!("{name}={text}")
                };
                assert!(messages[0].starts_with(&format!("{name}:")), "{messages:?}");
            }
        }
        assert!(asked(Some("as_of[]=2025-01-01"), TODAY).is_err());
    }
}
