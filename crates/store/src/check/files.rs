//! Pictures are all there and are what their names say; nothing else lies about.

use std::collections::BTreeMap;
use std::fs;
use std::pin::pin;

use folkmoot_core::{AccountId, PictureName, UserId};
use futures_util::{StreamExt, stream};

use super::{CheckOptions, CheckReport};
use crate::blobs::Survey;
use crate::db::each_backend;
use crate::pictures::run_blocking;
use crate::progress::Steps;
use crate::{Finding, OnProgress, Stage, Store, StoreResult, directory_image};

type Pictures = BTreeMap<(AccountId, PictureName), UserId>;

pub(super) async fn check(
    store: &Store,
    accounts: &[AccountId],
    pictures: Pictures,
    options: CheckOptions,
    on_progress: &OnProgress,
    report: &mut CheckReport,
) -> StoreResult<()> {
    let looking = Looking::look(store, accounts, &pictures, on_progress).await?;
    report.pictures += looking.read;
    report.findings.extend(looking.findings);
    for (account, name, user) in looking.missing {
        if is_named(store, account, name).await? && store.blobs.get(account, name).await?.is_none() {
            let place = store.blobs.place(account, name);
            report.findings.push(Finding::new(place, format!("is missing; user {user} has this picture")));
        }
    }
    for (account, name) in looking.orphans {
        if is_named(store, account, name).await? {
            continue;
        }
        let mut finding = Finding::new(store.blobs.place(account, name), "is nobody's picture");
        // Under the database's write lock, so that nobody comes to need it meanwhile.
        finding.repaired = options.repair && store.remove_picture_if_unused(account, name).await?;
        report.findings.push(finding);
    }
    report.findings.extend(store.blobs.leftovers(options.repair).await?);
    let Some(data_dir) = store.data_dir().cloned() else { return Ok(()) };
    let (keys, accounts) = (store.keys.clone(), accounts.to_vec());
    let images = run_blocking(move || Ok(directory_image::check(&data_dir, &keys, &accounts))).await?;
    report.findings.extend(images.into_iter().map(|(path, what)| {
        let mut finding = Finding::file(&path, what);
        finding.repaired = options.repair && fs::remove_file(&path).is_ok();
        finding
    }));
    Ok(())
}

#[derive(Default)]
struct Looking {
    read: u64,
    findings: Vec<Finding>,
    missing: Vec<(AccountId, PictureName, UserId)>,
    orphans: Vec<(AccountId, PictureName)>,
}

impl Looking {
    async fn look(
        store: &Store,
        accounts: &[AccountId],
        pictures: &Pictures,
        on_progress: &OnProgress,
    ) -> StoreResult<Looking> {
        let mut looking = Looking::default();
        let blobs = &store.blobs;
        let mut steps = Steps::begin(on_progress, Stage::CheckPictures, pictures.len() as u64);
        let read =
            async |(&(account, name), &user)| (account, name, user, look_at(store, account, name).await);
        let mut looks = pin!(stream::iter(pictures).map(read).buffered(blobs.reads_at_once()));
        while let Some((account, name, user, look)) = looks.next().await {
            let mut found = |what: String| {
                looking.findings.push(Finding::new(blobs.place(account, name), what));
            };
            match look {
                Ok(Look::Right) => looking.read += 1,
                Ok(Look::Damaged) => {
                    looking.read += 1;
                    found("its content is not what its name says".to_owned());
                }
                Ok(Look::Missing) => looking.missing.push((account, name, user)),
                Err(error) => found(error.to_string()),
            }
            steps.step();
        }
        let survey = match blobs.survey(accounts).await {
            Ok(survey) => survey,
            Err(error) => {
                looking.findings.push(Finding::new(blobs.root(), error.to_string()));
                Survey::default()
            }
        };
        if survey.nothing_there && !pictures.is_empty() {
            looking.findings.push(Finding::new(blobs.root(), "is missing"));
        }
        let stranger = |place| Finding::new(place, "does not belong here");
        looking.findings.extend(survey.strangers.into_iter().map(stranger));
        looking.orphans.extend(survey.blobs.into_iter().filter(|blob| !pictures.contains_key(blob)));
        steps.finish();
        Ok(looking)
    }
}

/// What a look at one picture shows.
enum Look {
    Right,
    Damaged,
    Missing,
}

async fn look_at(store: &Store, account: AccountId, name: PictureName) -> StoreResult<Look> {
    let Some(content) = store.blobs.get(account, name).await? else { return Ok(Look::Missing) };
    let right = store.is_picture(account, name, &content).await?;
    Ok(if right { Look::Right } else { Look::Damaged })
}

/// Whether a row names this picture now.
async fn is_named(store: &Store, account: AccountId, name: PictureName) -> StoreResult<bool> {
    let owners: i64 = each_backend!(read &store.db, executor =>
        sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE account_id = $1 AND picture = $2")
            .bind(account.0)
            .bind(name.to_string())
            .fetch_one(executor)
            .await?
    );
    Ok(owners > 0)
}
