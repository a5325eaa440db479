//! What is kept of rendered lists.

use std::hash::RandomState;
use std::sync::Arc;

use bytes::Bytes;
use folkmoot_core::{AccountId, Sight};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::Spelling;
use crate::compress::Piece;
use crate::metrics::{CacheState, CacheUse};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct PieceKey {
    pub(super) account: AccountId,
    pub(super) first: i64,
    pub(super) stamp: u64,
    /// The first piece opens the list, the others begin with a separator.
    pub(super) opens: bool,
    pub(super) spelling: Spelling,
    /// What the viewer sees of the chunk's people beyond what everybody does.
    pub(super) sight: Sight,
}

/// A list that is the same for everybody, or for all who see everything of everybody: no others are kept whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct WholeKey {
    pub(super) account: AccountId,
    pub(super) generation: u64,
    pub(super) spelling: Spelling,
}

/// Every frame of a list, ready to be sent.
#[derive(Clone, Debug)]
pub(super) struct Whole {
    pub(super) frames: Arc<[Bytes]>,
    pub(super) length: u64,
}

/// Rendered pieces of lists, within a bound in bytes, and whole lists made of them.
#[derive(Debug)]
pub(crate) struct ListCache {
    pub(super) pieces: Cache<PieceKey, Option<Piece>, Weight>,
    pub(super) wholes: Cache<WholeKey, Whole, WholeWeight>,
    pub(super) pieces_used: CacheUse,
    pub(super) wholes_used: CacheUse,
    pub(super) hasher: RandomState,
    /// A list larger than this is not kept whole.
    pub(super) largest: u64,
}

#[derive(Clone, Debug)]
pub(super) struct Weight;

impl Weighter<PieceKey, Option<Piece>> for Weight {
    fn weight(&self, _: &PieceKey, piece: &Option<Piece>) -> u64 {
        piece.as_ref().map_or(0, |piece| piece.bytes.len() as u64) + 128
    }
}

#[derive(Clone, Debug)]
pub(super) struct WholeWeight;

impl Weighter<WholeKey, Whole> for WholeWeight {
    fn weight(&self, _: &WholeKey, whole: &Whole) -> u64 {
        whole.length + 128
    }
}

impl ListCache {
    pub(crate) fn new(bytes: u64) -> ListCache {
        const TYPICAL: u64 = 64 << 10;
        const LISTS: usize = 64;
        ListCache {
            pieces: Cache::with_weighter((bytes / TYPICAL).max(64) as usize, bytes / 2, Weight),
            // A whole list holds on to its pieces, so it counts with all its bytes, in a half of its own.
            wholes: Cache::with_weighter(LISTS, bytes / 2, WholeWeight),
            pieces_used: CacheUse::default(),
            wholes_used: CacheUse::default(),
            hasher: RandomState::new(),
            largest: bytes / 4,
        }
    }

    /// Whole lists, and their pieces.
    pub(crate) fn states(&self) -> [CacheState<'_>; 2] {
        [
            CacheState { name: "lists", used: &self.wholes_used, bytes: self.wholes.weight() },
            CacheState { name: "list_pieces", used: &self.pieces_used, bytes: self.pieces.weight() },
        ]
    }
}
