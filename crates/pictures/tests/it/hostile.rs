use std::collections::BTreeSet;

use folkmoot_pictures::{Limits, PictureError, sanitise, sniff};
use image::ImageFormat;

use crate::make::{clean, deflate, jpeg, png, png_chunk, quarters, riff, tiny_webps, write};

#[test]
fn declared_sizes_are_checked_before_anything_is_allocated() {
    let huge_png = png(100_000, 100_000, [8, 6], &[], &[0]);
    let mut huge_gif = write(quarters(8, 8), ImageFormat::Gif);
    huge_gif[6..10].copy_from_slice(&[0xFF; 4]);
    let mut huge_jpeg = jpeg(8, 8);
    let frame = huge_jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    huge_jpeg[frame + 5..frame + 9].copy_from_slice(&[0xFF; 4]);
    let lossless_webp = riff(&[(b"VP8L", &[0x2F, 0xFE, 0xBF, 0xFF, 0x0F, 0, 0, 0])]);
    let canvas_webp = riff(&[(b"VP8X", &[0, 0, 0, 0, 0xFF, 0x7F, 0, 0xFF, 0x7F, 0]), (b"VP8L", &[0; 8])]);
    // A canvas of one pixel, a bitstream of 16383 by 16383.
    let mut inner_webp = tiny_webps()[1].clone();
    let start = inner_webp.windows(3).position(|bytes| bytes == [0x9D, 1, 0x2A]).unwrap();
    inner_webp[start + 3..start + 7].copy_from_slice(&[0xFF, 0x3F, 0xFF, 0x3F]);
    for bytes in [huge_png, huge_gif, huge_jpeg, lossless_webp, canvas_webp, inner_webp] {
        let kind = sniff(&bytes).unwrap();
        assert!(matches!(clean(&bytes), Err(PictureError::TooLarge { .. })), "{kind}: {:?}", clean(&bytes));
    }
}

#[test]
fn a_gif_frame_larger_than_its_screen_is_bounded_as_well() {
    let mut gif = write(quarters(8, 8), ImageFormat::Gif);
    // The image descriptor: a comma, left, top, width, height.
    let at = gif.windows(9).rposition(|bytes| bytes == [b',', 0, 0, 0, 0, 8, 0, 8, 0]).unwrap();
    gif[at + 5..at + 9].copy_from_slice(&[0xFF; 4]);
    assert_eq!(clean(&gif), Err(PictureError::TooMuchMemory));
}

