//! Names from many places, in their own scripts and in Latin letters.

mod asia;
mod europe;
mod fold;
mod india;
mod latin;
mod latin_marked;
mod nicknames;
mod southwest;

pub(crate) use fold::push_folded;
pub(crate) use nicknames::nickname;

/// A name as written at home, and in Latin letters.
pub(crate) type Name = (&'static str, &'static str);

/// The names of one culture.
pub(crate) struct Names {
    pub(crate) male: &'static [Name],
    pub(crate) female: &'static [Name],
    pub(crate) family: &'static [Name],
    /// Family names as women bear them, in the order of `family`, where they differ.
    pub(crate) family_of_women: &'static [Name],
    /// What people there may like to be called whatever their name.
    pub(crate) short: &'static [&'static str],
}

/// Names that are written in Latin letters at home.
macro_rules! same {
    ($($name:literal),* $(,)?) => { &[$(($name, $name)),*] };
}
use same;

/// A culture: its names, and the offices where its people are found.
pub(crate) struct Culture {
    pub(crate) names: &'static Names,
    /// Offices where the names are at home.
    pub(crate) offices: &'static [&'static str],
    /// Of every [`ROUND`] people, how many bear its names at home.
    pub(crate) at_home: u32,
    /// And how many abroad, in Latin letters.
    pub(crate) abroad: u32,
    /// Usual complexions, from the lightest (0) to the darkest (9).
    pub(crate) complexion: (i32, i32),
    /// How usual hair other than black or dark brown is, in per mille.
    pub(crate) light_hair: u32,
    /// Of a thousand women, how many wear a headscarf.
    pub(crate) headscarf: u32,
}

/// Where people work whose names are from elsewhere.
pub(crate) const ABROAD: [&str; 8] =
    ["Toronto", "Toronto", "Toronto", "Austin", "London", "Berlin", "Dublin", "Remote (Canada)"];

const fn culture(
    names: &'static Names,
    offices: &'static [&'static str],
    (at_home, abroad): (u32, u32),
    complexion: (i32, i32),
    light_hair: u32,
    headscarf: u32,
) -> Culture {
    Culture { names, offices, at_home, abroad, complexion, light_hair, headscarf }
}

/// All cultures.
pub(crate) const CULTURES: [Culture; 25] = [
    culture(
        &latin::ENGLISH,
        &[
            "Toronto",
            "Toronto",
            "Toronto",
            "Toronto",
            "Austin",
            "Austin",
            "London",
            "Dublin",
            "Remote (Canada)",
            "Remote (United States)",
        ],
        (26, 0),
        (0, 9),
        520,
        0,
    ),
    culture(&latin::FRENCH, &["Montréal", "Montréal", "Paris"], (8, 1), (0, 8), 420, 0),
    culture(&latin::GERMAN, &["Berlin"], (7, 1), (0, 3), 560, 0),
    culture(&latin::SPANISH, &["Barcelona", "Barcelona", "Austin"], (6, 1), (1, 5), 200, 0),
    culture(&latin::PORTUGUESE, &["São Paulo"], (5, 0), (1, 8), 220, 0),
    culture(&latin_marked::POLISH, &["Warsaw"], (4, 1), (0, 2), 600, 0),
    culture(&latin_marked::HUNGARIAN, &["Budapest"], (2, 0), (0, 3), 450, 0),
    culture(&latin_marked::NORDIC, &["Stockholm"], (4, 0), (0, 2), 750, 0),
    culture(&latin_marked::TURKISH, &["İstanbul"], (2, 1), (1, 5), 180, 350),
    culture(&latin_marked::VIETNAMESE, &["Hà Nội"], (2, 1), (2, 5), 0, 0),
    culture(&latin_marked::NIGERIAN, &["Lagos"], (3, 2), (7, 9), 0, 80),
    culture(&europe::UKRAINIAN, &["Kyiv"], (3, 1), (0, 2), 550, 0),
    culture(&europe::GREEK, &["Athens"], (2, 0), (1, 4), 250, 0),
    culture(&europe::GEORGIAN, &["Tbilisi"], (2, 0), (1, 4), 200, 0),
    culture(&europe::ARMENIAN, &["Yerevan"], (2, 0), (1, 4), 150, 0),
    culture(&southwest::ARABIC, &["Dubai"], (3, 2), (3, 7), 30, 500),
    culture(&southwest::HEBREW, &["Tel Aviv"], (2, 0), (1, 5), 250, 0),
    culture(&southwest::ETHIOPIC, &["Addis Ababa"], (2, 1), (7, 9), 0, 120),
    culture(&india::DEVANAGARI, &["Pune"], (6, 4), (4, 8), 0, 30),
    culture(&asia::HAN, &["Taipei"], (4, 3), (1, 4), 20, 0),
    culture(&asia::JAPANESE, &["Tokyo"], (4, 1), (1, 4), 60, 0),
    culture(&asia::HANGUL, &["Seoul"], (3, 1), (1, 3), 60, 0),
    culture(&asia::THAI, &["Bangkok"], (2, 0), (3, 6), 0, 0),
    culture(&india::BENGALI, &["Pune", "London"], (1, 1), (4, 8), 0, 60),
    culture(&india::TAMIL, &["Pune", "Toronto"], (1, 1), (5, 9), 0, 0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::places::OFFICES;

    #[test]
    fn lists_are_complete_and_hold_no_name_twice() {
        for culture in &CULTURES {
            let Names { male, female, family, family_of_women, short: _ } = culture.names;
            for list in [male, female, family] {
                assert!(list.len() >= 24, "{list:?}");
                let mut sorted: Vec<_> = list.iter().map(|name| name.0).collect();
                sorted.sort_unstable();
                sorted.dedup();
                assert_eq!(sorted.len(), list.len(), "{list:?}");
            }
            assert!(family_of_women.is_empty() || family_of_women.len() == family.len());
            for office in culture.offices.iter().chain(&ABROAD) {
                assert!(OFFICES.iter().any(|known| known.name == *office), "{office}");
            }
        }
    }

    #[test]
    fn every_name_has_an_ascii_form() {
        for culture in &CULTURES {
            let Names { male, female, family, family_of_women, short: _ } = culture.names;
            for (name, latin) in
                [male, female, family, family_of_women].into_iter().flat_map(|list| list.iter())
            {
                let mut folded = folkmoot_core::Text::default();
                push_folded(&mut folded, latin);
                assert!(folded.len() >= 2, "{name}");
                let letters = latin.chars().filter(|c| c.is_alphabetic()).count();
                assert!(folded.len() >= letters, "{name}: {folded}");
                assert!(folded.bytes().all(|b| b.is_ascii_lowercase()), "{name}: {folded}");
            }
        }
    }
}
