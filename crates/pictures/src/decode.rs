//! From a file's bytes to pixels, within bounds.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use image::codecs::{gif::GifDecoder, jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError};

use crate::{Limits, PictureError, SourceKind, jpeg, webp};

/// What the PNG decoder may hold besides the pixels: compressed texts as they are in the file, and the
/// decompressed colour profile.
const PNG_BESIDES: u64 = 32 << 20;

/// A decoded picture as it lies in the file.
pub(crate) struct Decoded {
    pub(crate) pixels: DynamicImage,
    /// How to turn it upright.
    pub(crate) orientation: Orientation,
    /// The meaning of its colours, if it is not the usual one.
    pub(crate) profile: Option<Vec<u8>>,
}

/// Runs what interprets foreign bytes.
///
/// The decoders mean to return errors for all that can be wrong, but none of them promises never to panic on
/// hostile files, and each has done so in some version. The caller is a server that answers other people at
/// the same time, so a panic here is caught and becomes an error. That is sound: the decoders own all that
/// they change, and it is dropped with them. Panics are still reported by the panic hook, and still abort the
/// fuzz target, so they do get found.
pub(crate) fn guarded<T>(
    kind: SourceKind,
    work: impl FnOnce() -> Result<T, PictureError>,
) -> Result<T, PictureError> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        Err(PictureError::Unreadable { kind, reason: "its content is inconsistent".to_owned() })
    })
}

/// Decodes the first picture of a file. To be called within [`guarded`].
pub(crate) fn decode(bytes: &[u8], kind: SourceKind, limits: &Limits) -> Result<Decoded, PictureError> {
    let error = |error| translate(error, kind);
    match kind {
        SourceKind::Jpeg => {
            let structure = jpeg::inspect(bytes)?;
            // Rows go straight to the result, unless the coefficients (two bytes each) must be collected.
            let collected = if structure.several_scans { 2 * u64::from(structure.components) } else { 0 };
            let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(error)?;
            read(decoder, kind, limits, collected)
        }
        SourceKind::Png => {
            // The header is checked first, since these limits do not tell which of them was exceeded.
            let (width, height) = png_dimensions(bytes)?;
            limits.check_dimensions(width, height)?;
            let mut bounds = image::Limits::default();
            bounds.max_alloc = Some(limits.max_alloc.min(PNG_BESIDES));
            read(PngDecoder::with_limits(Cursor::new(bytes), bounds).map_err(error)?, kind, limits, 0)
        }
        SourceKind::WebP => {
            let structure = webp::inspect(bytes, limits)?;
            let decoder = WebPDecoder::new(Cursor::new(structure.file)).map_err(error)?;
            // Beside the result: four bytes for lossless pixels, or less for lossy ones; five more for a plane
            // of transparency; for animations a frame and the canvas.
            let besides = match (structure.animated, decoder.color_type().has_alpha()) {
                (true, _) => 14,
                (false, true) => 7,
                (false, false) => 4,
            };
            read(decoder, kind, limits, besides)
        }
        // A frame that does not cover the screen takes a buffer of its own, which the decoder checks against
        // the limits it is given.
        SourceKind::Gif => read(GifDecoder::new(Cursor::new(bytes)).map_err(error)?, kind, limits, 1),
    }
}

/// Reads the pixels with a decoder that has read the headers, after it is clear that they fit.
/// `besides` is the decoder's working memory per pixel.
fn read(
    mut decoder: impl ImageDecoder,
    kind: SourceKind,
    limits: &Limits,
    besides: u64,
) -> Result<Decoded, PictureError> {
    let error = |error| translate(error, kind);
    let (width, height) = decoder.dimensions();
    limits.check_dimensions(width, height)?;
    let result = u64::from(decoder.color_type().bytes_per_pixel());
    limits.check_memory(width, height, result + besides)?;

    let mut bounds = image::Limits::default();
    bounds.max_image_width = Some(limits.max_side);
    bounds.max_image_height = Some(limits.max_side);
    let pixels = u64::from(width) * u64::from(height);
    bounds.max_alloc = Some(limits.max_alloc.saturating_sub(pixels * result).min(limits.max_pixels * 4));
    decoder.set_limits(bounds).map_err(error)?;

    // A picture with broken metadata is shown as it lies in the file.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().unwrap_or_default();
    let pixels = DynamicImage::from_decoder(decoder).map_err(error)?;
    Ok(Decoded { pixels, orientation, profile })
}

/// The dimensions in a PNG's first chunk.
fn png_dimensions(bytes: &[u8]) -> Result<(u32, u32), PictureError> {
    let (header, _) = bytes
        .get(8..)
        .and_then(|chunk| chunk.split_first_chunk::<16>())
        .ok_or(PictureError::Truncated(SourceKind::Png))?;
    if &header[4..8] != b"IHDR" {
        let reason = "it does not start with a header".to_owned();
        return Err(PictureError::Unreadable { kind: SourceKind::Png, reason });
    }
    let number = |at: usize| header[at..at + 4].iter().fold(0, |number, byte| number << 8 | u32::from(*byte));
    Ok((number(8), number(12)))
}

/// Maps a decoder's error.
fn translate(error: ImageError, kind: SourceKind) -> PictureError {
    let ends_early = |error: &std::io::Error| error.kind() == std::io::ErrorKind::UnexpectedEof;
    match error {
        ImageError::Limits(_) => PictureError::TooMuchMemory,
        ImageError::IoError(error) if ends_early(&error) => PictureError::Truncated(kind),
        error => PictureError::Unreadable { kind, reason: error.to_string() },
    }
}
