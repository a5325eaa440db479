use folkmoot_pictures::{Kind, ORIGINAL_SIDE, Size, square};
use image::{GrayImage, ImageFormat, Luma, Rgba, RgbaImage};

use crate::make::{QUARTERS, assert_colours, clean, colours, jpeg, quarters, write};

#[test]
fn large_pictures_are_bounded_and_keep_their_proportions() {
    for (source, result) in [
        ((1024, 1024), (1024, 1024)),
        ((1025, 1), (1024, 1)),
        ((2048, 1024), (1024, 512)),
        ((1000, 3000), (341, 1024)),
        ((1, 10_000), (1, 1024)),
        ((10_000, 1), (1024, 1)),
        ((1, 1), (1, 1)),
        ((3, 5), (3, 5)),
    ] {
        let picture = clean(&jpeg(source.0, source.1)).unwrap();
        assert_eq!((picture.width, picture.height), result);
        assert!(picture.width.max(picture.height) <= ORIGINAL_SIDE);
    }
}

#[test]
fn sizes_are_squares_of_the_same_kind() {
    let opaque = write(quarters(300, 200), ImageFormat::Png);
    let translucent = write(RgbaImage::from_pixel(30, 20, Rgba([9, 99, 199, 77])), ImageFormat::Png);
    for (bytes, kind) in [(opaque, Kind::Jpeg), (translucent, Kind::Png)] {
        let original = clean(&bytes).unwrap();
        assert_eq!(square(&original.bytes, Size::Original).unwrap(), original);
        for size in Size::ALL {
            let Some(side) = size.side() else { continue };
            let picture = square(&original.bytes, size).unwrap();
            assert_eq!((picture.kind, picture.width, picture.height), (kind, side, side));
            let decoded = image::load_from_memory(&picture.bytes).unwrap();
            assert_eq!((decoded.width(), decoded.height()), (side, side));
            match kind {
                Kind::Jpeg => assert_colours(&picture.bytes, QUARTERS, 12),
                Kind::Png => {
                    for [r, g, b, a] in colours(&picture.bytes) {
                        // Weighing colours by their opacity rounds.
                        assert!(r.abs_diff(9) < 3 && g.abs_diff(99) < 3 && b.abs_diff(199) < 3 && a == 77);
                    }
                }
            }
        }
    }
}

#[test]
fn the_square_is_cut_from_the_centre() {
    // Black at both ends, white in the middle.
    for turned in [false, true] {
        let strip =
            GrayImage::from_fn(300, 100, |x, _| Luma([if (100..200).contains(&x) { 255 } else { 0 }]));
        let strip = if turned { image::imageops::rotate90(&strip) } else { strip };
        let original = clean(&write(strip, ImageFormat::Png)).unwrap();
        let picture = square(&original.bytes, Size::S50).unwrap();
        let decoded = image::load_from_memory(&picture.bytes).unwrap().into_luma8();
        let dark = decoded.pixels().filter(|pixel| pixel.0[0] < 200).count();
        assert_eq!(dark, 0);
    }
}

#[test]
fn strips_and_single_pixels_have_all_sizes() {
    for (width, height) in [(1, 1), (1, 10_000), (10_000, 1), (2, 3)] {
        let original = clean(&jpeg(width, height)).unwrap();
        for size in Size::ALL {
            let picture = square(&original.bytes, size).unwrap();
            assert_eq!(picture.width, size.side().unwrap_or(original.width));
        }
    }
}

#[test]
fn fine_patterns_become_grey_rather_than_moire() {
    let checks = GrayImage::from_fn(1000, 1000, |x, y| Luma([if (x + y) % 2 == 0 { 255 } else { 0 }]));
    let original = clean(&write(checks, ImageFormat::Png)).unwrap();
    for size in [Size::S340, Size::S150, Size::S50, Size::S20] {
        let picture = square(&original.bytes, size).unwrap();
        let decoded = image::load_from_memory(&picture.bytes).unwrap().into_luma8();
        assert!(decoded.pixels().all(|pixel| (112..=144).contains(&pixel.0[0])), "{size}");
    }
}

#[test]
fn only_sanitised_pictures_have_sizes() {
    let too_large = jpeg(1025, 10);
    let gif = write(quarters(8, 8), ImageFormat::Gif);
    let webp = write(quarters(8, 8), ImageFormat::WebP);
    for bytes in [&too_large[..], &gif, &webp, b"", b"<svg/>"] {
        for size in Size::ALL {
            assert!(square(bytes, size).is_err());
        }
    }
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let opaque = jpeg(1500, 1200);
    let translucent = write(
        RgbaImage::from_fn(1500, 700, |x, y| Rgba([x as u8, y as u8, 7, (x / 6) as u8])),
        ImageFormat::Png,
    );
    for bytes in [opaque, translucent] {
        let first = clean(&bytes).unwrap();
        assert_eq!(clean(&bytes).unwrap(), first);
        for size in Size::ALL {
            assert_eq!(square(&first.bytes, size).unwrap(), square(&first.bytes, size).unwrap());
        }
    }
}
