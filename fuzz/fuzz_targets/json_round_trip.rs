//! No bytes make the JSON reader panic, and what it reads is written and read again without a change.
#![no_main]

use folkmoot_wire::{Format, document, json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(node) = json::read(bytes) {
        let written = document(Format::Json, "x", &node);
        let again = json::read(&written).expect("what is written can be read");
        assert_eq!(document(Format::Json, "x", &again), written);
        // The other writer must bear the same value.
        document(Format::Xml, "x", &node);
    }
});
