//! Colours.

/// Red, green and blue from 0 to 255.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Color(pub(super) [f32; 3]);

impl Color {
    pub(super) const BLACK: Color = Color([0.0; 3]);
    pub(super) const WHITE: Color = Color([255.0; 3]);

    /// From six hexadecimal digits.
    pub(super) const fn hex(digits: &str) -> Color {
        const fn value(digit: u8) -> u8 {
            if digit <= b'9' { digit - b'0' } else { digit - b'a' + 10 }
        }
        let mut parts = [0.0; 3];
        let mut index = 0;
        while index < 3 {
            let digits = digits.as_bytes();
            parts[index] = (value(digits[index * 2]) * 16 + value(digits[index * 2 + 1])) as f32;
            index += 1;
        }
        Color(parts)
    }

    /// So much of the way (0 to 1) to another colour.
    pub(super) fn toward(self, other: Color, part: f32) -> Color {
        let [r, g, b] = self.0;
        let [to_r, to_g, to_b] = other.0;
        Color([r + (to_r - r) * part, g + (to_g - g) * part, b + (to_b - b) * part])
    }

    pub(super) fn darker(self, part: f32) -> Color {
        self.toward(Color::hex("181024"), part)
    }

    pub(super) fn lighter(self, part: f32) -> Color {
        self.toward(Color::WHITE, part)
    }

    /// From 0 for black to 1 for white.
    pub(super) fn lightness(self) -> f32 {
        let [r, g, b] = self.0;
        (0.3 * r + 0.59 * g + 0.11 * b) / 255.0
    }

    pub(super) fn bytes(self) -> [u8; 3] {
        self.0.map(|part| (part + 0.5) as u8)
    }
}

const fn colors<const N: usize>(digits: [&str; N]) -> [Color; N] {
    let mut colors = [Color::BLACK; N];
    let mut index = 0;
    while index < N {
        colors[index] = Color::hex(digits[index]);
        index += 1;
    }
    colors
}

/// Complexions, from the lightest to the darkest.
pub(super) const SKIN: [Color; 10] = colors([
    "fbdcc8", "f6ceb2", "f1c19e", "e8b288", "dba071", "c98a5c", "b0734a", "935b3a", "7c4c32", "65402c",
]);

/// Black and dark brown hair.
pub(super) const DARK_HAIR: [Color; 5] = colors(["1d1a1f", "26201f", "33251f", "3f2c22", "2a2320"]);

/// Other hair: brown, chestnut, red, blond.
pub(super) const LIGHT_HAIR: [Color; 10] = colors([
    "5b3d2a", "6b4730", "7d5234", "8c5a32", "9c4f2a", "b8652f", "a98450", "c9a063", "dcbb7e", "8a6f55",
]);

/// Hair of the old.
pub(super) const GREY_HAIR: [Color; 4] = colors(["8d8b8f", "a9a6a8", "c6c3c2", "dfdcd8"]);

/// Eyes.
pub(super) const BROWN_EYES: [Color; 3] = colors(["3a2416", "4b2e1b", "2b1b14"]);
pub(super) const LIGHT_EYES: [Color; 4] = colors(["4f7694", "5b7f5e", "6d7f86", "7a6038"]);

/// Backgrounds: top left and bottom right.
pub(super) const BACKGROUNDS: [(Color, Color); 12] = [
    (Color::hex("cfe8f3"), Color::hex("9cc7de")),
    (Color::hex("fbe3c8"), Color::hex("f2bd8d")),
    (Color::hex("dcefd6"), Color::hex("a6d2a4")),
    (Color::hex("f8d9dc"), Color::hex("e8a9b3")),
    (Color::hex("e4def5"), Color::hex("b9aee0")),
    (Color::hex("fdf0c2"), Color::hex("f0cf77")),
    (Color::hex("d3f0ec"), Color::hex("8dcdc4")),
    (Color::hex("e9e7e1"), Color::hex("c3beb3")),
    (Color::hex("d5dcee"), Color::hex("95a6cf")),
    (Color::hex("ffdfcf"), Color::hex("f5a487")),
    (Color::hex("e2ecc3"), Color::hex("b9cc7c")),
    (Color::hex("dbe3e8"), Color::hex("9fb2bf")),
];

/// Clothes.
pub(super) const CLOTHES: [Color; 18] = colors([
    "2f4858", "33658a", "86bbd8", "f26419", "8d3b4a", "5f7a61", "444b6e", "9a879d", "e8e6e1", "3d3d3d",
    "b56b45", "2a9d8f", "d9a441", "7b2d43", "4f6d7a", "c8553d", "588157", "f4f1ea",
]);

/// Shirts worn under something.
pub(super) const SHIRTS: [Color; 5] = colors(["fafafa", "dfeaf4", "f3e4e4", "e9efe2", "cbd6e6"]);

/// Scarves.
pub(super) const SCARVES: [Color; 8] =
    colors(["40606f", "8f5d6f", "d8c3a5", "5b6e58", "2d3047", "b4838d", "e6dfd3", "6f5b8c"]);
