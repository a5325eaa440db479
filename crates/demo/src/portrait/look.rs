//! What somebody looks like.

use super::palette::{
    BACKGROUNDS, BROWN_EYES, CLOTHES, Color, DARK_HAIR, GREY_HAIR, LIGHT_EYES, LIGHT_HAIR, SCARVES, SHIRTS,
    SKIN,
};
use crate::identity::Identity;
use crate::rng::Rng;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Hair {
    Crop,
    SidePart,
    Quiff,
    Buzz,
    Receding,
    Bald,
    Curls,
    Afro,
    LongStraight,
    LongWavy,
    LongCurls,
    Bob,
    Fringe,
    Bun,
    Ponytail,
    Pixie,
    Braids,
    Headscarf,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Beard {
    None,
    Stubble,
    Moustache,
    Goatee,
    Full,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Mouth {
    Smile,
    Grin,
    Smirk,
    Calm,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Clothes {
    Crew,
    VNeck,
    Collar,
    Blazer,
    Hoodie,
    Turtleneck,
    Stripes,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Glasses {
    None,
    Round,
    Square,
}

/// Everything that a portrait shows. Lengths are in pixels.
pub(super) struct Look {
    pub(super) background: (Color, Color),
    pub(super) skin: Color,
    pub(super) hair: Hair,
    pub(super) hair_color: Color,
    pub(super) brow_color: Color,
    pub(super) eyes: Color,
    pub(super) beard: Beard,
    pub(super) mouth: Mouth,
    pub(super) clothes: Clothes,
    pub(super) cloth: Color,
    pub(super) shirt: Color,
    pub(super) glasses: Glasses,
    pub(super) frame: Color,
    pub(super) lashes: bool,
    pub(super) lips: Option<Color>,
    pub(super) earrings: bool,
    pub(super) freckles: bool,
    /// Lines in the face.
    pub(super) age: f32,
    /// Half the width of the head at the cheeks, and of the jaw.
    pub(super) cheeks: f32,
    pub(super) jaw: f32,
    pub(super) chin: f32,
    pub(super) shoulders: f32,
    pub(super) neck: f32,
    pub(super) eye_gap: f32,
    pub(super) eye_size: f32,
    pub(super) brow_lift: f32,
    pub(super) brow_width: f32,
    pub(super) nose: f32,
    pub(super) smile: f32,
    /// Which side a parting is on, and light comes from.
    pub(super) parting_left: bool,
    pub(super) volume: f32,
}

impl Look {
    pub(super) fn new(identity: &Identity, rng: &mut Rng) -> Look {
        let woman = identity.woman;
        let (lightest, darkest) = identity.culture.complexion;
        let tone = rng.between(lightest, darkest) as usize;
        let skin = SKIN[tone].toward(SKIN[(tone + 1).min(9)], rng.real(0.0, 0.7));
        // The lightest hair and eyes go with the lighter complexions.
        let fair = rng.chance(identity.culture.light_hair) && tone < 4;
        let age = identity.seniority;
        let natural = if fair { *rng.pick(&LIGHT_HAIR) } else { *rng.pick(&DARK_HAIR) };
        let grey = age > 0.46 && rng.chance(if woman { 500 } else { 750 });
        let hair_color =
            if grey { natural.toward(*rng.pick(&GREY_HAIR), rng.real(0.55, 1.0)) } else { natural };
        let coily = tone >= 6 && rng.chance(780);
        let hair = Self::hair(identity, coily, rng);
        let beard = match rng.below(100) {
            _ if woman => Beard::None,
            0..50 => Beard::None,
            50..66 => Beard::Stubble,
            66..72 => Beard::Moustache,
            72..82 => Beard::Goatee,
            _ => Beard::Full,
        };
        let lips = ["b04a4a", "c05c63", "a23b4a", "c96f5f"];
        Look {
            background: *rng.pick(&BACKGROUNDS),
            skin,
            hair,
            hair_color,
            brow_color: hair_color.toward(natural, 0.5).darker(0.22),
            eyes: if fair && rng.chance(700) { *rng.pick(&LIGHT_EYES) } else { *rng.pick(&BROWN_EYES) },
            beard,
            mouth: *rng.pick(&[
                Mouth::Smile,
                Mouth::Smile,
                Mouth::Grin,
                Mouth::Grin,
                Mouth::Smirk,
                Mouth::Calm,
            ]),
            clothes: *rng.pick(&[
                Clothes::Crew,
                Clothes::Crew,
                Clothes::VNeck,
                Clothes::Collar,
                Clothes::Collar,
                Clothes::Blazer,
                Clothes::Blazer,
                Clothes::Hoodie,
                Clothes::Turtleneck,
                Clothes::Stripes,
            ]),
            cloth: if hair == Hair::Headscarf && rng.chance(300) {
                *rng.pick(&SCARVES)
            } else {
                *rng.pick(&CLOTHES)
            },
            shirt: *rng.pick(&SHIRTS),
            glasses: match rng.below(100) {
                0..15 => Glasses::Round,
                15..30 => Glasses::Square,
                _ => Glasses::None,
            },
            frame: Color::hex(rng.word(&["2b2b30", "2b2b30", "6b4a34", "8c3b3b", "37506b", "a58a58"])),
            lashes: woman && rng.chance(800),
            lips: (woman && rng.chance(600)).then(|| Color::hex(rng.word(&lips))),
            earrings: woman && rng.chance(350),
            freckles: fair && rng.chance(200),
            age,
            cheeks: if woman { rng.real(54.0, 60.0) } else { rng.real(56.0, 63.0) },
            jaw: if woman { rng.real(38.0, 45.0) } else { rng.real(44.0, 52.0) },
            chin: if woman { rng.real(222.0, 232.0) } else { rng.real(226.0, 238.0) },
            shoulders: if woman { rng.real(96.0, 112.0) } else { rng.real(110.0, 130.0) },
            neck: if woman { rng.real(23.0, 26.0) } else { rng.real(27.0, 33.0) },
            eye_gap: rng.real(23.5, 27.5),
            eye_size: rng.real(0.9, 1.12),
            brow_lift: rng.real(-2.5, 3.5),
            brow_width: if woman { rng.real(4.0, 5.5) } else { rng.real(5.5, 8.0) },
            nose: rng.real(7.0, 11.5),
            smile: rng.real(5.0, 11.0),
            parting_left: rng.chance(500),
            volume: rng.real(0.8, 1.3),
        }
    }

    /// From 0 for the lightest complexion to 1 for the darkest: how much stronger lines must be to show.
    pub(super) fn depth(&self) -> f32 {
        ((0.85 - self.skin.lightness()) / 0.6).clamp(0.0, 1.0)
    }

    fn hair(identity: &Identity, coily: bool, rng: &mut Rng) -> Hair {
        if identity.woman && rng.chance(identity.culture.headscarf) {
            return Hair::Headscarf;
        }
        if identity.woman && coily {
            return *rng.pick(&[
                Hair::Afro,
                Hair::Afro,
                Hair::Curls,
                Hair::Braids,
                Hair::Braids,
                Hair::Bun,
                Hair::LongCurls,
            ]);
        }
        if identity.woman {
            return *rng.pick(&[
                Hair::LongStraight,
                Hair::LongStraight,
                Hair::LongWavy,
                Hair::LongWavy,
                Hair::LongCurls,
                Hair::Bob,
                Hair::Bob,
                Hair::Fringe,
                Hair::Bun,
                Hair::Ponytail,
                Hair::Pixie,
            ]);
        }
        let balding = if identity.seniority > 0.45 { 450 } else { 80 };
        if rng.chance(balding) {
            return *rng.pick(&[Hair::Receding, Hair::Bald]);
        }
        if coily {
            return *rng.pick(&[Hair::Buzz, Hair::Buzz, Hair::Curls, Hair::Afro, Hair::Crop]);
        }
        *rng.pick(&[
            Hair::Crop,
            Hair::Crop,
            Hair::SidePart,
            Hair::SidePart,
            Hair::Quiff,
            Hair::Quiff,
            Hair::Buzz,
            Hair::Curls,
        ])
    }
}
