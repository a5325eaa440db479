//! Pictures in memory: what was read or scaled lately.

use bytes::Bytes;
use folkmoot_core::{AccountId, PictureName};
use folkmoot_pictures::Size;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

type Key = (AccountId, PictureName, Size);

/// Pictures by account, name and size, within a bound in bytes.
#[derive(Debug)]
pub(crate) struct PictureCache(Cache<Key, Bytes, Weight>);

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
        PictureCache(Cache::with_weighter((bytes / TYPICAL).max(16) as usize, bytes, Weight))
    }

    pub(crate) fn get(&self, account: AccountId, name: PictureName, size: Size) -> Option<Bytes> {
        self.0.get(&(account, name, size))
    }

    pub(crate) fn keep(&self, account: AccountId, name: PictureName, size: Size, bytes: Bytes) {
        self.0.insert((account, name, size), bytes);
    }

    /// Forgets a picture in every size.
    pub(crate) fn forget(&self, account: AccountId, name: PictureName) {
        for size in Size::ALL {
            self.0.remove(&(account, name, size));
        }
    }
}
