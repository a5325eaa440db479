use crate::{
    Kind, Limits, ORIGINAL_SIDE, Picture, PictureError, Size, SourceKind, decode, encode, resample, sniff,
};

/// Derives a size from a picture that [`sanitise`](crate::sanitise) has returned: the largest square in its
/// centre, scaled down or up. [`Size::Original`] is the picture itself.
///
/// The kind stays the same, so one content type serves all sizes of a picture.
///
/// # Errors
///
/// The bytes are no such picture: not a JPEG or PNG, damaged, or larger than [`ORIGINAL_SIDE`].
pub fn square(picture_bytes: &[u8], size: Size) -> Result<Picture, PictureError> {
    let kind = match sniff(picture_bytes) {
        Some(SourceKind::Jpeg) => Kind::Jpeg,
        Some(SourceKind::Png) => Kind::Png,
        Some(SourceKind::WebP) => return Err(PictureError::NotAPicture { looks_like: "a WebP picture" }),
        Some(SourceKind::Gif) => return Err(PictureError::NotAPicture { looks_like: "a GIF picture" }),
        None => {
            return Err(PictureError::NotAPicture { looks_like: sniff::looks_like(picture_bytes) });
        }
    };
    let source = if kind == Kind::Jpeg { SourceKind::Jpeg } else { SourceKind::Png };
    let limits = Limits { max_side: ORIGINAL_SIDE, ..Limits::default() };
    let decoded = decode::guarded(source, || decode::decode(picture_bytes, source, &limits))?.pixels;
    match size.side() {
        Some(side) => encode::as_kind(resample::centre_square(&decoded, side)?, kind),
        None => Ok(Picture {
            bytes: picture_bytes.to_vec(),
            kind,
            width: decoded.width(),
            height: decoded.height(),
        }),
    }
}
