//! Colours as the profile in a file means them.
//!
//! Results carry no profile, and browsers take pictures without one for sRGB. Phones photograph in wider colour
//! spaces, though (Display P3, mostly): read as sRGB, faces would turn pale.

use image::DynamicImage;
use moxcms::{ColorProfile, Layout, ParsingOptions, TransformOptions};

/// Profiles of cameras, phones and editors have a few hundred bytes up to some kilobytes.
const MAX_PROFILE: usize = 256 << 10;

/// Converts to sRGB from the space that a profile describes by a matrix and curves, as those of cameras and
/// screens do. Others (tables for printers and scanners, profiles that do not fit the pixels, broken ones) are
/// ignored: they are rare, and their interpreters large.
pub(crate) fn to_srgb(picture: DynamicImage, profile: &[u8]) -> DynamicImage {
    if !picture.color().has_color() {
        return picture;
    }
    if picture.color().has_alpha() {
        let mut picture = picture.into_rgba8();
        convert(&mut picture, Layout::Rgba, profile);
        picture.into()
    } else {
        let mut picture = picture.into_rgb8();
        convert(&mut picture, Layout::Rgb, profile);
        picture.into()
    }
}

/// Converts samples in place; leaves them alone if that is not possible.
fn convert(samples: &mut [u8], layout: Layout, profile: &[u8]) -> Option<()> {
    let options = ParsingOptions {
        max_profile_size: MAX_PROFILE,
        max_allowed_clut_size: MAX_PROFILE,
        ..ParsingOptions::default()
    };
    let mut profile = ColorProfile::new_from_slice_with_options(profile, options).ok()?;
    if !profile.is_matrix_shaper() {
        return None;
    }
    // Tables would be preferred.
    profile.lut_a_to_b_perceptual = None;
    profile.lut_a_to_b_colorimetric = None;
    profile.lut_a_to_b_saturation = None;
    let transform = profile
        .create_transform_8bit(layout, &ColorProfile::new_srgb(), layout, TransformOptions::default())
        .ok()?;
    let source = samples.to_vec();
    if transform.transform(&source, samples).is_err() {
        samples.copy_from_slice(&source);
    }
    Some(())
}
