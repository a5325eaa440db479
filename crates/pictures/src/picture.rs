/// The type of a picture that this crate has written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Opaque pictures.
    Jpeg,
    /// Pictures with transparency.
    Png,
}

impl Kind {
    /// The value for a `Content-Type` header.
    pub const fn content_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// The usual file name extension, without a dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
        }
    }
}

/// A picture that was written from pixels by this crate and holds nothing else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    /// The complete file.
    pub bytes: Vec<u8>,
    /// Its type.
    pub kind: Kind,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}
