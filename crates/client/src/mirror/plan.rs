//! What there is to fetch, and what is fine as it is.

use std::collections::{HashMap, HashSet};

use super::{
    ledger::Ledger,
    names::{self, Wish},
    options::Options,
};
use crate::{
    download::Validators,
    origin,
    user::{Avatar, User},
};

/// A picture to fetch.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) user: String,
    pub(crate) username: String,
    pub(crate) url: String,
    /// The file's name without extension.
    pub(crate) stem: String,
    /// What to ask with whether the picture changed, when we have one.
    pub(crate) validators: Option<Validators>,
}

/// What a run is to do.
#[derive(Debug, Default)]
pub(crate) struct Plan {
    pub(crate) tasks: Vec<Task>,
    /// Users whose picture cannot have changed.
    pub(crate) unchanged: Vec<String>,
    /// Users of the manifest who certainly have no picture any more.
    pub(crate) gone: Vec<String>,
}

/// Decides for each user. The pictures of users in `undecided` are left as they are.
pub(crate) fn plan(
    users: &[User],
    undecided: &HashSet<String>,
    ledger: &Ledger,
    sizes: &HashMap<String, u64>,
    options: &Options,
) -> Plan {
    let mut plan = Plan::default();
    // Everybody gets a name, so that who has a picture today does not decide what files are called.
    let wishes: Vec<_> = users
        .iter()
        .map(|user| Wish { id: &user.id, name: options.name.expand(user), held: ledger.stem(&user.id) })
        .collect();
    let stems = names::assign(&wishes);
    let mut kept = HashSet::with_capacity(users.len());
    for (user, stem) in users.iter().zip(stems) {
        if user.avatar == Avatar::Unknown || undecided.contains(&user.id) {
            kept.insert(user.id.as_str());
            continue;
        }
        let Avatar::Url(url) = &user.avatar else { continue };
        kept.insert(user.id.as_str());
        let current = ledger.get(&user.id).filter(|entry| {
            let file = entry.file.as_deref().unwrap_or_default();
            origin::is_same_object(&entry.url, url)
                && ledger.stem(&user.id) == Some(&stem)
                && sizes.get(file) == Some(&entry.size)
                && !options.force
        });
        // An address that was signed anew may be of another content: that is asked.
        if current.is_some_and(|entry| entry.url == *url) && origin::is_absolute(url) {
            plan.unchanged.push(user.id.clone());
            continue;
        }
        plan.tasks.push(Task {
            user: user.id.clone(),
            username: user.username.clone(),
            url: url.clone(),
            stem,
            validators: current.map(super::manifest::Entry::validators).filter(|known| !known.is_empty()),
        });
    }
    plan.gone = ledger.users().filter(|user| !kept.contains(user)).map(str::to_owned).collect();
    plan
}
