//! File names that are safe everywhere, and different from each other everywhere.
//!
//! A name comes from a server, which may be hostile, and the folder may be copied to a disk of another system.

use std::collections::HashSet;

use unicode_normalization::UnicodeNormalization as _;

/// Leaves room for a suffix and an extension within the 255 bytes that file systems allow.
const LONGEST: usize = 150;

/// Devices of Windows, whatever extension follows.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Makes a name (without extension) harmless: one path component, visible, portable. Empty if nothing is left.
pub(crate) fn safe(name: &str) -> String {
    let mut safe = String::new();
    for c in name.nfc() {
        let c = if is_harmless(c) { c } else { '_' };
        if safe.len() + c.len_utf8() > LONGEST {
            break;
        }
        safe.push(c);
    }
    // Windows drops trailing dots and blanks; a leading dot hides a file, and a leading dash looks like an option.
    let trimmed = safe.trim_end_matches(['.', ' ']).trim_start_matches(' ');
    let mut safe = match trimmed.chars().next() {
        Some('.' | '-' | '~') => format!("_{}", &trimmed[1..]),
        _ => trimmed.to_owned(),
    };
    if is_device(&safe) {
        safe.insert(0, '_');
    }
    safe
}

fn is_harmless(c: char) -> bool {
    let forbidden = matches!(c, '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' | '\u{fffd}');
    let invisible = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}');
    let odd_blank = c.is_whitespace() && c != ' ';
    !(forbidden || invisible || odd_blank || c.is_control())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_lowercase();
    if DEVICES.contains(&stem.as_str()) {
        return true;
    }
    let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
    number.is_some_and(|n| {
        let mut digits = n.chars();
        matches!((digits.next(), digits.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
    })
}

/// Two names with the same key are the same file on some disk that ignores case or normalises Unicode.
pub(crate) fn key(name: &str) -> String {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    // Upper case first: it unfolds what lower case leaves alone, such as ß and the final sigma.
    let upper: String = name.nfkc().flat_map(char::to_uppercase).collect();
    upper.nfkc().flat_map(char::to_lowercase).nfkc().collect()
}

/// A user who needs a name.
#[derive(Clone, Debug)]
pub(crate) struct Wish<'a> {
    pub(crate) id: &'a str,
    /// The name wanted.
    pub(crate) name: String,
    /// The name that the user's file has.
    pub(crate) held: Option<&'a str>,
}

/// Names for users, in the same order. Whoever has a file keeps its name while it fits, so that a newcomer renames
/// nobody's file. Of the others who want the same name, the one with the lowest id gets it and the rest get their id
/// appended.
pub(crate) fn assign(wishes: &[Wish<'_>]) -> Vec<String> {
    let mut order: Vec<usize> = (0..wishes.len()).collect();
    order.sort_by_cached_key(|&i| id_order(wishes[i].id));
    let mut taken = HashSet::with_capacity(wishes.len());
    let mut names = vec![String::new(); wishes.len()];
    let mut new = Vec::with_capacity(wishes.len());
    for &i in &order {
        let name = safe(&wishes[i].name);
        match wishes[i].held {
            Some(held) if fits(held, &name, wishes[i].id) && taken.insert(key(held)) => {
                held.clone_into(&mut names[i]);
            }
            _ => new.push((i, name)),
        }
    }
    let mut late = Vec::new();
    for (i, name) in new {
        if !name.is_empty() && taken.insert(key(&name)) {
            names[i] = name;
        } else {
            late.push((i, name));
        }
    }
    for (i, name) in late {
        let name = with_id(&name, wishes[i].id);
        let mut candidate = name.clone();
        let mut round = 2;
        while !taken.insert(key(&candidate)) {
            candidate = format!("{name}-{round}");
            round += 1;
        }
        names[i] = candidate;
    }
    names
}

/// Whether `held` is one of the names that a user who wants `name` may get.
fn fits(held: &str, name: &str, id: &str) -> bool {
    let is_round = |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit());
    (held == name && !name.is_empty())
        || held.strip_prefix(&with_id(name, id)).is_some_and(|rest| {
            rest.is_empty() || rest.strip_prefix('-').is_some_and(|rest| !rest.is_empty() && is_round(rest))
        })
}

