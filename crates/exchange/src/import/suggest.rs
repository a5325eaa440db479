//! Guessing what a misspelled name was meant to be.

/// The longest name that is worth guessing at, in characters.
const LONGEST: usize = 64;

/// The candidate nearest to `name`, if it is near enough to have been meant.
pub(super) fn nearest<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let name: Vec<char> = name.chars().take(LONGEST + 1).collect();
    if name.len() > LONGEST {
        return None;
    }
    let mut rows = Default::default();
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let bound = (name.len().max(candidate.len()) / 3).max(1);
        if name.len().abs_diff(candidate.len()) > bound {
            continue;
        }
        let distance = distance(&name, candidate, &mut rows);
        if distance <= bound && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// Whether one name is the other but for one slip.
pub(super) fn is_slip(name: &str, other: &str) -> bool {
    let name: Vec<char> = name.chars().take(LONGEST + 1).collect();
    name.len() <= LONGEST
        && other.len() <= 2 * LONGEST
        && distance(&name, other, &mut Default::default()) <= 1
}

/// How many characters must be put in, taken out, replaced or swapped with their neighbour to make one of the other.
fn distance(name: &[char], candidate: &str, rows: &mut [Vec<usize>; 3]) -> usize {
    let [before, last, row] = rows;
    last.clear();
    last.extend(0..=name.len());
    let mut previous = None;
    for (taken, wanted) in candidate.chars().enumerate() {
        row.clear();
        row.push(taken + 1);
        for (at, &have) in name.iter().enumerate() {
            let replaced = last[at] + usize::from(have != wanted);
            let mut least = replaced.min(last[at + 1] + 1).min(row[at] + 1);
            if at > 0 && have != wanted && previous == Some(have) && name[at - 1] == wanted {
                least = least.min(before[at - 1] + 1);
            }
            row.push(least);
        }
        previous = Some(wanted);
        std::mem::swap(before, last);
        std::mem::swap(last, row);
    }
    last[name.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_guessed_and_another_word_is_not() {
        let names = ["username", "email", "first_name", "last_name"];
        let guess = |name| nearest(name, names.into_iter());
        assert_eq!(guess("emial"), Some("email"), "two letters swapped are one slip");
        assert_eq!(guess("emal"), Some("email"));
        assert_eq!(guess("mial"), None, "two slips in five letters");
        assert_eq!(guess("fist_name"), Some("first_name"));
        assert_eq!(guess("frist_name"), Some("first_name"));
        assert_eq!(guess("shoe_size"), None);
        assert_eq!(guess(&"e".repeat(65)), None);
    }
}
