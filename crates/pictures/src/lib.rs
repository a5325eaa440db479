//! Profile pictures, made safe to keep and to show.
//!
//! Whatever a person uploads is foreign data that this server would later hand to every colleague's browser.
//! So nothing of the upload itself is kept: [`sanitise`] looks at the content (never at a name or a declared
//! type), decodes the pixels within [`Limits`], turns them upright, and writes a *new* file from the pixels
//! alone. Metadata such as the place where a photograph was taken, comments, further frames
//! of an animation, and anything hidden behind the picture cannot survive that.
//!
//! * Opaque pictures become JPEG, those with transparency PNG.
//! * The result's longest side is at most [`ORIGINAL_SIDE`] pixels, with its proportions kept: this is what
//!   the sizes' name `original` means here.
//! * Colours are converted to sRGB if the upload came with a profile of a camera or screen.
//! * [`square`] derives the fixed [`Size`]s from that result.
//!
//! All functions are pure: no files, no clock, no randomness. The same input gives the same bytes, so the
//! results may be named by their hash.

mod colour;
mod decode;
mod encode;
mod error;
mod jpeg;
mod limits;
mod picture;
mod resample;
mod sanitise;
mod size;
mod sniff;
mod square;
mod webp;

pub use error::PictureError;
pub use limits::Limits;
pub use picture::{Kind, Picture};
pub use sanitise::{ORIGINAL_SIDE, sanitise};
pub use size::Size;
pub use sniff::{SourceKind, sniff};
pub use square::square;
