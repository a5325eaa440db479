//! Pictures are all there and are what their names say; nothing else lies about.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use folkmoot_core::{AccountId, PictureName, UserId};

use super::{CheckOptions, CheckReport};
use crate::db::each_backend;
use crate::pictures::run_blocking;
use crate::progress::Steps;
use crate::{Blobs, Finding, KeyRing, OnProgress, Stage, Store, StoreError, StoreResult, directory_image};

type Pictures = BTreeMap<(AccountId, PictureName), UserId>;

pub(super) async fn check(
    store: &Store,
    accounts: &[AccountId],
    pictures: Pictures,
    options: CheckOptions,
    on_progress: &OnProgress,
    report: &mut CheckReport,
) -> StoreResult<()> {
    let looking = {
        let (blobs, keys, on_progress) = (store.blobs.clone(), store.keys.clone(), on_progress.clone());
        let accounts = accounts.to_vec();
        run_blocking(move || Looking::look(&blobs, &keys, &accounts, &pictures, &on_progress)).await?
    };
    report.pictures += looking.read;
    report.findings.extend(looking.findings);
    for (account, name, user) in looking.missing {
        if is_named(store, account, name).await? && store.picture(account, name).await?.is_none() {
            let path = store.blobs.path(account, &name);
            report.findings.push(Finding::file(path, format!("is missing; user {user} has this picture")));
        }
    }
    for (account, name) in looking.orphans {
        if is_named(store, account, name).await? {
            continue;
        }
        let mut finding = Finding::file(store.blobs.path(account, &name), "is nobody's picture");
        // Under the database's write lock, so that nobody comes to need it meanwhile.
        finding.repaired = options.repair && store.remove_picture_if_unused(account, name).await?;
        report.findings.push(finding);
    }
    for path in store.blobs.leftovers() {
        let mut finding = Finding::file(&path, "is left over from a writer that was killed");
        finding.repaired = options.repair && Blobs::remove_leftover(&path).is_ok();
        report.findings.push(finding);
    }
    let (data_dir, keys, accounts) = (store.data_dir.clone(), store.keys.clone(), accounts.to_vec());
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
    fn look(
        blobs: &Blobs,
        keys: &KeyRing,
        accounts: &[AccountId],
        pictures: &Pictures,
        on_progress: &OnProgress,
    ) -> StoreResult<Looking> {
        let mut looking = Looking::default();
        let mut steps = Steps::begin(on_progress, Stage::CheckPictures, pictures.len() as u64);
        for (&(account, name), &user) in pictures {
            match blobs.get(account, &name) {
                Ok(Some(content)) => {
                    looking.read += 1;
                    if keys.picture_name(account, name.kind, &content) != name {
                        let path = blobs.path(account, &name);
                        looking.findings.push(Finding::file(path, "its content is not what its name says"));
                    }
                }
                Ok(None) => looking.missing.push((account, name, user)),
                Err(error) => {
                    looking.findings.push(Finding::file(blobs.path(account, &name), error.to_string()));
                }
            }
            steps.step();
        }
        for &account in accounts {
            let (names, strangers) = blobs.list(account)?;
            looking.strangers(strangers);
            let unnamed = names.into_iter().filter(|name| !pictures.contains_key(&(account, *name)));
            looking.orphans.extend(unnamed.map(|name| (account, name)));
        }
        let known = |name: &str| name == "tmp" || accounts.iter().any(|account| account.to_string() == name);
        let Blobs::Folder(root) = blobs;
        for entry in fs::read_dir(root).map_err(StoreError::file(root))? {
            let entry = entry.map_err(StoreError::file(root))?;
            if !entry.file_name().to_str().is_some_and(known) {
                looking.strangers(vec![entry.path()]);
            }
        }
        steps.finish();
        Ok(looking)
    }

    fn strangers(&mut self, paths: Vec<PathBuf>) {
        self.findings.extend(paths.into_iter().map(|path| Finding::file(path, "does not belong here")));
    }
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
