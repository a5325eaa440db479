//! Colours.

/// Red, green and blue from 0 to 255.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Color(pub(super) [f32; 3]);

impl Color {
    pub(super) const BLACK: Color = Color([0.0; 3]);
    pub(super) const WHITE: Color = Color([255.0; 3]);

    pub(super) const fn hex(rgb: u32) -> Color {
        let [_, red, green, blue] = rgb.to_be_bytes();
        Color([red as f32, green as f32, blue as f32])
    }

    /// So much of the way (0 to 1) to another colour.
    pub(super) fn toward(self, other: Color, part: f32) -> Color {
        let [r, g, b] = self.0;
        let [to_r, to_g, to_b] = other.0;
        Color([r + (to_r - r) * part, g + (to_g - g) * part, b + (to_b - b) * part])
    }

    pub(super) fn darker(self, part: f32) -> Color {
        self.toward(Color::hex(0x0018_1024), part)
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
        self.0.map(|part| part.round() as u8)
    }
}

const fn colors<const N: usize>(rgb: [u32; N]) -> [Color; N] {
    let mut colors = [Color::BLACK; N];
    let mut index = 0;
    while index < N {
        colors[index] = Color::hex(rgb[index]);
        index += 1;
    }
    colors
}

/// Complexions, from the lightest to the darkest.
pub(super) const SKIN: [Color; 10] = colors([
    0xfbdcc8, 0xf6ceb2, 0xf1c19e, 0xe8b288, 0xdba071, 0xc98a5c, 0xb0734a, 0x935b3a, 0x7c4c32, 0x65402c,
]);

/// Black and dark brown hair.
pub(super) const DARK_HAIR: [Color; 5] = colors([0x1d1a1f, 0x26201f, 0x33251f, 0x3f2c22, 0x2a2320]);

/// Other hair: brown, chestnut, red, blond.
pub(super) const LIGHT_HAIR: [Color; 10] = colors([
    0x5b3d2a, 0x6b4730, 0x7d5234, 0x8c5a32, 0x9c4f2a, 0xb8652f, 0xa98450, 0xc9a063, 0xdcbb7e, 0x8a6f55,
]);

/// Hair of the old.
pub(super) const GREY_HAIR: [Color; 4] = colors([0x8d8b8f, 0xa9a6a8, 0xc6c3c2, 0xdfdcd8]);

/// Eyes.
pub(super) const BROWN_EYES: [Color; 3] = colors([0x3a2416, 0x4b2e1b, 0x2b1b14]);
pub(super) const LIGHT_EYES: [Color; 4] = colors([0x4f7694, 0x5b7f5e, 0x6d7f86, 0x7a6038]);

/// Backgrounds: top left and bottom right.
pub(super) const BACKGROUNDS: [(Color, Color); 12] = [
    (Color::hex(0xcfe8f3), Color::hex(0x9cc7de)),
    (Color::hex(0xfbe3c8), Color::hex(0xf2bd8d)),
    (Color::hex(0xdcefd6), Color::hex(0xa6d2a4)),
    (Color::hex(0xf8d9dc), Color::hex(0xe8a9b3)),
    (Color::hex(0xe4def5), Color::hex(0xb9aee0)),
    (Color::hex(0xfdf0c2), Color::hex(0xf0cf77)),
    (Color::hex(0xd3f0ec), Color::hex(0x8dcdc4)),
    (Color::hex(0xe9e7e1), Color::hex(0xc3beb3)),
    (Color::hex(0xd5dcee), Color::hex(0x95a6cf)),
    (Color::hex(0xffdfcf), Color::hex(0xf5a487)),
    (Color::hex(0xe2ecc3), Color::hex(0xb9cc7c)),
    (Color::hex(0xdbe3e8), Color::hex(0x9fb2bf)),
];

/// Clothes.
pub(super) const CLOTHES: [Color; 18] = colors([
    0x2f4858, 0x33658a, 0x86bbd8, 0xf26419, 0x8d3b4a, 0x5f7a61, 0x444b6e, 0x9a879d, 0xe8e6e1, 0x3d3d3d,
    0xb56b45, 0x2a9d8f, 0xd9a441, 0x7b2d43, 0x4f6d7a, 0xc8553d, 0x588157, 0xf4f1ea,
]);

/// Shirts worn under something.
pub(super) const SHIRTS: [Color; 5] = colors([0xfafafa, 0xdfeaf4, 0xf3e4e4, 0xe9efe2, 0xcbd6e6]);

/// Scarves.
pub(super) const SCARVES: [Color; 8] =
    colors([0x40606f, 0x8f5d6f, 0xd8c3a5, 0x5b6e58, 0x2d3047, 0xb4838d, 0xe6dfd3, 0x6f5b8c]);
