//! Pictures in memory: what was read or scaled lately.

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName};
use folkmoot_pictures::Size;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::metrics::{CacheState, CacheUse};

type Key = (AccountId, PictureName, Size);

/// Pictures by account, name and size, within a bound in bytes.
#[derive(Debug)]
pub(crate) struct PictureCache {
    pictures: Cache<Key, Bytes, Weight>,
    used: CacheUse,
}

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Key, Bytes> for Weight {
    fn weight(&self, _: &Key, bytes: &Bytes) -> u64 {
        bytes.len() as u64 + 64
    }
}

impl PictureCache {
    pub(crate) fn new(bytes: u64) -> PictureCache {
        const TYPICAL: u64 = 16 << 10;
        let pictures = Cache::with_weighter((bytes / TYPICAL).max(16) as usize, bytes, Weight);
        PictureCache { pictures, used: CacheUse::default() }
    }

    pub(crate) fn get(&self, account: AccountId, name: PictureName, size: Size) -> Option<Bytes> {
        self.used.note(self.pictures.get(&(account, name, size)))
    }

    pub(crate) fn keep(&self, account: AccountId, name: PictureName, size: Size, bytes: Bytes) {
        self.pictures.insert((account, name, size), bytes);
    }

    pub(crate) fn state(&self) -> CacheState<'_> {
        CacheState { name: "pictures", used: &self.used, bytes: self.pictures.weight() }
    }

    /// Forgets a picture in every size.
    pub(crate) fn forget(&self, account: AccountId, name: PictureName) {
        for size in Size::ALL {
            self.pictures.remove(&(account, name, size));
        }
    }
}
