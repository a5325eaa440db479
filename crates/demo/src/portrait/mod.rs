//! Portraits.

use folkmoot_core::UserId;

/// The portrait of a user of the company with this seed, as a JPEG of 340×340 pixels; `None` for the few who have
/// none.
pub fn portrait(seed: u64, user: UserId) -> Option<Vec<u8>> {
    let _ = (seed, user);
    None
}
