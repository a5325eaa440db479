//! Profile pictures: a name in the user's row, the picture itself among the blobs (`avatars.md`).
//!
//! A blob is written before the transaction that names it, and removed after the one that took the last name away.
//! Whoever touches blobs on account of rows does so under the database's write lock, so that nobody removes what
//! another has just come to need.

use folkmoot_core::{AccountId, Action, Object, PictureKind, PictureName, UserId};

use crate::db::each_backend;
use crate::{Author, Store, StoreError, StoreResult, Tx};

/// A picture ready to be kept: decoded, stripped and written anew by `folkmoot-pictures`.
#[derive(Clone, Debug)]
pub struct StoredPicture {
    /// Its file type.
    pub kind: PictureKind,
    /// Its bytes.
    pub content: Vec<u8>,
}

impl Store {
    /// Gives `user` a picture, or takes it away, and removes the one they had if it was nobody else's too. Returns
    /// the account revision.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when it cannot be kept.
    pub async fn set_picture(
        &self,
        account: AccountId,
        author: Author,
        user: UserId,
        picture: Option<StoredPicture>,
    ) -> StoreResult<u64> {
        let named = picture.map(|picture| {
            let name = self.keys.picture_name(account, picture.kind, &picture.content);
            (name, picture.content)
        });
        if let Some((name, content)) = named.clone() {
            let blobs = self.blobs.clone();
            run_blocking(move || blobs.put(account, &name, &content)).await?;
        }
        let mut tx = self.begin(account, author).await?;
        if let Some((name, content)) = &named {
            // Somebody may have removed it between the write above and this lock.
            self.blobs.put(account, name, content)?;
        }
        let previous = tx.set_picture_name(user, named.map(|(name, _)| name)).await?;
        let revision = tx.commit().await?;
        if let Some(previous) = previous {
            self.remove_picture_if_unused(account, previous).await?;
        }
        Ok(revision)
    }

    /// Removes a picture that no user has any more. Holding the write lock keeps anybody from taking it up meanwhile.
    pub(crate) async fn remove_picture_if_unused(
        &self,
        account: AccountId,
        name: PictureName,
    ) -> StoreResult<bool> {
        let mut transaction = self.db.begin().await?;
        let owners: i64 = each_backend!(in &mut transaction, executor =>
            sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE account_id = $1 AND picture = $2")
                .bind(account.0)
                .bind(name.to_string())
                .fetch_one(executor)
                .await?
        );
        if owners == 0 {
            self.blobs.delete(account, &name)?;
        }
        Ok(owners == 0)
    }

    /// Removes pictures that no user has: what a process that was killed between a change and its tidying has left.
    /// Returns how many.
    ///
    /// # Errors
    /// When they cannot be listed or removed.
    pub async fn remove_unused_pictures(&self, account: AccountId) -> StoreResult<u64> {
        let blobs = self.blobs.clone();
        let (names, _) = run_blocking(move || blobs.list(account)).await?;
        let used: Vec<String> = each_backend!(read &self.db, executor =>
            sqlx::query_scalar("SELECT DISTINCT picture FROM users WHERE account_id = $1 AND picture IS NOT NULL")
                .bind(account.0)
                .fetch_all(executor)
                .await?
        );
        let used: std::collections::HashSet<PictureName> =
            used.iter().filter_map(|name| name.parse().ok()).collect();
        let mut removed = 0;
        for name in names.into_iter().filter(|name| !used.contains(name)) {
            // Asked once more under the write lock.
            removed += u64::from(self.remove_picture_if_unused(account, name).await?);
        }
        Ok(removed)
    }

    /// The picture called `name`, if it is kept.
    ///
    /// # Errors
    /// When it cannot be read.
    pub async fn picture(&self, account: AccountId, name: PictureName) -> StoreResult<Option<Vec<u8>>> {
        let blobs = self.blobs.clone();
        run_blocking(move || blobs.get(account, &name)).await
    }
}

impl Tx<'_> {
    async fn set_picture_name(
        &mut self,
        user: UserId,
        name: Option<PictureName>,
    ) -> StoreResult<Option<PictureName>> {
        let (account, now) = (self.account.0, self.now.as_microsecond());
        let previous: Option<Option<String>> = each_backend!(in &mut self.transaction, executor =>
            sqlx::query_scalar("SELECT picture FROM users WHERE account_id = $1 AND id = $2")
                .bind(account)
                .bind(user.0)
                .fetch_optional(executor)
                .await?
        );
        let previous: Option<PictureName> =
            previous.ok_or(StoreError::NoUser)?.and_then(|previous| previous.parse().ok());
        if previous == name {
            return Ok(None);
        }
        each_backend!(in &mut self.transaction, executor =>
            sqlx::query("UPDATE users SET picture = $1, modified = $2 WHERE account_id = $3 AND id = $4")
                .bind(name.map(|name| name.to_string()))
                .bind(now)
                .bind(account)
                .bind(user.0)
                .execute(executor)
                .await?
        );
        let picture = |name: Option<PictureName>| {
            serde_json::json!({ "picture": name.map(|name| name.to_string()) }).to_string()
        };
        self.log(Object::User, user.0, Action::Edit, Some(picture(previous)), Some(picture(name)));
        Ok(previous)
    }
}

pub(crate) async fn run_blocking<T: Send + 'static>(
    work: impl FnOnce() -> StoreResult<T> + Send + 'static,
) -> StoreResult<T> {
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result,
        Err(error) => Err(StoreError::Unusable(format!("a background task failed: {error}"))),
    }
}
