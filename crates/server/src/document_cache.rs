//! Rendered documents of single objects, kept by entity tag: the tag names the very bytes, so that nothing here can be
//! out of date. A document that holds a secret is never kept.

use bytes::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use crate::compress::Encoding;
use crate::conditional::EntityTag;
use crate::metrics::{CacheState, CacheUse};

type Key = (u128, Encoding);

/// A rendered document, in the coding that it is sent in.
#[derive(Clone, Debug)]
pub(crate) struct Document {
    pub(crate) body: Bytes,
    pub(crate) encoding: Encoding,
}

/// Documents by tag and by the coding that was asked for, within a bound in bytes.
#[derive(Debug)]
pub(crate) struct DocumentCache {
    documents: Cache<Key, Document, Weight>,
    used: CacheUse,
}

#[derive(Clone, Debug)]
struct Weight;

impl Weighter<Key, Document> for Weight {
    fn weight(&self, _: &Key, document: &Document) -> u64 {
        document.body.len() as u64 + 64
    }
}

impl DocumentCache {
    pub(crate) fn new(bytes: u64) -> DocumentCache {
        const TYPICAL: u64 = 2 << 10;
        let documents = Cache::with_weighter((bytes / TYPICAL).max(16) as usize, bytes, Weight);
        DocumentCache { documents, used: CacheUse::default() }
    }

    /// The document, kept or made now.
    pub(crate) fn get_or_make(
        &self,
        tag: EntityTag,
        asked: Encoding,
        make: impl FnOnce() -> Document,
    ) -> Document {
        let key = (tag.0, asked);
        if let Some(kept) = self.used.note(self.documents.get(&key)) {
            return kept;
        }
        let made = make();
        self.documents.insert(key, made.clone());
        made
    }

    pub(crate) fn state(&self) -> CacheState<'_> {
        CacheState { name: "documents", used: &self.used, bytes: self.documents.weight() }
    }
}
