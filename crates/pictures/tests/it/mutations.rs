use std::sync::LazyLock;

use folkmoot_pictures::{Size, sniff, square};
use image::ImageFormat;
use jpeg_encoder::ColorType;
use proptest::prelude::*;

use crate::make::{clean, exif, jpeg, jpeg_of, png, png_chunk, quarters, tiny_webps, with_segment, write};

static VALID: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
    let raw = quarters(20, 12).into_raw();
    let mut files = vec![
        with_segment(&jpeg(20, 12), 0xE1, &[b"Exif\0\0", &exif(6)[..]].concat()),
        jpeg_of(&raw, (20, 12), ColorType::Rgb, true),
        jpeg_of(&raw[..20 * 9 * 4], (20, 9), ColorType::CmykAsYcck, false),
        write(quarters(20, 12), ImageFormat::Png),
        png(2, 2, [2, 3], &[png_chunk(b"PLTE", &[7; 12]), png_chunk(b"tRNS", &[1, 2])], &[0, 16, 0, 176]),
        write(quarters(20, 12), ImageFormat::WebP),
        write(quarters(20, 12), ImageFormat::Gif),
    ];
    files.extend(tiny_webps());
    files
});

/// One change to a file: overwrite, insert, remove or repeat.
type Change = (u8, prop::sample::Index, Vec<u8>);

fn change(bytes: &mut Vec<u8>, (how, at, new): &Change) {
    let at = at.index(bytes.len().max(1)).min(bytes.len());
    let end = (at + new.len()).min(bytes.len());
    match how % 4 {
        0 => bytes[at..end].copy_from_slice(&new[..end - at]),
        1 => drop(bytes.splice(at..at, new.iter().copied())),
        2 => drop(bytes.drain(at..end)),
        _ => bytes.extend_from_within(at..end),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_mutation_panics_and_what_is_accepted_is_sound(
        file in any::<prop::sample::Index>(),
        changes in prop::collection::vec(
            (any::<u8>(), any::<prop::sample::Index>(), prop::collection::vec(any::<u8>(), 0..6)),
            0..6,
        ),
    ) {
        let mut bytes = file.get(&VALID).clone();
        for one in &changes {
            change(&mut bytes, one);
        }
        if let Ok(picture) = clean(&bytes) {
            prop_assert_eq!(&clean(&bytes).unwrap(), &picture);
            prop_assert!(sniff(&picture.bytes).is_some());
            let sized = square(&picture.bytes, Size::S20).unwrap();
            prop_assert_eq!((sized.width, sized.height, sized.kind), (20, 20, picture.kind));
        }
    }
}
