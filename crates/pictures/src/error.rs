use crate::SourceKind;

/// Why some bytes did not become a picture. The messages are meant for the person who uploaded them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// There is nothing at all.
    #[error("the picture is empty")]
    Empty,
    /// The file is larger than [`Limits::max_bytes`](crate::Limits::max_bytes).
    #[error("the picture has {bytes} bytes; at most {max} are accepted")]
    TooManyBytes {
        /// Size of the file.
        bytes: usize,
        /// The limit.
        max: usize,
    },
    /// The content is not of an accepted type.
    #[error("a picture must be a JPEG, PNG, WebP or GIF; this looks like {looks_like}")]
    NotAPicture {
        /// What the content looks like, with its article: "an SVG drawing".
        looks_like: &'static str,
    },
    /// The picture declares a width or height of nothing.
    #[error("the picture has no pixels")]
    NoPixels,
    /// Width, height or their product exceed the limits.
    #[error("the picture is {width} by {height} pixels, which is larger than accepted")]
    TooLarge {
        /// Declared width in pixels.
        width: u32,
        /// Declared height in pixels.
        height: u32,
    },
    /// Decoding would need more memory than [`Limits::max_alloc`](crate::Limits::max_alloc).
    #[error("the picture needs too much memory to decode")]
    TooMuchMemory,
    /// The file ends before the picture does.
    #[error("the {0} picture is incomplete: the file ends too early")]
    Truncated(SourceKind),
    /// The content is of an accepted type, but does not follow its rules or uses a rare feature of it.
    #[error("the {kind} picture cannot be read: {reason}")]
    Unreadable {
        /// What the content claims to be.
        kind: SourceKind,
        /// What the decoder had to say.
        reason: String,
    },
    /// The pixels could not be written as a new file. Not expected to happen.
    #[error("the picture cannot be written: {0}")]
    Encoding(String),
}
