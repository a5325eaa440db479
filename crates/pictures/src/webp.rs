//! A look at the structure of a WebP, without decoding it.

use crate::{Limits, PictureError, SourceKind};

/// What decides how much memory decoding needs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Structure<'a> {
    /// Whether frames are composed on a canvas.
    pub(crate) animated: bool,
    /// The file without what follows its declared end.
    pub(crate) file: &'a [u8],
}

/// Walks the chunks. The decoder allocates what a chunk declares as its length, and what the header of a lossy
/// bitstream declares as its dimensions, before it finds that they do not fit the file; so both are checked
/// here first.
pub(crate) fn inspect<'a>(bytes: &'a [u8], limits: &Limits) -> Result<Structure<'a>, PictureError> {
    let truncated = || PictureError::Truncated(SourceKind::WebP);
    let riff_size = bytes.get(4..8).map(little_endian).ok_or_else(truncated)?;
    // Chunks are padded to even lengths, but some writers leave out the last padding byte.
    if riff_size.saturating_add(8) > bytes.len() + 1 {
        return Err(truncated());
    }
    let file = &bytes[..bytes.len().min(riff_size + 8)];
    let mut animated = false;
    for chunk in Chunks(file.get(12..).ok_or_else(truncated)?) {
        let (name, data) = chunk.ok_or_else(truncated)?;
        match name {
            b"VP8 " => check_bitstream(data, limits)?,
            b"ANMF" => {
                animated = true;
                for inner in Chunks(data.get(16..).ok_or_else(truncated)?) {
                    let (name, data) = inner.ok_or_else(truncated)?;
                    if name == b"VP8 " {
                        check_bitstream(data, limits)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(Structure { animated, file })
}

/// Checks the dimensions in the header of a lossy bitstream.
fn check_bitstream(data: &[u8], limits: &Limits) -> Result<(), PictureError> {
    let header = data.get(6..10).ok_or(PictureError::Truncated(SourceKind::WebP))?;
    let side = |bytes: &[u8]| (little_endian(bytes) & 0x3FFF) as u32;
    limits.check_dimensions(side(&header[..2]), side(&header[2..]))
}

/// Iterates over chunks: a name, a length and as many bytes. `None` where the bytes end within a chunk.
struct Chunks<'a>(&'a [u8]);

impl<'a> Iterator for Chunks<'a> {
    type Item = Option<(&'a [u8], &'a [u8])>;

    fn next(&mut self) -> Option<Self::Item> {
        // Fewer bytes than a chunk's header are padding or foreign, as are those after the end of the RIFF.
        let (header, rest) = self.0.split_at_checked(8)?;
        let length = little_endian(&header[4..]);
        let Some(data) = rest.get(..length) else {
            self.0 = &[];
            return Some(None);
        };
        self.0 = rest.get(length.next_multiple_of(2)..).unwrap_or_default();
        Some(Some((&header[..4], data)))
    }
}

/// Reads up to eight bytes as a number, the least significant first.
fn little_endian(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |number, byte| number << 8 | usize::from(*byte))
}
