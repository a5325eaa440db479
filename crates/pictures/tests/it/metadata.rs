use image::ImageFormat;
use jpeg_encoder::ColorType;

use crate::make::{
    QUARTERS, assert_colours, clean, contains, deflate, exif, jpeg, jpeg_of, png, png_chunk, quarters, riff,
    with_segment, write,
};

/// Nothing of these may be found in a result.
const MARKS: [&[u8]; 7] = [b"Exif", b"II*\0", b"SECRET", b"2031", b"xap", b"ICC", b"<?php"];

fn assert_clean(bytes: &[u8]) {
    for mark in MARKS {
        assert!(!contains(bytes, mark), "{} survives", String::from_utf8_lossy(mark));
    }
    if let [0xFF, 0xD8, rest @ ..] = bytes {
        // The only application segment is the one that says this is a JPEG.
        for marker in 0xE1..=0xFE_u8 {
            let before_scan = &rest[..rest.windows(2).position(|pair| pair == [0xFF, 0xDA]).expect("a scan")];
            assert!(!contains(before_scan, &[0xFF, marker]), "segment {marker:X} survives");
        }
    }
}

#[test]
fn orientation_is_applied_and_metadata_dropped() {
    let [a, b, c, d] = QUARTERS;
    let upright = [
        (1, [a, b, c, d]),
        (2, [b, a, d, c]),
        (3, [d, c, b, a]),
        (4, [c, d, a, b]),
        (5, [a, c, b, d]),
        (6, [c, a, d, b]),
        (7, [d, b, c, a]),
        (8, [b, d, a, c]),
    ];
    for (orientation, expected) in upright {
        let tiff = exif(orientation);
        let in_jpeg = with_segment(&jpeg(64, 48), 0xE1, &[b"Exif\0\0", &tiff[..]].concat());
        let plain_png = write(quarters(64, 48), ImageFormat::Png);
        let in_png = [&plain_png[..33], &png_chunk(b"eXIf", &tiff), &plain_png[33..]].concat();
        let plain_webp = write(quarters(64, 48), ImageFormat::WebP);
        let header = [0b1000, 0, 0, 0, 63, 0, 0, 47, 0, 0];
        let length = u32::from_le_bytes(plain_webp[16..20].try_into().unwrap()) as usize;
        let in_webp = riff(&[(b"VP8X", &header), (b"VP8L", &plain_webp[20..20 + length]), (b"EXIF", &tiff)]);

        for bytes in [in_jpeg, in_png, in_webp] {
            assert!(contains(&bytes, b"SECRET") && contains(&bytes, b"2031"), "the test's own metadata");
            let picture = clean(&bytes).unwrap();
            let turned = orientation >= 5;
            let size = if turned { (48, 64) } else { (64, 48) };
            assert_eq!((picture.width, picture.height), size, "orientation {orientation}");
            assert_colours(&picture.bytes, expected, 8);
            assert_clean(&picture.bytes);
        }
    }
}

#[test]
fn orientation_is_applied_to_pictures_that_are_scaled_down() {
    let bytes = with_segment(&jpeg(2000, 1000), 0xE1, &[b"Exif\0\0", &exif(6)[..]].concat());
    let picture = clean(&bytes).unwrap();
    assert_eq!((picture.width, picture.height), (512, 1024));
}

#[test]
fn broken_metadata_is_no_reason_to_refuse() {
    let tiff = exif(6);
    for length in 0..tiff.len() {
        let bytes = with_segment(&jpeg(16, 16), 0xE1, &[b"Exif\0\0", &tiff[..length]].concat());
        assert_clean(&clean(&bytes).unwrap().bytes);
    }
    assert_eq!(
        clean(&with_segment(&jpeg(16, 8), 0xE1, &[b"Exif\0\0", &exif(99)[..]].concat())).unwrap().width,
        16
    );
}

#[test]
fn comments_profiles_and_descriptions_are_dropped() {
    let mut bytes = jpeg(32, 32);
    bytes = with_segment(&bytes, 0xFE, b"SECRET comment");
    bytes = with_segment(&bytes, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>SECRET</x:xmpmeta>");
    bytes = with_segment(&bytes, 0xE2, b"ICC_PROFILE\0\x01\x01SECRET");
    bytes = with_segment(&bytes, 0xED, b"Photoshop 3.0\08BIM SECRET");
    assert_clean(&clean(&bytes).unwrap().bytes);

    let chunks = [
        png_chunk(b"iCCP", &[b"SECRET\0\0", &deflate(b"SECRET")[..]].concat()),
        png_chunk(b"tEXt", b"Comment\0SECRET"),
        png_chunk(b"zTXt", &[b"Raw profile type iptc\0\0", &deflate(b"SECRET")[..]].concat()),
        png_chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0SECRET"),
    ];
    for alpha in [false, true] {
        let bytes = if alpha {
            png(1, 1, [8, 6], &chunks, &[0, 9, 9, 9, 128])
        } else {
            png(1, 1, [8, 2], &chunks, &[0, 9, 9, 9])
        };
        let picture = clean(&bytes).unwrap();
        assert_clean(&picture.bytes);
        for name in [b"iCCP", b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"] {
            assert!(!contains(&picture.bytes, name));
        }
    }
}

#[test]
fn colours_of_wider_spaces_are_converted() {
    // The reddest red that sRGB has, in Display P3.
    let red = image::RgbImage::from_pixel(16, 16, image::Rgb([234, 51, 35]));
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let raw = jpeg_of(red.as_raw(), (16, 16), ColorType::Rgb, false);
    let in_jpeg = with_segment(&raw, 0xE2, &[b"ICC_PROFILE\0\x01\x01", &profile[..]].concat());
    let plain_png = write(red, ImageFormat::Png);
    let chunk = png_chunk(b"iCCP", &[b"p\0\0", &deflate(&profile)[..]].concat());
    let in_png = [&plain_png[..33], &chunk, &plain_png[33..]].concat();
    for bytes in [in_jpeg, in_png] {
        let picture = clean(&bytes).unwrap();
        assert_colours(&picture.bytes, [[255, 0, 0]; 4], 8);
        assert_clean(&picture.bytes);
    }
}

#[test]
fn what_follows_the_picture_is_gone() {
    let zip = b"PK\x03\x04SECRET.class PK\x05\x06SECRET";
    let html = b"<html><script>alert('SECRET')</script></html>";
    let php = b"<?php system('SECRET'); ?>";
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif] {
        let plain = write(quarters(40, 40), format);
        let expected = clean(&plain).unwrap();
        for foreign in [&zip[..], html, php, &plain, b"\0", b"EXIF\xFF\xFF\xFF\xFF"] {
            let picture = clean(&[&plain[..], foreign].concat()).unwrap();
            assert_eq!(picture, expected, "{format:?}");
            assert_clean(&picture.bytes);
        }
    }
    // A script in a comment, where some servers would run it.
    assert_clean(&clean(&with_segment(&jpeg(40, 40), 0xFE, php)).unwrap().bytes);
}