#[test]
fn a_webp_chunk_longer_than_the_file_is_not_allocated() {
    let mut bytes = riff(&[
        (b"VP8X", &[0b1000, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        (b"VP8L", &tiny_webps()[2][60..]),
        (b"EXIF", &[]),
    ]);
    let length = bytes.len();
    bytes[length - 4..].copy_from_slice(&[0xFF; 4]);
    assert!(matches!(clean(&bytes), Err(PictureError::Truncated(_))));
}

#[test]
fn compressed_texts_and_profiles_are_not_inflated_without_bound() {
    let bomb = deflate(&vec![b'A'; 200 << 20]);
    for chunk in [
        png_chunk(b"zTXt", &[b"Comment\0\0", &bomb[..]].concat()),
        png_chunk(b"zTXt", &[b"Raw profile type iptc\0\0", &bomb[..]].concat()),
        png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\x01\0\0\0", &bomb[..]].concat()),
        png_chunk(b"iCCP", &[b"profile\0\0", &bomb[..]].concat()),
    ] {
        assert_eq!(clean(&png(1, 1, [8, 2], &[chunk], &[0, 1, 2, 3])).unwrap().width, 1);
    }
    // Far more pixel data than the header announces.
    assert_eq!(clean(&png(1, 1, [8, 2], &[], &vec![0; 100 << 20])).unwrap().width, 1);
}

#[test]
fn a_jpeg_with_very_many_scans_is_refused() {
    let plain = jpeg(16, 16);
    let scan = plain.windows(2).position(|pair| pair == [0xFF, 0xDA]).unwrap();
    let mut bytes = plain[..scan].to_vec();
    for _ in 0..100 {
        bytes.extend(&plain[scan..plain.len() - 2]);
    }
    bytes.extend([0xFF, 0xD9]);
    let reason = clean(&bytes).unwrap_err().to_string();
    assert!(reason.contains("too many scans"), "{reason}");
}

#[test]
fn every_limit_is_kept() {
    let bytes = write(quarters(100, 50), ImageFormat::Png);
    let default = Limits::default();
    let refuse = |limits: Limits| sanitise(&bytes, &limits).unwrap_err();
    assert_eq!(
        refuse(Limits { max_bytes: 10, ..default }),
        PictureError::TooManyBytes { bytes: bytes.len(), max: 10 }
    );
    let too_large = PictureError::TooLarge { width: 100, height: 50 };
    assert_eq!(refuse(Limits { max_side: 99, ..default }), too_large);
    assert_eq!(refuse(Limits { max_pixels: 4999, ..default }), too_large);
    assert_eq!(refuse(Limits { max_alloc: 14_999, ..default }), PictureError::TooMuchMemory);
    let exact = Limits { max_bytes: bytes.len(), max_pixels: 5000, max_side: 100, max_alloc: 15_000 };
    assert!(sanitise(&bytes, &exact).is_ok());
}

#[test]
fn truncated_files_are_refused() {
    let mut files: Vec<Vec<u8>> = [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif]
        .map(|format| write(quarters(24, 24), format))
        .into();
    files.extend(tiny_webps());
    for bytes in files {
        let kind = sniff(&bytes).unwrap();
        // What ends a PNG or a GIF, after its pixels, may be missing.
        let end = bytes.len() - if kind.to_string() == "PNG" { 16 } else { 3 };
        for length in 0..end {
            assert!(clean(&bytes[..length]).is_err(), "{kind} of {} bytes cut at {length}", bytes.len());
        }
    }
}

#[test]
fn pictures_without_pixels_are_refused() {
    let mut gif = write(quarters(8, 8), ImageFormat::Gif);
    gif[6..8].copy_from_slice(&[0, 0]);
    let mut zero_jpeg = jpeg(8, 8);
    let frame = zero_jpeg.windows(2).position(|pair| pair == [0xFF, 0xC0]).unwrap();
    zero_jpeg[frame + 7..frame + 9].copy_from_slice(&[0, 0]);
    assert_eq!(clean(b""), Err(PictureError::Empty));
    assert_eq!(clean(&png(0, 1, [8, 2], &[], &[])), Err(PictureError::NoPixels));
    assert_eq!(clean(&gif), Err(PictureError::NoPixels));
    assert!(clean(&zero_jpeg).is_err());
}

#[test]
fn everything_else_is_refused_by_name() {
    let utf16: Vec<u8> = "\u{FEFF}<svg/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let cases: [(&[u8], &str); 16] = [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing"),
        (b"\xEF\xBB\xBF\n<?xml version='1.0'?><!-- x --><SVG>", "an SVG drawing"),
        (&utf16, "an SVG drawing"),
        (b"<!DOCTYPE html><p>", "an HTML page"),
        (b" <script>alert(1)</script>", "an HTML page"),
        (b"<?php echo 1;", "a PHP script"),
        (b"<?xml version='1.0'?><users/>", "an XML document"),
        (b"%PDF-1.7", "a PDF document"),
        (b"BM\x46\0\0\0", "a BMP picture"),
        (b"II*\0\x08\0\0\0", "a TIFF picture"),
        (b"MM\0*\0\0\0\x08", "a TIFF picture"),
        (b"\0\0\0\x18ftypheic\0\0", "an HEIC picture"),
        (b"\0\0\0\x18ftypavif\0\0", "an AVIF picture"),
        (b"PK\x03\x04GIF89a", "a ZIP archive or an office document"),
        (b"name,email", "text"),
        (b"\0\x01\x02\x03", "something else"),
    ];
    let mut messages = BTreeSet::new();
    for (bytes, looks_like) in cases {
        assert_eq!(clean(bytes), Err(PictureError::NotAPicture { looks_like }));
        messages.insert(clean(bytes).unwrap_err().to_string());
    }
    assert!(messages.contains("a picture must be a JPEG, PNG, WebP or GIF; this looks like an SVG drawing"));
}
