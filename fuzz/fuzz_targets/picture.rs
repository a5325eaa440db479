//! Uploads: whatever the bytes are, they are refused or become a sound picture with all its sizes.
//!
//! Start it with the tiny pictures in `seeds/picture`, one for each way of decoding (written by an ignored test of
//! the crate): `cargo +nightly fuzz run picture fuzz/corpus/picture fuzz/seeds/picture -- -max_len=4096`
#![no_main]

use folkmoot_pictures::{Limits, ORIGINAL_SIDE, Size, sanitise, sniff, square};
use libfuzzer_sys::fuzz_target;

/// Small enough for many runs a second, large enough that pictures are scaled down.
const LIMITS: Limits =
    Limits { max_bytes: 1 << 20, max_pixels: 2_000_000, max_side: 4000, max_alloc: 32 << 20 };

/// First bytes without which nothing is decoded.
const STARTS: [&[u8]; 4] = [b"\xFF\xD8\xFF", b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR", b"GIF89a", b"RIFF"];

fuzz_target!(|data: &[u8]| {
    if sniff(data).is_some() {
        check(data);
        return;
    }
    // Of other inputs the first byte chooses the start of a picture, so that they need not be guessed.
    if let [choice, rest @ ..] = data {
        let mut file = STARTS[usize::from(*choice) % STARTS.len()].to_vec();
        if file == b"RIFF" {
            file.extend((rest.len() as u32 + 4).to_le_bytes());
            file.extend(b"WEBP");
        }
        file.extend(rest);
        check(&file);
    }
    assert!(sanitise(data, &LIMITS).is_err());
});

fn check(file: &[u8]) {
    let Ok(picture) = sanitise(file, &LIMITS) else { return };
    assert!((1..=ORIGINAL_SIDE).contains(&picture.width) && (1..=ORIGINAL_SIDE).contains(&picture.height));
    for size in Size::ALL {
        let sized = square(&picture.bytes, size).expect("our own pictures can be read");
        let expected = size.side().map_or((picture.width, picture.height), |side| (side, side));
        assert_eq!((sized.width, sized.height, sized.kind), (expected.0, expected.1, picture.kind));
    }
    // What was sanitised once is a picture still.
    let again = sanitise(&picture.bytes, &LIMITS).expect("our own pictures are accepted");
    assert_eq!((again.width, again.height), (picture.width, picture.height));
}
