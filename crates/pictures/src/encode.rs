//! From pixels to a new file.

use image::codecs::png::PngEncoder;
use image::{DynamicImage, ImageEncoder, RgbImage, RgbaImage};
use jpeg_encoder::{Encoder, SamplingFactor};

use crate::{Kind, Picture, PictureError};

/// Pictures longer than this store colour at half the resolution, as cameras do: nobody sees it, it saves a third
/// of the bytes, and the picture decodes faster for each size that is derived from it. In small ones coloured
/// edges would show it.
const FULL_COLOUR_SIDE: u32 = 200;

/// Hardly any visible loss, at a fraction of the size of the highest qualities.
const JPEG_QUALITY: u8 = 88;

/// Writes an opaque picture as JPEG, others as PNG.
pub(crate) fn by_transparency(picture: DynamicImage) -> Result<Picture, PictureError> {
    if !picture.color().has_alpha() {
        return jpeg(&picture.into_rgb8());
    }
    let picture = picture.into_rgba8();
    if picture.pixels().all(|pixel| pixel.0[3] == u8::MAX) {
        jpeg(&DynamicImage::from(picture).into_rgb8())
    } else {
        png(&picture)
    }
}

/// Writes a picture as this kind.
pub(crate) fn as_kind(picture: DynamicImage, kind: Kind) -> Result<Picture, PictureError> {
    match kind {
        Kind::Jpeg => jpeg(&picture.into_rgb8()),
        Kind::Png => png(&picture.into_rgba8()),
    }
}

/// `image` has a JPEG encoder, too; it takes more than twice as long and cannot store colour at half the
/// resolution.
fn jpeg(picture: &RgbImage) -> Result<Picture, PictureError> {
    let failed = |error: &dyn std::fmt::Display| PictureError::Encoding(error.to_string());
    let (width, height) = picture.dimensions();
    let narrow = |side| u16::try_from(side).map_err(|error| failed(&error));
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, JPEG_QUALITY);
    let small = width.max(height) <= FULL_COLOUR_SIDE;
    encoder.set_sampling_factor(if small { SamplingFactor::F_1_1 } else { SamplingFactor::F_2_2 });
    encoder
        .encode(picture.as_raw(), narrow(width)?, narrow(height)?, jpeg_encoder::ColorType::Rgb)
        .map_err(|error| failed(&error))?;
    Ok(Picture { bytes, kind: Kind::Jpeg, width, height })
}

fn png(picture: &RgbaImage) -> Result<Picture, PictureError> {
    let (width, height) = picture.dimensions();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(picture.as_raw(), width, height, image::ExtendedColorType::Rgba8)
        .map_err(|error| PictureError::Encoding(error.to_string()))?;
    Ok(Picture { bytes, kind: Kind::Png, width, height })
}
