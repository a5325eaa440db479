//! The canary: a known text under the store's key, which tells a node with another key so when it starts, and says
//! which generation of keys the store has come to.

use folkmoot_core::{AccountId, Sealed};

use crate::db::{Db, Transaction, each_backend};
use crate::keys::Purpose;
use crate::{KeyRing, StoreError, StoreResult};

/// What the canary says, and whose it is.
const CANARY: (&str, AccountId) = ("folkmoot", AccountId(0));

/// Refuses to go on with another key than the one that the store's values are sealed by, and has new ones sealed by the
/// generation that the store has come to. A store without a canary gets one.
pub(crate) async fn check(db: &Db, keys: &KeyRing) -> StoreResult<()> {
    if let Some(sealed) = read(db).await? {
        return begin(keys, &sealed).await;
    }
    let (sealed, (_, owner)) = (seal(keys, keys.newest_generation()), CANARY);
    let mut transaction = db.begin().await?;
    each_backend!(in &mut transaction, executor =>
        sqlx::query("INSERT INTO canaries (account_id, sealed) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING")
            .bind(owner.0)
            .bind(&sealed.0[..])
            .execute(executor)
            .await?
            .rows_affected()
    );
    transaction.commit().await?;
    // Another process may have been quicker, with another key.
    match read(db).await? {
        Some(sealed) => begin(keys, &sealed).await,
        None => Ok(()),
    }
}

/// Begins with the generation that the store has come to.
async fn begin(keys: &KeyRing, sealed: &Sealed) -> StoreResult<()> {
    keys.following(|| open(keys, sealed)).await?;
    keys.start_at(KeyRing::generation_of(sealed).ok_or(StoreError::WrongKey)?);
    Ok(())
}

async fn read(db: &Db) -> StoreResult<Option<Sealed>> {
    let (_, owner) = CANARY;
    let sealed: Option<Vec<u8>> = each_backend!(read db, executor =>
        sqlx::query_scalar("SELECT sealed FROM canaries WHERE account_id = $1")
            .bind(owner.0)
            .fetch_optional(executor)
            .await?
    );
    Ok(sealed.map(|sealed| Sealed(sealed.into())))
}

/// The generation that the store has come to.
pub(crate) async fn current(db: &Db) -> StoreResult<u32> {
    match read(db).await? {
        None => Ok(0),
        Some(sealed) => KeyRing::generation_of(&sealed).ok_or(StoreError::WrongKey),
    }
}

/// The oldest generation by which anything of a new account may be sealed. The canary stays as it is until the
/// transaction ends.
pub(crate) async fn generation(transaction: &mut Transaction) -> StoreResult<u32> {
    match locked(transaction).await? {
        None => Ok(0),
        Some(sealed) => KeyRing::generation_of(&sealed).ok_or(StoreError::WrongKey),
    }
}

/// Says that the store has come to `generation`, if it has not come so far yet.
pub(crate) async fn renew(db: &Db, keys: &KeyRing, generation: u32) -> StoreResult<()> {
    let mut transaction = db.begin().await?;
    if let Some(sealed) = locked(&mut transaction).await? {
        open(keys, &sealed)?;
        if KeyRing::generation_of(&sealed) < Some(generation) {
            let (_, owner) = CANARY;
            let sealed = seal(keys, generation);
            each_backend!(in &mut transaction, executor =>
                sqlx::query("UPDATE canaries SET sealed = $1 WHERE account_id = $2")
                    .bind(&sealed.0[..])
                    .bind(owner.0)
                    .execute(executor)
                    .await?
                    .rows_affected()
            );
        }
    }
    transaction.commit().await
}

async fn locked(transaction: &mut Transaction) -> StoreResult<Option<Sealed>> {
    let (_, owner) = CANARY;
    let sealed: Option<Vec<u8>> = each_backend!(in transaction, executor =>
        sqlx::query_scalar("UPDATE canaries SET sealed = sealed WHERE account_id = $1 RETURNING sealed")
            .bind(owner.0)
            .fetch_optional(executor)
            .await?
    );
    Ok(sealed.map(|sealed| Sealed(sealed.into())))
}

fn seal(keys: &KeyRing, generation: u32) -> Sealed {
    let (text, owner) = CANARY;
    keys.seal_by(generation, Purpose::Canary, owner, text.as_bytes())
}

fn open(keys: &KeyRing, sealed: &Sealed) -> StoreResult<()> {
    let (text, owner) = CANARY;
    let opened = keys.open_text(Purpose::Canary, owner, sealed)?;
    if opened == text { Ok(()) } else { Err(StoreError::WrongKey) }
}
