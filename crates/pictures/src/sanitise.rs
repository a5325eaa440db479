use crate::{Limits, Picture, PictureError, colour, decode, encode, resample, sniff};

/// The longest side, in pixels, of a picture that [`sanitise`] returns. Larger ones are scaled down.
pub const ORIGINAL_SIDE: u32 = 1024;

/// Turns an upload into a picture of our own making; see the [crate's description](crate) for what that
/// means.
///
/// # Errors
///
/// The upload is no JPEG, PNG, WebP or GIF, is damaged or incomplete, or exceeds the limits.
pub fn sanitise(bytes: &[u8], limits: &Limits) -> Result<Picture, PictureError> {
    if bytes.is_empty() {
        return Err(PictureError::Empty);
    }
    if bytes.len() > limits.max_bytes {
        return Err(PictureError::TooManyBytes { bytes: bytes.len(), max: limits.max_bytes });
    }
    let kind =
        sniff(bytes).ok_or_else(|| PictureError::NotAPicture { looks_like: sniff::looks_like(bytes) })?;
    decode::guarded(kind, || {
        let decoded = decode::decode(bytes, kind, limits)?;
        // Whatever follows is cheaper when there are fewer pixels, and the bound is the same for width and
        // height.
        let mut picture = resample::bound(decoded.pixels, ORIGINAL_SIDE)?;
        if let Some(profile) = decoded.profile {
            picture = colour::to_srgb(picture, &profile);
        }
        picture.apply_orientation(decoded.orientation);
        encode::by_transparency(picture)
    })
}
