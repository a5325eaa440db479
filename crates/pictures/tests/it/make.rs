//! Pictures of all kinds, made here rather than checked in.

use std::io::{Cursor, Write};

use base64::{Engine, prelude::BASE64_STANDARD};
use flate2::{Compression, write::ZlibEncoder};
use folkmoot_pictures::{Limits, Picture, PictureError, sanitise};
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use jpeg_encoder::{ColorType, Encoder};

/// The four quarters of a test picture: top left, top right, bottom left, bottom right.
pub(crate) const QUARTERS: [[u8; 3]; 4] = [[220, 30, 30], [30, 200, 30], [30, 30, 220], [230, 230, 230]];

pub(crate) fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(QUARTERS[usize::from(2 * x >= width) + 2 * usize::from(2 * y >= height)])
    })
}

/// The colours in the middle of the quarters of a file.
pub(crate) fn colours(bytes: &[u8]) -> [[u8; 4]; 4] {
    let picture = image::load_from_memory(bytes).expect("decodes").into_rgba8();
    let (width, height) = picture.dimensions();
    [(1, 1), (3, 1), (1, 3), (3, 3)].map(|(x, y)| picture.get_pixel(width * x / 4, height * y / 4).0)
}

/// Asserts that the opaque colours are these, give or take what JPEG does to them.
pub(crate) fn assert_colours(bytes: &[u8], expected: [[u8; 3]; 4], tolerance: u8) {
    for (found, expected) in colours(bytes).iter().zip(expected) {
        let near = found[..3].iter().zip(expected).all(|(a, b)| a.abs_diff(b) <= tolerance);
        assert!(near && found[3] == 255, "{found:?} is not {expected:?}");
    }
}

pub(crate) fn write(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.into().write_to(&mut Cursor::new(&mut bytes), format).expect("encodes");
    bytes
}

pub(crate) fn jpeg(width: u16, height: u16) -> Vec<u8> {
    jpeg_of(quarters(width.into(), height.into()).as_raw(), (width, height), ColorType::Rgb, false)
}

pub(crate) fn jpeg_of(
    raw: &[u8],
    (width, height): (u16, u16),
    colour: ColorType,
    progressive: bool,
) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.set_progressive(progressive);
    encoder.encode(raw, width, height, colour).expect("encodes");
    bytes
}

/// Puts a segment directly behind a JPEG's start marker.
pub(crate) fn with_segment(jpeg: &[u8], marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).expect("fits a segment").to_be_bytes();
    [&jpeg[..2], &[0xFF, marker], &length, content, &jpeg[2..]].concat()
}

/// TIFF-structured metadata with an orientation, the camera's maker, and where the picture was taken.
pub(crate) fn exif(orientation: u8) -> Vec<u8> {
    let entry = |tag: u16, kind: u16, count: u32, value: u32| {
        let mut entry = Vec::new();
        entry.extend(tag.to_le_bytes());
        entry.extend(kind.to_le_bytes());
        entry.extend(count.to_le_bytes());
        entry.extend(value.to_le_bytes());
        entry
    };
    let mut tiff = b"II*\0\x08\0\0\0\x03\0".to_vec();
    tiff.extend(entry(0x010F, 2, 14, 50)); // Maker, at 50
    tiff.extend(entry(0x0112, 3, 1, orientation.into()));
    tiff.extend(entry(0x8825, 4, 1, 64)); // GPS directory, at 64
    tiff.extend([0; 4]);
    tiff.extend(b"SECRETCAMERA\0\0");
    tiff.extend(b"\x02\0");
    tiff.extend(entry(1, 2, 2, u32::from(b'N')));
    tiff.extend(entry(0x1D, 2, 11, 94)); // Date, at 94
    tiff.extend([0; 4]);
    tiff.extend(b"2031:12:24\0");
    tiff
}

pub(crate) fn png_chunk(name: &[u8], data: &[u8]) -> Vec<u8> {
    let named = [name, data].concat();
    let length = u32::try_from(data.len()).expect("short").to_be_bytes();
    [&length[..], &named, &crc32fast::hash(&named).to_be_bytes()].concat()
}

/// A PNG by hand: `header` is bit depth and colour type, `before` are chunks before the data, `rows` are the
/// unfiltered rows with their filter bytes.
pub(crate) fn png(width: u32, height: u32, header: [u8; 2], before: &[Vec<u8>], rows: &[u8]) -> Vec<u8> {
    let ihdr = [&width.to_be_bytes()[..], &height.to_be_bytes(), &header, &[0, 0, 0]].concat();
    let mut file = b"\x89PNG\r\n\x1A\n".to_vec();
    file.extend(png_chunk(b"IHDR", &ihdr));
    file.extend(before.concat());
    file.extend(png_chunk(b"IDAT", &deflate(rows)));
    file.extend(png_chunk(b"IEND", b""));
    file
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("writes to memory");
    encoder.finish().expect("writes to memory")
}

pub(crate) fn riff(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (name, data) in chunks {
        body.extend(*name);
        body.extend(u32::try_from(data.len()).expect("short").to_le_bytes());
        body.extend(*data);
        body.extend(vec![0; data.len() % 2]);
    }
    [b"RIFF", &u32::try_from(body.len()).expect("short").to_le_bytes()[..], &body].concat()
}

/// One pixel of lossy WebP, the same with a plane of transparency, and an animation of one lossless frame.
pub(crate) fn tiny_webps() -> [Vec<u8>; 3] {
    [
        "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA",
        "UklGRkoAAABXRUJQVlA4WAoAAAAQAAAAAAAAAAAAQUxQSAwAAAARBxAR/Q9ERP8DAABWUDggGAAAABQBAJ0BKgEAAQAAAP4AAA3AAP7mtQAAAA==",
        "UklGRlIAAABXRUJQVlA4WAoAAAASAAAAAAAAAAAAQU5JTQYAAAD/////AABBTk1GJgAAAAAAAAAAAAAAAAAAAGQAAABWUDhMDQAAAC8AAAAQBxAREYiI/gcA",
    ]
    .map(|text| BASE64_STANDARD.decode(text).expect("is base64"))
}

pub(crate) fn clean(bytes: &[u8]) -> Result<Picture, PictureError> {
    sanitise(bytes, &Limits::default())
}

pub(crate) fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
