//! No `Authorization` header makes the parser panic, and its two entrances agree.
#![no_main]

use folkmoot_wire::basic;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|header: &[u8]| {
    for header in [header.to_vec(), [b"Basic ", header].concat()] {
        let mut buffer = basic::BUFFER;
        let found = basic::identify(&header, &mut buffer);
        let owned = basic::parse(&header);
        assert_eq!(
            found.map(|(identifier, _)| identifier),
            owned.as_ref().map(|found| found.identifier.as_str())
        );
        assert_eq!(found.map(|(_, secret)| secret), owned.as_ref().map(|found| found.secret.as_str()));
        if let Some((identifier, secret)) = found {
            assert!(!identifier.contains(':'));
            assert!(!identifier.chars().chain(secret.chars()).any(|c| c.is_ascii_control()));
        }
    }
});
