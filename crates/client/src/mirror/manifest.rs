//! The manifest's lines: what is known about each user's picture.
//!
//! `manifest.jsonl` starts with a line that says what it is; then each line describes one user, and a later line
//! about a user replaces an earlier one. So it can be appended to, and a line torn by a crash harms nothing.

use serde::{Deserialize, Serialize};

use crate::download::Validators;

/// The first line of a manifest.
pub(crate) const HEADER: &str = r#"{"folkmoot":"pictures","version":1}"#;

/// How a user's picture stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// The file is the picture.
    #[default]
    Stored,
    /// The file is an earlier picture; fetching the current one failed.
    Stale,
    /// There is no file; fetching it failed.
    Failed,
    /// The person left, or has no picture any more; the file is still here because nobody asked to prune.
    Gone,
}

/// One user's line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The user's id.
    pub user: String,
    /// The username.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub username: String,
    /// The picture's URL, as the server wrote it.
    pub url: String,
    /// The file's name in the folder; none when there is no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The file's size.
    #[serde(default)]
    pub size: u64,
    /// The file's fingerprint: `xxh3:` and what `xxh128sum` says.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub hash: String,
    /// How it stands.
    pub status: Status,
    /// The server's `ETag`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub etag: Option<String>,
    /// The server's `Last-Modified`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_modified: Option<String>,
    /// Why it failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The part that the file was when the line was written, on its way to its name. A crash may have caught it there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) part: Option<u64>,
    /// A file of another name that this one replaces.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) replaces: Option<String>,
}

impl Entry {
    /// What to ask the server with whether there is a newer picture.
    pub(crate) fn validators(&self) -> Validators {
        Validators { etag: self.etag.clone(), last_modified: self.last_modified.clone() }
    }

    /// Whether the names in this line stay inside the folder.
    fn is_harmless(&self) -> bool {
        let harmless = |name: &String| {
            !name.is_empty() && !name.starts_with('.') && !name.contains(['/', '\\', ':', '\0'])
        };
        [&self.file, &self.replaces].into_iter().flatten().all(harmless)
    }
}

/// What a manifest file holds.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Lines {
    /// The lines about users, in order.
    pub(crate) entries: Vec<Entry>,
    /// Whether the end was torn by a crash.
    pub(crate) torn: bool,
}

/// Reads a manifest. Only its end may be damaged; else the number of the first bad line comes back.
pub(crate) fn parse(bytes: &[u8]) -> Result<Lines, usize> {
    let mut lines = Lines::default();
    let mut bad = None;
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let whole = line.strip_suffix(b"\n");
        if number == 1 && whole == Some(HEADER.as_bytes()) {
            continue;
        }
        match (whole.filter(|_| number > 1).and_then(read), bad) {
            // Something readable behind something that is not: that is no torn end.
            (Some(_), Some(bad)) => return Err(bad),
            (Some(entry), None) => lines.entries.push(entry),
            // A file that does not even start like a manifest is somebody else's.
            (None, None) if number == 1 && !HEADER.as_bytes().starts_with(line) => return Err(1),
            (None, None) => bad = Some(number),
            (None, Some(_)) => {}
        }
    }
    lines.torn = bad.is_some();
    Ok(lines)
}

fn read(line: &[u8]) -> Option<Entry> {
    serde_json::from_slice(line).ok().filter(Entry::is_harmless)
}

/// Appends an entry's line.
pub(crate) fn write(entry: &Entry, out: &mut Vec<u8>) -> std::io::Result<()> {
    serde_json::to_writer(&mut *out, entry)?;
    out.push(b'\n');
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(user: &str) -> String {
        let mut out = Vec::new();
        let entry =
            Entry { user: user.into(), url: "/a".into(), file: Some("a.jpg".into()), ..Entry::default() };
        write(&entry, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_torn_end_is_cut_off_and_nothing_else() {
        let whole = format!("{HEADER}\n{}{}", line("1"), line("2"));
        let two = parse(whole.as_bytes()).unwrap();
        assert_eq!((two.entries.len(), two.torn), (2, false));
        for cut in 1..line("2").len() {
            let lines = parse(&whole.as_bytes()[..whole.len() - cut]).unwrap();
            assert_eq!((lines.entries.len(), lines.torn), (1, true), "{cut}");
        }
        let zeros = format!("{whole}\0\0\0\0");
        assert_eq!(parse(zeros.as_bytes()).unwrap().entries.len(), 2);
        assert_eq!(parse(format!("{HEADER}\nx\n{}", line("1")).as_bytes()), Err(2));
        assert_eq!(parse(b"").unwrap(), Lines::default());
        assert!(parse(&HEADER.as_bytes()[..9]).unwrap().torn);
    }

    #[test]
    fn somebody_else_s_file_is_not_taken_for_a_manifest() {
        assert_eq!(parse(b"name,size\n"), Err(1));
        assert_eq!(parse(line("1").as_bytes()), Err(1));
    }

    #[test]
    fn a_line_that_leads_out_of_the_folder_is_bad() {
        for file in ["../a", "a/b", ".folkmoot", "", "C:a", "a\\b"] {
            let entry = serde_json::json!({"user": "1", "url": "/a", "file": file, "status": "stored"});
            let text = format!("{HEADER}\n{entry}\n{}", line("2"));
            assert_eq!(parse(text.as_bytes()), Err(2), "{file}");
        }
    }
}