fn with_id(name: &str, id: &str) -> String {
    let stem = if name.is_empty() { "user" } else { name };
    let id: String = safe(id).chars().take(20).collect();
    format!("{stem}-{id}")
}

/// Ids by number where they are numbers, else by text.
pub(crate) fn id_order(id: &str) -> (u64, String) {
    (id.parse().unwrap_or(u64::MAX), id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_become_harmless() {
        for (name, expected) in [
            ("alice", "alice"),
            ("Zoë O'Hara", "Zoë O'Hara"),
            ("a@example.com", "a@example.com"),
            ("../../etc/passwd", "_._.._etc_passwd"),
            ("..", ""),
            (".", ""),
            ("", ""),
            ("C:", "C_"),
            ("C:\\Windows\\x", "C__Windows_x"),
            ("NUL", "_NUL"),
            ("con.txt", "_con.txt"),
            ("COM1", "_COM1"),
            ("lpt².a", "_lpt².a"),
            ("COM10", "COM10"),
            ("console", "console"),
            ("name. . .", "name"),
            ("  x ", "x"),
            (".bashrc", "_bashrc"),
            ("-rf", "_rf"),
            ("a\0b\nc\x1b[31m", "a_b_c_[31m"),
            ("gpj.\u{202e}exe", "gpj._exe"),
            ("a\u{200b}b\u{feff}", "a_b_"),
            ("e\u{301}", "é"),
        ] {
            assert_eq!(safe(name), expected, "{name:?}");
        }
        let long = safe(&"ü".repeat(500));
        assert!(long.len() <= LONGEST && long.chars().all(|c| c == 'ü'));
    }

    #[test]
    fn names_that_some_disk_takes_for_one_get_the_id() {
        let wanted = |names: &[(&'static str, &str)]| {
            assign(&names.iter().map(|(id, name)| wish(id, name, None)).collect::<Vec<_>>())
        };
        assert_eq!(wanted(&[("10", "Alice"), ("9", "alice")]), ["Alice-10", "alice"]);
        assert_eq!(wanted(&[("1", "Zoe\u{308}"), ("2", "ZOË")]), ["Zoë", "ZOË-2"]);
        assert_eq!(wanted(&[("1", "straße"), ("2", "STRASSE")]), ["straße", "STRASSE-2"]);
        assert_eq!(wanted(&[("1", ""), ("2", ".."), ("x/y", "")]), ["user-1", "user-2", "user-x_y"]);
        assert_eq!(wanted(&[("1", "a"), ("2", "a"), ("3", "a-2")]), ["a", "a-2-2", "a-2"][..]);
        assert_eq!(wanted(&[("1", "a/b"), ("2", "a:b")]), ["a_b", "a_b-2"]);
    }

    #[test]
    fn a_newcomer_renames_nobody() {
        let before = assign(&[wish("2", "a", None), wish("3", "A", None), wish("4", "", None)]);
        assert_eq!(before, ["a", "A-3", "user-4"]);
        let held = |id, name, at: usize| wish(id, name, Some(before[at].as_str()));
        let after = assign(&[
            wish("1", "a", None),
            wish("5", "a-3", None),
            wish("6", "user-4", None),
            held("2", "a", 0),
            held("3", "A", 1),
            held("4", "", 2),
        ]);
        assert_eq!(after[3..], before);
        assert_eq!(after[..3], ["a-1", "a-3-5", "user-4-6"]);
        // Nor does somebody who leaves.
        assert_eq!(assign(&[held("3", "A", 1)]), before[1..2]);
    }

    #[test]
    fn a_name_is_kept_only_while_it_fits() {
        for (held, name) in
            [("b", "a"), ("A", "a"), ("a-3", "a"), ("a-2-", "a"), ("a-2-x", "a"), ("a-22", "a"), ("", "..")]
        {
            assert_ne!(assign(&[wish("2", name, Some(held))]), [held], "{held}");
        }
        for held in ["a", "a-2", "a-2-2"] {
            assert_eq!(assign(&[wish("2", "a", Some(held))]), [held]);
        }
        let same = assign(&[wish("1", "a", Some("a")), wish("2", "a", Some("a"))]);
        assert_eq!(same, ["a", "a-2"]);
    }

    fn wish<'a>(id: &'a str, name: &str, held: Option<&'a str>) -> Wish<'a> {
        Wish { id, name: name.to_owned(), held }
    }
}
