//! Pictures, made here rather than checked in.

use std::io::Cursor;

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};

/// A picture of coloured blocks that differs with `seed`.
fn blocks(width: u32, height: u32, seed: u8) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let cell = (x / 16 * 37 + y / 16 * 91) as u8;
        Rgb([cell.wrapping_add(seed), cell.wrapping_mul(3), seed])
    })
}

fn write(picture: impl Into<DynamicImage>, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    picture.into().write_to(&mut Cursor::new(&mut bytes), format).expect("encodes");
    bytes
}

pub(crate) fn jpeg(seed: u8) -> Vec<u8> {
    write(blocks(400, 300, seed), ImageFormat::Jpeg)
}

/// Half transparent, so that it stays a PNG.
pub(crate) fn png(seed: u8) -> Vec<u8> {
    let picture = RgbaImage::from_fn(200, 260, |x, y| Rgba([x as u8, y as u8, seed, 128]));
    write(picture, ImageFormat::Png)
}

pub(crate) fn webp(seed: u8) -> Vec<u8> {
    write(blocks(120, 80, seed), ImageFormat::WebP)
}

pub(crate) fn gif(seed: u8) -> Vec<u8> {
    write(blocks(64, 64, seed), ImageFormat::Gif)
}

/// A JPEG with the metadata of a camera: its maker, and where it stood.
pub(crate) fn with_exif(jpeg: &[u8]) -> Vec<u8> {
    let mut tiff = b"Exif\0\0II*\0\x08\0\0\0\x02\0".to_vec();
    let mut entry = |tag: u16, kind: u16, count: u32, value: u32| {
        tiff.extend(tag.to_le_bytes());
        tiff.extend(kind.to_le_bytes());
        tiff.extend(count.to_le_bytes());
        tiff.extend(value.to_le_bytes());
    };
    entry(0x010F, 2, 13, 38);
    entry(0x8825, 4, 1, 52);
    tiff.extend([0; 4]);
    tiff.extend(b"SECRETCAMERA\0\0");
    tiff.extend(b"\x01\0\x1d\0\x02\0\x0b\0\0\0\x46\0\0\0\0\0\0\x002031:12:24\0");
    let length = u16::try_from(tiff.len() + 2).expect("a short segment").to_be_bytes();
    [&jpeg[..2], &[0xFF, 0xE1], &length, &tiff, &jpeg[2..]].concat()
}

/// A multipart body with `file` as the part called `name`, and its content type.
pub(crate) fn multipart(name: &str, file: &[u8]) -> (String, Vec<u8>) {
    let head = format!(
        "--mark\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n--mark\r\n\
         Content-Disposition: form-data; name=\"{name}\"; filename=\"../../me.exe\"\r\n\
         Content-Type: text/plain\r\n\r\n"
    );
    let body = [head.as_bytes(), file, b"\r\n--mark--\r\n"].concat();
    ("multipart/form-data; boundary=mark".to_owned(), body)
}
