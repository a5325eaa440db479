use std::fmt;

/// The types that are accepted as pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SourceKind {
    /// JPEG, baseline or progressive.
    Jpeg,
    /// PNG; of an animated one the default picture.
    Png,
    /// WebP, lossy or lossless; of an animated one the first frame.
    WebP,
    /// GIF; of an animated one the first frame.
    Gif,
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Gif => "GIF",
        })
    }
}

/// The type of a picture by its first bytes, if it is one of those that are accepted.
pub fn sniff(bytes: &[u8]) -> Option<SourceKind> {
    match bytes {
        [0xFF, 0xD8, 0xFF, ..] => Some(SourceKind::Jpeg),
        [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1A, b'\n', ..] => Some(SourceKind::Png),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(SourceKind::WebP),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => Some(SourceKind::Gif),
        _ => None,
    }
}

/// First bytes of the types that people, or attackers, upload instead.
const FOREIGN: &[(&[u8], &str)] = &[
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"II+\0", "a TIFF picture"),
    (b"MM\0+", "a TIFF picture"),
    (b"\0\0\x01\0", "an icon file"),
    (b"8BPS", "a Photoshop document"),
    (b"\xFF\x0A", "a JPEG XL picture"),
    (b"\0\0\0\x0CJXL ", "a JPEG XL picture"),
    (b"\0\0\0\x0CjP  ", "a JPEG 2000 picture"),
    (b"\xFF\x4F\xFF\x51", "a JPEG 2000 picture"),
    (b"gimp xcf", "a GIMP document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"PK\x05\x06", "a ZIP archive"),
    (b"\x1F\x8B", "a gzip archive"),
    (b"7z\xBC\xAF\x27\x1C", "a 7z archive"),
    (b"Rar!\x1A\x07", "a RAR archive"),
    (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", "an old office document"),
    (b"\x7FELF", "a program"),
    (b"MZ", "a program"),
    (b"#!", "a script"),
    (b"\x1A\x45\xDF\xA3", "a video"),
    (b"RIFF", "an audio or video file"),
];

/// What some bytes that are not an accepted picture look like, for a helpful message.
pub(crate) fn looks_like(bytes: &[u8]) -> &'static str {
    if let Some((_, name)) = FOREIGN.iter().find(|(magic, _)| bytes.starts_with(magic)) {
        return name;
    }
    if let [_, _, _, _, b'f', b't', b'y', b'p', a, b, c, d, ..] = bytes {
        return match [*a, *b, *c, *d] {
            [b'a', b'v', b'i', b'f' | b's'] => "an AVIF picture",
            [b'h', b'e', b'i' | b'v', _] | [b'm', b'i' | b's', b'f', b'1'] => "an HEIC picture",
            _ => "a video",
        };
    }
    looks_like_text(bytes)
}

/// Tells markup from other text by the beginning of the file; white space and a byte order mark may precede.
fn looks_like_text(bytes: &[u8]) -> &'static str {
    let head = &bytes[..bytes.len().min(1024)];
    // Markup in UTF-16 differs from ASCII by zeros in between.
    let text: String = head
        .iter()
        .filter(|byte| byte.is_ascii() && **byte != 0)
        .map(|byte| byte.to_ascii_lowercase() as char)
        .collect();
    let text = text.trim_start();
    if text.starts_with('<') {
        let has = |needle: &str| text.contains(needle);
        if has("<?php") {
            "a PHP script"
        } else if has("<!doctype html") || has("<html") {
            "an HTML page"
        } else if has("<svg") || has("<!doctype svg") {
            "an SVG drawing"
        } else if text.starts_with("<?xml") {
            "an XML document"
        } else {
            "an HTML page"
        }
    } else if head.iter().all(|byte| matches!(byte, b'\t' | b'\n' | b'\r' | b' '..=b'~')) {
        "text"
    } else {
        "something else"
    }
}
