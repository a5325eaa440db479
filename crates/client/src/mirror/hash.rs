//! The fingerprint of a file in the manifest.
//!
//! It tells a whole file from one that a crash or a disk damaged; nobody is trusted because of it. So it is a
//! fast one: SHA-256, with the processor's own instructions, would be a quarter of all work in a pull.

use twox_hash::xxhash3_128::Hasher;

/// A fingerprint in the making.
pub(crate) struct Fingerprint(Hasher);

impl Fingerprint {
    pub(crate) fn new() -> Self {
        Self(Hasher::new())
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    /// Names its kind, so that a manifest could hold others one day.
    pub(crate) fn finish(&self) -> String {
        format!("xxh3:{:032x}", self.0.finish_128())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_xxh128sum_says() {
        let mut fingerprint = Fingerprint::new();
        assert_eq!(fingerprint.finish(), "xxh3:99aa06d3014798d86001c324468d497f");
        fingerprint.update(b"a");
        fingerprint.update(b"bc");
        assert_eq!(fingerprint.finish(), "xxh3:06b05ab6733a618578af5f94892f3950");
    }
}
