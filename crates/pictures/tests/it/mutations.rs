use std::path::Path;
use std::sync::LazyLock;

use folkmoot_pictures::{Size, sniff, square};
use image::ImageFormat;
use jpeg_encoder::ColorType;
use proptest::prelude::*;

use crate::make::{clean, exif, jpeg, jpeg_of, png, png_chunk, quarters, tiny_webps, with_segment, write};

/// Tiny pictures, at least one for each way of decoding, and their names as seeds for the fuzz target.
static VALID: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let raw = quarters(20, 12).into_raw();
    let profile = moxcms::ColorProfile::new_display_p3().encode().expect("encodes");
    let wide = with_segment(&jpeg(20, 12), 0xE2, &[b"ICC_PROFILE\0\x01\x01", &profile[..]].concat());
    let palette = [png_chunk(b"PLTE", &[7; 12]), png_chunk(b"tRNS", &[1, 2])];
    let [lossy, alpha, animated] = tiny_webps();
    vec![
        ("exif.jpg", with_segment(&jpeg(20, 12), 0xE1, &[b"Exif\0\0", &exif(6)[..]].concat())),
        ("profile.jpg", wide),
        ("progressive.jpg", jpeg_of(&raw, (20, 12), ColorType::Rgb, true)),
        ("ycck.jpg", jpeg_of(&raw[..20 * 9 * 4], (20, 9), ColorType::CmykAsYcck, false)),
        ("rgb.png", write(quarters(20, 12), ImageFormat::Png)),
        ("palette.png", png(2, 2, [2, 3], &palette, &[0, 16, 0, 176])),
        ("first.gif", write(quarters(20, 12), ImageFormat::Gif)),
        ("lossless.webp", write(quarters(20, 12), ImageFormat::WebP)),
        ("lossy.webp", lossy),
        ("alpha.webp", alpha),
        ("animated.webp", animated),
    ]
});

#[test]
#[ignore = "writes the seeds of the fuzz target; to be run when those above change"]
fn write_seeds() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/picture");
    std::fs::create_dir_all(&directory).unwrap();
    for (name, bytes) in VALID.iter() {
        std::fs::write(directory.join(name), bytes).unwrap();
    }
}

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
        let mut bytes = file.get(&VALID).1.clone();
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
