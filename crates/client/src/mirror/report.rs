//! Who has a picture, who has none, and what in a folder is out of date. Changes nothing.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use serde::Serialize;
use tokio::task::spawn_blocking;

use super::{
    error::MirrorError,
    folder, ledger,
    manifest::{Entry, Status},
};
use crate::{
    client::Client,
    origin,
    user::{Avatar, User},
};

/// How one user's picture stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SurveyState {
    /// No picture.
    None,
    /// A picture on the server, and no file (or no folder was named).
    Missing,
    /// The file is the picture.
    Current,
    /// There is a file, and only asking for the picture could tell whether it is still the one.
    Unverified,
    /// There is a file, but it is not the current picture, or was changed.
    Stale,
    /// There is a file of somebody who is not in the list or has no picture any more.
    Leftover,
    /// The server's list does not say.
    Unknown,
}

/// One user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SurveyRow {
    /// The user's id.
    pub user: String,
    /// The username.
    pub username: String,
    /// The name to show.
    pub display_name: Option<String>,
    /// How the picture stands.
    pub state: SurveyState,
    /// The file in the folder.
    pub file: Option<String>,
}

/// All users, in the order of the list, and then the leftovers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Survey {
    /// One row for each.
    pub rows: Vec<SurveyRow>,
}

impl Survey {
    /// How many are in a state.
    pub fn count(&self, state: SurveyState) -> u64 {
        self.rows.iter().filter(|row| row.state == state).count() as u64
    }
}

/// Compares the server's list with a folder that [`super::pull`] filled, if one is given.
///
/// # Errors
/// When the list cannot be had or the folder cannot be read.
pub async fn report(client: &Client, out: Option<&Path>) -> Result<Survey, MirrorError> {
    let users = client.users().await.map_err(MirrorError::List)?;
    let (entries, sizes) = match out.map(Path::to_owned) {
        Some(out) => {
            spawn_blocking(move || read(&out)).await.map_err(|e| MirrorError::Broken(e.to_string()))??
        }
        None => Default::default(),
    };
    Ok(compare(&users, &entries, &sizes))
}

type Known = (HashMap<String, Entry>, HashMap<String, u64>);

fn read(out: &Path) -> Result<Known, MirrorError> {
    let lines = ledger::parse(&folder::manifest_path(out))?;
    let entries = lines.entries.into_iter().map(|entry| (entry.user.clone(), entry)).collect();
    Ok((entries, folder::sizes(out)?))
}

fn compare(users: &[User], entries: &HashMap<String, Entry>, sizes: &HashMap<String, u64>) -> Survey {
    let present = |entry: &&Entry| entry.file.as_ref().is_some_and(|file| sizes.contains_key(file));
    let listed: HashSet<&str> = users.iter().map(|user| user.id.as_str()).collect();
    let mut rows: Vec<_> = users
        .iter()
        .map(|user| {
            let entry = entries.get(&user.id).filter(present);
            let state = match (&user.avatar, entry) {
                (Avatar::Unknown, _) => SurveyState::Unknown,
                (Avatar::None, None) => SurveyState::None,
                (Avatar::None, Some(_)) => SurveyState::Leftover,
                (Avatar::Url(_), None) => SurveyState::Missing,
                (Avatar::Url(url), Some(entry)) => state(url, entry, sizes),
            };
            SurveyRow {
                user: user.id.clone(),
                username: user.username.clone(),
                display_name: user.display_name.clone(),
                state,
                file: entry.and_then(|entry| entry.file.clone()),
            }
        })
        .collect();
    let mut left: Vec<_> =
        entries.values().filter(|entry| !listed.contains(entry.user.as_str())).filter(present).collect();
    left.sort_by_cached_key(|entry| super::names::id_order(&entry.user));
    rows.extend(left.into_iter().map(|entry| SurveyRow {
        user: entry.user.clone(),
        username: entry.username.clone(),
        display_name: None,
        state: SurveyState::Leftover,
        file: entry.file.clone(),
    }));
    Survey { rows }
}

fn state(url: &str, entry: &Entry, sizes: &HashMap<String, u64>) -> SurveyState {
    let whole = entry.file.as_ref().and_then(|file| sizes.get(file)) == Some(&entry.size);
    if !origin::is_same_object(&entry.url, url) || !whole || entry.status == Status::Stale {
        SurveyState::Stale
    } else if entry.url == url && origin::is_absolute(url) {
        SurveyState::Current
    } else {
        SurveyState::Unverified
    }
}

#[cfg(test)]
mod tests {
    use SurveyState::{Current, Leftover, Missing, Stale, Unknown, Unverified};

    use super::*;

    #[test]
    fn each_state_is_told() {
        let user = |id: &str, avatar| User { id: id.into(), avatar, ..User::default() };
        let url = |url: &str| Avatar::Url(url.into());
        let users = [
            user("1", Avatar::None),
            user("2", url("https://s3.test/2")),
            user("3", url("https://s3.test/3")),
            user("4", url("/4")),
            user("5", url("https://s3.test/new")),
            user("6", Avatar::None),
            user("7", Avatar::Unknown),
            user("8", url("https://s3.test/8")),
            user("10", url("https://s3.test/10?X-Amz-Date=2&X-Amz-Signature=b")),
        ];
        let entry = |user: &str, url: &str| {
            let file = Some(format!("{user}.jpg"));
            (user.to_owned(), Entry { user: user.into(), url: url.into(), file, size: 3, ..Entry::default() })
        };
        let entries = HashMap::from([
            entry("3", "https://s3.test/3"),
            entry("4", "/4"),
            entry("5", "https://s3.test/old"),
            entry("6", "/6"),
            entry("8", "https://s3.test/8"),
            entry("9", "/9"),
            entry("10", "https://s3.test/10?X-Amz-Date=1&X-Amz-Signature=a"),
        ]);
        let sizes = [("3", 3), ("4", 3), ("5", 3), ("6", 3), ("8", 2), ("9", 3), ("10", 3)];
        let sizes = sizes.iter().map(|(user, size)| (format!("{user}.jpg"), *size)).collect();
        let survey = compare(&users, &entries, &sizes);
        let states: Vec<_> = survey.rows.iter().map(|row| row.state).collect();
        assert_eq!(
            states,
            [
                SurveyState::None,
                Missing,
                Current,
                Unverified,
                Stale,
                Leftover,
                Unknown,
                Stale,
                Unverified,
                Leftover
            ]
        );
        assert_eq!(survey.count(Stale), 2);
    }
}
