//! The pictures of an account that moves: read, verified, and written under the name that they have in the other store.

use std::collections::HashMap;
use std::pin::pin;

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName};
use futures_util::{StreamExt, stream};
use sha2::{Digest, Sha256};

use super::meaning::Pictures;
use crate::blobs::Hold;
use crate::db::{Transaction, each_backend};
use crate::progress::Steps;
use crate::{Finding, OnProgress, Stage, Store, StoreError, StoreResult};

/// Pictures are written together up to so many, or so many bytes.
const AT_ONCE: usize = 256;
const BYTES_AT_ONCE: usize = 16 << 20;

/// The pictures that rows of an account name.
pub(super) async fn named(
    transaction: &mut Transaction,
    account: AccountId,
) -> StoreResult<Vec<PictureName>> {
    let names: Vec<String> = each_backend!(in transaction, executor =>
        sqlx::query_scalar(
            "SELECT DISTINCT picture FROM users WHERE account_id = $1 AND picture IS NOT NULL ORDER BY picture",
        )
        .bind(account.0)
        .fetch_all(executor)
        .await?
    );
    // What is no picture's name is told of with the row that has it.
    Ok(names.iter().filter_map(|name| name.parse().ok()).collect())
}

/// Where an account's pictures are read from.
#[derive(Clone, Copy)]
pub(super) struct Reader<'a> {
    pub(super) store: &'a Store,
    pub(super) account: AccountId,
    /// What was removed since the rows were looked at is here.
    pub(super) hold: Option<&'a Hold>,
}

impl Reader<'_> {
    /// Reads these pictures and hashes them.
    pub(super) async fn hash(
        self,
        names: &[PictureName],
        stage: Stage,
        on_progress: &OnProgress,
    ) -> StoreResult<Pictures> {
        let mut steps = Steps::begin(on_progress, stage, names.len() as u64);
        let mut pictures = Pictures::with_capacity(names.len());
        let read = async |&name| self.read(name).await;
        let mut contents = pin!(stream::iter(names).map(read).buffered(self.store.blobs.reads_at_once()));
        while let Some(read) = contents.next().await {
            let (name, content) = read?;
            pictures.insert(name, Sha256::digest(&content).into());
            steps.step();
        }
        Ok(pictures)
    }

    /// Copies these pictures to an account of another store. Returns their hashes, and what each is called there.
    pub(super) async fn copy(
        self,
        names: &[PictureName],
        (target, account): (&Store, AccountId),
        on_progress: &OnProgress,
    ) -> StoreResult<(Pictures, HashMap<PictureName, PictureName>)> {
        let mut steps = Steps::begin(on_progress, Stage::CopyPictures, names.len() as u64);
        let mut staging = target.stage_pictures(account).await?;
        let mut pictures = Pictures::with_capacity(names.len());
        let mut there = HashMap::with_capacity(names.len());
        let (mut batch, mut bytes) = (Vec::new(), 0);
        let read = async |&name| self.read(name).await;
        let mut contents = pin!(stream::iter(names).map(read).buffered(self.store.blobs.reads_at_once()));
        while let Some(read) = contents.next().await {
            let (name, content) = read?;
            let new_name = target.keys.picture_name(account, name.kind, &content);
            pictures.insert(name, Sha256::digest(&content).into());
            there.insert(name, new_name);
            bytes += content.len();
            batch.push((new_name, content.into()));
            if batch.len() == AT_ONCE || bytes >= BYTES_AT_ONCE {
                bytes = 0;
                staging.add(std::mem::take(&mut batch)).await?;
            }
            steps.step();
        }
        staging.add(batch).await?;
        staging.publish().await?;
        Ok((pictures, there))
    }

    async fn read(self, name: PictureName) -> StoreResult<(PictureName, Bytes)> {
        let Reader { store, account, hold } = self;
        let damaged =
            |what| StoreError::Damaged(Finding::new(store.blobs.place(account, name), what).to_string());
        let content = match (store.blobs.get(account, name).await?, hold) {
            (None, Some(hold)) => hold.get(account, name).await?,
            (content, _) => content,
        };
        let content = content.ok_or_else(|| damaged("is missing, and somebody has this picture"))?;
        if store.keys.picture_name(account, name.kind, &content) != name {
            return Err(damaged("its content is not what its name says"));
        }
        Ok((name, content))
    }
}
