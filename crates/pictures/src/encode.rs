//! From pixels to a new file.

use image::codecs::{jpeg::JpegEncoder, png::PngEncoder};
use image::{DynamicImage, ImageEncoder, RgbImage, RgbaImage};

use crate::{Kind, Picture, PictureError};

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

fn jpeg(picture: &RgbImage) -> Result<Picture, PictureError> {
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY)
        .encode_image(picture)
        .map_err(|error| PictureError::Encoding(error.to_string()))?;
    Ok(Picture { bytes, kind: Kind::Jpeg, width: picture.width(), height: picture.height() })
}

fn png(picture: &RgbaImage) -> Result<Picture, PictureError> {
    let (width, height) = picture.dimensions();
    let mut bytes = Vec::new();
    PngEncoder::new(&mut bytes)
        .write_image(picture.as_raw(), width, height, image::ExtendedColorType::Rgba8)
        .map_err(|error| PictureError::Encoding(error.to_string()))?;
    Ok(Picture { bytes, kind: Kind::Png, width, height })
}
