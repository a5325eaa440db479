//! Profile pictures: a name in the user's row, the picture itself among the blobs (`avatars.md`).
//!
//! A blob is written before the transaction that names it, and removed after the one that took the last name away.
//! Whoever touches blobs on account of rows does so under the database's write lock, so that nobody removes what
//! another has just come to need.

use bytes::Bytes;
use folkmoot_core::{AccountId, Action, Object, PictureKind, PictureName, UserId};

use crate::db::{Transaction, each_backend};
use crate::{Author, Staging, Store, StoreError, StoreResult, Tx};

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
        let (mut tx, name) = self.begin_with_picture(account, author, picture).await?;
        let previous = tx.set_picture(user, name).await?;
        let revision = tx.commit().await?;
        if let Some(previous) = previous
            && let Err(error) = self.remove_picture_if_unused(account, previous).await
        {
            // The change stands. The picture is tried again, here or by whoever looks for pictures that nobody has.
            tracing::warn!(%account, %error, "a picture that nobody has cannot be removed yet");
        }
        Ok(revision)
    }

    /// Begins to write to an account in which a picture is to be named, with the picture in its place, and returns what
    /// it is called. Whoever does not name it after all, or takes the last name of another away, tells
    /// [`Store::remove_picture_if_unused`].
    ///
    /// # Errors
    /// Those of [`Store::begin`], or when the picture cannot be kept.
    pub async fn begin_with_picture(
        &self,
        account: AccountId,
        author: Author,
        picture: Option<StoredPicture>,
    ) -> StoreResult<(Tx<'_>, Option<PictureName>)> {
        const TRIES: usize = 3;
        let Some(StoredPicture { kind, content }) = picture else {
            return Ok((self.begin(account, author).await?, None));
        };
        let (name, content) = (self.keys.picture_name(account, kind, &content), Bytes::from(content));
        for _ in 0..TRIES {
            self.blobs.put(account, name, content.clone()).await?;
            let tx = self.begin(account, author).await?;
            // Somebody may have removed it between the write above and this lock.
            if self.blobs.confirm(account, name, &content).await? {
                return Ok((tx, Some(name)));
            }
        }
        let place = self.blobs.place(account, name).to_string();
        let what = "is being removed by others again and again".to_owned();
        Err(StoreError::Bucket { place, what, unreachable: true })
    }

    /// Lays many pictures of an account ready, for rows that will name them. They are in their places when
    /// [`Staging::publish`] is done.
    ///
    /// # Errors
    /// When they cannot be kept.
    pub async fn stage_pictures(&self, account: AccountId) -> StoreResult<Staging> {
        Staging::begin(&self.blobs, account).await
    }

    /// Removes a picture that no user has any more; whether it did. What cannot be removed now is tried again by
    /// [`Store::remove_due_pictures`].
    ///
    /// # Errors
    /// When it cannot be removed; then it is due.
    pub async fn remove_picture_if_unused(&self, account: AccountId, name: PictureName) -> StoreResult<bool> {
        // In a task of its own: who stops waiting does not let go of the lock while the picture is being removed.
        let store = self.clone();
        let attempt = tokio::spawn(async move { store.try_to_remove_picture(account, name).await });
        let outcome = attempt
            .await
            .unwrap_or_else(|error| Err(StoreError::Unusable(format!("a background task failed: {error}"))));
        if let Ok(mut due) = self.due_pictures.lock() {
            match outcome {
                Ok(Outcome::Removed | Outcome::Used) => due.remove(&(account, name)),
                Ok(Outcome::Held) | Err(_) => due.insert((account, name)),
            };
        }
        Ok(outcome? == Outcome::Removed)
    }

    /// Holding the write lock keeps anybody from taking the picture up meanwhile.
    async fn try_to_remove_picture(&self, account: AccountId, name: PictureName) -> StoreResult<Outcome> {
        let mut transaction = self.lock(account).await?;
        if owners(&mut transaction, account, name).await? > 0 {
            return Ok(Outcome::Used);
        }
        let Some(removal) = self.blobs.begin_removal(account, name).await? else { return Ok(Outcome::Held) };
        // Asked again, which shows that the lock is still ours.
        if owners(&mut transaction, account, name).await? > 0 {
            removal.cancel().await?;
            return Ok(Outcome::Used);
        }
        removal.finish().await?;
        Ok(Outcome::Removed)
    }

    /// Tries once more to remove what could not be removed, because the blobs were held for a backup or could not be
    /// reached. Returns how many pictures were removed.
    ///
    /// # Errors
    /// When one cannot be removed; those after it stay due.
    pub async fn remove_due_pictures(&self) -> StoreResult<u64> {
        let due: Vec<_> =
            self.due_pictures.lock().map(|due| due.iter().copied().collect()).unwrap_or_default();
        let mut removed = 0;
        for (account, name) in due {
            removed += u64::from(self.remove_picture_if_unused(account, name).await?);
        }
        Ok(removed)
    }

    /// Removes pictures that no user has: what a process that was killed between a change and its tidying has left.
    /// Returns how many.
    ///
    /// # Errors
    /// When they cannot be listed or removed.
    pub async fn remove_unused_pictures(&self, account: AccountId) -> StoreResult<u64> {
        let names = self.blobs.list(account).await?;
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
    /// When it cannot be read; [`StoreError::Damaged`] when it is not what its name says.
    pub async fn picture(&self, account: AccountId, name: PictureName) -> StoreResult<Option<Bytes>> {
        let Some(content) = self.blobs.get(account, name).await? else { return Ok(None) };
        if self.is_picture(account, name, &content).await? {
            return Ok(Some(content));
        }
        let place = self.blobs.place(account, name);
        Err(StoreError::Damaged(format!("{place}: its content is not what its name says")))
    }

    /// Whether `content` is what `name` says.
    pub(crate) async fn is_picture(
        &self,
        account: AccountId,
        name: PictureName,
        content: &Bytes,
    ) -> StoreResult<bool> {
        let (keys, content) = (self.keys.clone(), content.clone());
        run_blocking(move || Ok(keys.picture_name(account, name.kind, &content) == name)).await
    }
}

/// What came of an attempt to remove a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    Removed,
    /// Somebody has it.
    Used,
    /// Somebody holds the blobs.
    Held,
}

/// How many users have a picture.
async fn owners(transaction: &mut Transaction, account: AccountId, name: PictureName) -> StoreResult<i64> {
    Ok(each_backend!(in transaction, executor =>
        sqlx::query_scalar("SELECT COUNT(*) FROM users WHERE account_id = $1 AND picture = $2")
            .bind(account.0)
            .bind(name.to_string())
            .fetch_one(executor)
            .await?
    ))
}

impl Tx<'_> {
    /// Gives somebody the picture of this name, or takes theirs away. Returns the one that they had, if it was another.
    ///
    /// # Errors
    /// [`StoreError::NoUser`], or when the database fails.
    pub async fn set_picture(
        &mut self,
        user: UserId,
        name: Option<PictureName>,
    ) -> StoreResult<Option<PictureName>> {
        let previous = self.edit_user(user, |user| user.picture = name).await?.picture;
        if previous == name {
            return Ok(None);
        }
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
