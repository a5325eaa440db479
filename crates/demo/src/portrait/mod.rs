//! Portraits: friendly faces, drawn from shapes.

mod beard;
mod canvas;
mod clothes;
mod face;
mod glasses;
mod hair;
mod haircut;
mod headscarf;
mod look;
mod palette;
mod path;
#[cfg(test)]
mod tests;

use canvas::{Canvas, Paint, SIZE};
use folkmoot_core::UserId;
use jpeg_encoder::{ColorType, Encoder};
use look::Look;
use path::Path;

use crate::identity::Identities;
use crate::rng::{Rng, Topic};

/// The middle of the picture, and of the face.
const MIDDLE: f32 = 170.0;

/// The portrait of a user of the company with this seed, as a JPEG of 340×340 pixels; `None` for the few who have
/// none. What is drawn goes with the user's name, gender and age.
pub fn portrait(seed: u64, user: UserId) -> Option<Vec<u8>> {
    let number = u64::try_from(user.0).ok()?;
    let mut rng = sitter(seed, number)?;
    let look = Look::new(&Identities::new(seed).of(number), &mut rng);
    let mut jpeg = Vec::with_capacity(24 * 1024);
    let side = SIZE as u16;
    Encoder::new(&mut jpeg, 88).encode(&draw(&look).bytes(), side, side, ColorType::Rgb).ok()?;
    Some(jpeg)
}

/// The stream that a portrait is drawn from, for the six in seven who have one. The administrator does.
fn sitter(seed: u64, number: u64) -> Option<Rng> {
    let mut rng = Rng::of(seed, Topic::Portrait, number);
    (!rng.chance(150) || number == 1).then_some(rng)
}

fn draw(look: &Look) -> Canvas {
    let mut canvas = Canvas::new();
    let (light, dark) = look.background;
    canvas.flood(Paint::Blend((40.0, 0.0), light, (300.0, 340.0), dark));
    let halo = Path::ellipse((MIDDLE, 178.0), 136.0, 136.0);
    canvas.fill(&halo, Paint::Tint(palette::Color::WHITE, 0.22));
    hair::behind(&mut canvas, look);
    clothes::neck_and_clothes(&mut canvas, look);
    face::head(&mut canvas, look);
    hair::front(&mut canvas, look);
    glasses::glasses(&mut canvas, look);
    canvas
}
