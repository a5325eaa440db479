//! A look at the structure of a JPEG, without decoding it.

use crate::{PictureError, SourceKind};

/// Scans that a progressive JPEG may have. Usual encoders make about ten; each costs a pass over the whole
/// picture however few bytes it has, so a small file with many of them would keep a processor busy.
const MAX_SCANS: u32 = 40;

/// What decides how much memory decoding needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Structure {
    /// Colour components, 1 to 4.
    pub(crate) components: u8,
    /// Whether all coefficients are held in memory, because the pixels come in more than one scan.
    pub(crate) several_scans: bool,
}

/// Walks the markers up to the end of the picture. Refuses files without such an end — the decoder would fill
/// up what is missing with grey — and those with too many scans.
pub(crate) fn inspect(bytes: &[u8]) -> Result<Structure, PictureError> {
    let unreadable =
        |reason: &str| PictureError::Unreadable { kind: SourceKind::Jpeg, reason: reason.to_owned() };
    let truncated = || PictureError::Truncated(SourceKind::Jpeg);
    let mut components = None;
    let mut scans = 0;
    let mut rest = bytes.get(2..).ok_or_else(truncated)?;
    loop {
        // Anything that is no marker is the compressed data of a scan, or rubbish that decoders skip.
        let at = rest
            .windows(2)
            .position(|pair| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0x01 | 0xD0..=0xD8 | 0xFF))
            .ok_or_else(truncated)?;
        let marker = rest[at + 1];
        rest = &rest[at + 2..];
        if marker == 0xD9 {
            break;
        }
        let (&[high, low], _) = rest.split_first_chunk().ok_or_else(truncated)?;
        let segment = rest.get(..usize::from(u16::from_be_bytes([high, low]))).ok_or_else(truncated)?;
        if segment.len() < 2 {
            return Err(unreadable("a segment is shorter than its own length"));
        }
        rest = &rest[segment.len()..];
        match marker {
            // Start of frame, but not the tables that have numbers in the same range.
            0xC0..=0xCF if !matches!(marker, 0xC4 | 0xC8 | 0xCC) => {
                components =
                    Some(segment.get(7).copied().ok_or_else(|| unreadable("its frame header is short"))?);
            }
            0xDA => {
                scans += 1;
                if scans > MAX_SCANS {
                    return Err(unreadable("it has too many scans"));
                }
            }
            _ => {}
        }
    }
    match (components, scans) {
        (Some(components @ 1..=4), 1..) => Ok(Structure { components, several_scans: scans > 1 }),
        (Some(1..=4), _) => Err(truncated()),
        _ => Err(unreadable("its frame header is missing or unusual")),
    }
}
