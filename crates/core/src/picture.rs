//! Names of profile pictures (`avatars.md`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The file type of a stored picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum PictureKind {
    /// JPEG: pictures without transparency.
    Jpeg,
    /// PNG: pictures with transparency.
    Png,
}

impl PictureKind {
    /// The extension of its file name.
    pub const fn extension(self) -> &'static str {
        match self {
            PictureKind::Jpeg => "jpg",
            PictureKind::Png => "png",
        }
    }

    /// Its media type.
    pub const fn content_type(self) -> &'static str {
        match self {
            PictureKind::Jpeg => "image/jpeg",
            PictureKind::Png => "image/png",
        }
    }
}

/// The name of a stored picture, such as `f5d3b492bc09db02508413956ab9.jpg`: a keyed hash of its content, so that
/// equal pictures share a name and nobody can guess one from the person or even from the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct PictureName {
    /// 112 bits of keyed hash.
    pub digest: [u8; 14],
    /// The file type, which is the name's extension.
    pub kind: PictureKind,
}

impl fmt::Display for PictureName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.digest {
            write!(f, "{byte:02x}")?;
        }
        write!(f, ".{}", self.kind.extension())
    }
}

/// A text is not the name of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("is not the name of a picture")]
pub struct ParsePictureNameError;

impl FromStr for PictureName {
    type Err = ParsePictureNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (hex, extension) = text.split_once('.').ok_or(ParsePictureNameError)?;
        let kind = [PictureKind::Jpeg, PictureKind::Png]
            .into_iter()
            .find(|kind| kind.extension() == extension)
            .ok_or(ParsePictureNameError)?;
        let mut digest = [0; 14];
        crate::secret::decode_hex(hex, &mut digest).ok_or(ParsePictureNameError)?;
        Ok(PictureName { digest, kind })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_reads_back_and_nothing_else_does() {
        let name = "f5d3b492bc09db02508413956ab9.jpg";
        assert_eq!(name.parse::<PictureName>().unwrap().to_string(), name);
        for bad in [
            "",
            "f5d3.jpg",
            "F5D3B492BC09DB02508413956AB9.jpg",
            "../../etc/passwd",
            "f5d3b492bc09db02508413956ab9",
        ] {
            assert!(bad.parse::<PictureName>().is_err(), "{bad}");
        }
    }
}
