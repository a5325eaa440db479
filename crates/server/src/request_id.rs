//! Request identifiers: one for each request, the same in the log and in the answer.

use std::sync::atomic::{AtomicU64, Ordering};

use folkmoot_core::{RandomSource, RequestId};
use http::{HeaderMap, HeaderName, HeaderValue};

/// The header that carries it, both ways.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// Gives identifiers that no other process gives: a random start, and a count.
#[derive(Debug)]
pub(crate) struct RequestIds {
    prefix: u32,
    count: AtomicU64,
}

impl RequestIds {
    pub(crate) fn new(random: &dyn RandomSource) -> RequestIds {
        let mut prefix = [0; 4];
        random.fill(&mut prefix);
        RequestIds { prefix: u32::from_be_bytes(prefix), count: AtomicU64::new(0) }
    }

    /// The identifier that a proxy in front has given, if it is harmless in a log, else a new one.
    pub(crate) fn of(&self, headers: &HeaderMap) -> HeaderValue {
        let harmless = |value: &&HeaderValue| RequestId::new(value.as_bytes()).is_some();
        if let Some(given) = headers.get(HEADER).filter(harmless) {
            return given.clone();
        }
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let mut digits = [0; 24];
        hex(u64::from(self.prefix), &mut digits[..8]);
        hex(count, &mut digits[8..]);
        HeaderValue::from_bytes(&digits).unwrap_or(HeaderValue::from_static("unknown"))
    }
}

fn hex(number: u64, digits: &mut [u8]) {
    for (place, digit) in digits.iter_mut().rev().enumerate() {
        *digit = b"0123456789abcdef"[(number >> (4 * place) & 15) as usize];
    }
}
