use std::fmt;

/// The sizes in which pictures are served. All but the original are squares.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum Size {
    /// The picture with its own proportions, at most [`ORIGINAL_SIDE`](crate::ORIGINAL_SIDE) pixels long.
    #[default]
    Original,
    /// 340 pixels.
    S340,
    /// 170 pixels.
    S170,
    /// 150 pixels.
    S150,
    /// 50 pixels.
    S50,
    /// 20 pixels.
    S20,
}

impl Size {
    /// Every size, largest first.
    pub const ALL: [Self; 6] = [Self::Original, Self::S340, Self::S170, Self::S150, Self::S50, Self::S20];

    /// The size with this name: `original` or a number of pixels.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|size| size.as_str() == name)
    }

    /// The size asked for by a `size` parameter of a query; the original without one, `None` for a name that
    /// is not known.
    pub fn from_query(parameter: Option<&str>) -> Option<Self> {
        match parameter {
            None | Some("") => Some(Self::Original),
            Some(name) => Self::parse(name),
        }
    }

    /// The size's name, as [`Size::parse`] reads it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::S340 => "340",
            Self::S170 => "170",
            Self::S150 => "150",
            Self::S50 => "50",
            Self::S20 => "20",
        }
    }

    /// The side of the square in pixels; none for the original.
    pub const fn side(self) -> Option<u32> {
        match self {
            Self::Original => None,
            Self::S340 => Some(340),
            Self::S170 => Some(170),
            Self::S150 => Some(150),
            Self::S50 => Some(50),
            Self::S20 => Some(20),
        }
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip() {
        for size in Size::ALL {
            assert_eq!(Size::parse(size.as_str()), Some(size));
            assert_eq!(size.side().map_or("original".to_owned(), |side| side.to_string()), size.to_string());
        }
        for unknown in ["", "0", "21", "0150", "150px", "Original", " 50"] {
            assert_eq!(Size::parse(unknown), None, "{unknown}");
        }
    }

    #[test]
    fn a_query_without_a_size_asks_for_the_original() {
        assert_eq!(Size::from_query(None), Some(Size::Original));
        assert_eq!(Size::from_query(Some("")), Some(Size::Original));
        assert_eq!(Size::from_query(Some("50")), Some(Size::S50));
        assert_eq!(Size::from_query(Some("51")), None);
    }
}
