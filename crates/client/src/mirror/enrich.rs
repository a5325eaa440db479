//! What a list leaves out: some servers' lists do not say where the pictures are, and none says employee numbers.

use std::collections::HashSet;

use futures_util::{StreamExt as _, stream};

use super::{options::Options, outcome::Failure};
use crate::{
    client::Client,
    user::{Avatar, User},
};

/// Asks for each user of whom the list says too little. Gives back the users of whom it cannot be known.
pub(crate) async fn enrich(
    client: &Client,
    users: &mut [User],
    options: &Options,
) -> (HashSet<String>, Vec<Failure>) {
    let number = options.name.needs_employee_number();
    let lacking = |user: &User| {
        user.avatar == Avatar::Unknown
            || (number && user.employee_number().is_none() && user.avatar != Avatar::None)
    };
    ask(client, users, options.jobs, lacking).await
}

/// Asks for each user whose employee number the list does not say; who cannot be asked stays without.
pub(crate) async fn employee_numbers(client: &Client, users: &mut [User], jobs: usize) {
    ask(client, users, jobs, |user| user.employee_number().is_none()).await;
}

async fn ask(
    client: &Client,
    users: &mut [User],
    jobs: usize,
    lacking: impl Fn(&User) -> bool,
) -> (HashSet<String>, Vec<Failure>) {
    let asked = users.iter().enumerate().filter(|(_, user)| lacking(user));
    let asked: Vec<(usize, String)> = asked.map(|(index, user)| (index, user.id.clone())).collect();
    let answers = stream::iter(asked)
        .map(|(index, id)| async move { (index, client.user(&id).await) })
        .buffer_unordered(jobs.max(1));
    let mut answers = std::pin::pin!(answers);
    let (mut undecided, mut failures) = (HashSet::new(), Vec::new());
    while let Some((index, answer)) = answers.next().await {
        let user = &mut users[index];
        match answer {
            Ok(full) => {
                if user.avatar == Avatar::Unknown {
                    user.avatar = full.avatar;
                }
                user.assignment = full.assignment;
            }
            Err(error) => {
                undecided.insert(user.id.clone());
                let reason = format!("cannot get the user: {error}");
                failures.push(Failure { user: user.id.clone(), name: user.username.clone(), reason });
            }
        }
    }
    (undecided, failures)
}
