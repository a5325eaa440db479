//! Rosters of other days, for lists. They are made of all records of an account, so they are kept for who asks next, few
//! are made at a time, and there are never more than so many, whoever asks for however many days and however slowly they
//! take the answer.

use std::sync::Arc;
use std::time::Duration;

use folkmoot_core::{AccountId, Moment, Roster};
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::context::Api;
use crate::error::Refusal;

/// Rosters that are kept.
const KEPT: usize = 8;
/// Rosters that there are at all, those included that are still being sent.
const LIVE: usize = 3 * KEPT;
/// Rosters that are made at a time.
const MADE_AT_ONCE: usize = 2;
/// How long is waited for a place.
const WAIT: Duration = Duration::from_secs(10);

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Key {
    account: AccountId,
    revision: u64,
    moment: Moment,
}

/// A roster, and its place among those that there may be.
#[derive(Debug)]
pub(crate) struct HeldRoster {
    pub(crate) roster: Roster,
    _place: OwnedSemaphorePermit,
}

/// The rosters of other days.
#[derive(Debug)]
pub(crate) struct Rosters {
    kept: Cache<Key, Arc<HeldRoster>, Weight>,
    places: Arc<Semaphore>,
    making: Semaphore,
}

#[derive(Clone, Debug)]
struct Weight {
    /// However small: no more than [`KEPT`] of them fit.
    least: u64,
}

impl Weighter<Key, Arc<HeldRoster>> for Weight {
    fn weight(&self, _: &Key, held: &Arc<HeldRoster>) -> u64 {
        (held.roster.approximate_bytes() as u64).max(self.least)
    }
}

impl Rosters {
    /// Keeps up to so many bytes.
    pub(crate) fn new(bytes: u64) -> Rosters {
        let bytes = bytes.max(KEPT as u64);
        Rosters {
            kept: Cache::with_weighter(KEPT, bytes, Weight { least: bytes / KEPT as u64 }),
            places: Arc::new(Semaphore::new(LIVE)),
            making: Semaphore::new(MADE_AT_ONCE),
        }
    }

    /// The roster of the account at `moment`, kept or made now. Of several who ask for the same, one makes it.
    ///
    /// # Errors
    /// 503 when there is no place for so long that there is not likely to be one; when the store fails.
    pub(crate) async fn get(&self, request: &Api, moment: Moment) -> Result<Arc<HeldRoster>, Refusal> {
        let account = request.account.id();
        let key = Key { account, revision: request.directory.revision(), moment };
        let make = async {
            let places = Arc::clone(&self.places);
            let ready = async { (places.acquire_owned().await, self.making.acquire().await) };
            let Ok((Ok(place), Ok(_turn))) = tokio::time::timeout(WAIT, ready).await else {
                return Err(Refusal::later(1, "Too many days are being looked at just now."));
            };
            let roster = if moment.known_at.is_none() && moment.includes_those_to_come() {
                Roster::to_come(&request.directory, moment)
            } else {
                request.app.store.roster(account, moment).await?
            };
            Ok(Arc::new(HeldRoster { roster, _place: place }))
        };
        self.kept.get_or_insert_async(&key, make).await
    }
}
