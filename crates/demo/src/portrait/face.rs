//! Head, eyes, nose and mouth.

use super::canvas::{Canvas, Paint};
use super::look::{Hair, Look, Mouth};
use super::palette::Color;
use super::path::{Path, Point};
use super::{MIDDLE, beard};

/// Where the skull ends, without hair.
pub(super) const TOP: f32 = 86.0;
/// The height of the eyes.
pub(super) const EYES: f32 = 160.0;
/// The height of the mouth.
pub(super) const MOUTH: f32 = 204.0;

/// The outline of the head.
pub(super) fn outline(look: &Look) -> Path {
    Path::mirrored(
        MIDDLE,
        &[
            (0.0, TOP),
            (look.cheeks * 0.62, TOP + 11.0),
            (look.cheeks * 0.96, 126.0),
            (look.cheeks, 160.0),
            (look.cheeks * 0.93, 184.0),
            (look.jaw, 208.0),
            (look.jaw * 0.52, look.chin - 5.0),
            (0.0, look.chin),
        ],
    )
}

pub(super) fn head(canvas: &mut Canvas, look: &Look) {
    if look.hair != Hair::Headscarf {
        ears(canvas, look);
    }
    let head = outline(look);
    canvas.fill(&head, Paint::Solid(look.skin));
    let within = canvas.mask(&head);
    // Light from one side, a little colour in the cheeks.
    let side = if look.parting_left { 1.0 } else { -1.0 };
    let everything = Path::ellipse((MIDDLE, 160.0), 90.0, 100.0);
    let (from, to) = ((MIDDLE + side * 66.0, 190.0), (MIDDLE - side * 10.0, 150.0));
    canvas.fill_within(&within, &everything, Paint::Fade(from, to, look.skin.darker(0.5), 0.20));
    let blush = look.skin.toward(Color::hex("d95048"), 0.55);
    for x in [MIDDLE - 36.0, MIDDLE + 36.0] {
        let cheek = Path::ellipse((x, 186.0), 20.0, 17.0);
        canvas.fill_within(&within, &cheek, Paint::Glow((x, 186.0), 19.0, blush, 0.38));
    }
    if look.freckles {
        freckles(canvas);
    }
    beard::beard(canvas, look, &within);
    lines(canvas, look);
    nose(canvas, look);
    mouth(canvas, look);
    for flip in [false, true] {
        eye(canvas, look, flip);
    }
}

fn ears(canvas: &mut Canvas, look: &Look) {
    for side in [-1.0, 1.0] {
        let x = MIDDLE + side * (look.cheeks + 1.0);
        canvas.fill(&Path::ellipse((x, 168.0), 10.0, 16.0), Paint::Solid(look.skin.darker(0.06)));
        canvas.fill(&Path::ellipse((x + side, 168.0), 5.0, 9.5), Paint::Tint(look.skin.darker(0.5), 0.28));
        if look.earrings {
            let ring = Path::ellipse((x + side * 2.0, 188.0), 4.2, 4.2);
            canvas.fill(&ring, Paint::Solid(Color::hex("e2bd62")));
            canvas.fill(&Path::ellipse((x + side * 2.0 - 1.2, 186.8), 1.4, 1.4), Paint::Solid(Color::WHITE));
        }
    }
}

fn eye(canvas: &mut Canvas, look: &Look, flip: bool) {
    let x = MIDDLE + look.eye_gap;
    let size = look.eye_size;
    let placed = |path: Path| if flip { path.flipped(MIDDLE) } else { path };
    let white = Path::smooth(&[
        (x - 10.5 * size, EYES + 1.5),
        (x - 1.0, EYES - 6.8 * size),
        (x + 11.0 * size, EYES - 0.5),
        (x + 1.0, EYES + 6.3 * size),
    ]);
    let white = placed(white);
    canvas.fill(&white, Paint::Solid(Color::hex("fbf9f6")));
    let within = canvas.mask(&white);
    let shade = placed(Path::ellipse((x, EYES - 8.0), 13.0, 6.0));
    canvas.fill_within(&within, &shade, Paint::Tint(look.skin.darker(0.6), 0.22));
    // Irises and the light in them are not mirrored: both eyes look and shine the same way.
    let at = if flip { 2.0 * MIDDLE - x } else { x };
    canvas.fill_within(&within, &Path::ellipse((at, EYES - 0.3), 5.9, 6.1), Paint::Solid(look.eyes));
    canvas.fill_within(
        &within,
        &Path::ellipse((at, EYES - 0.3), 2.9, 3.0),
        Paint::Solid(Color::hex("141014")),
    );
    canvas.fill(&Path::ellipse((at + 2.0, EYES - 2.5), 1.7, 1.7), Paint::Solid(Color::WHITE));
    let lid_color = look.brow_color.darker(0.45).toward(Color::hex("201a1c"), 0.5);
    let lid = [(x - 10.8 * size, EYES + 1.3), (x - 1.0, EYES - 7.0 * size), (x + 11.4 * size, EYES - 1.0)];
    let width = if look.lashes { [1.2, 3.0, 3.4] } else { [1.2, 2.2, 1.6] };
    canvas.fill(&placed(Path::brush(&lid, width)), Paint::Solid(lid_color));
    if look.lashes {
        let lash = [(x + 10.6 * size, EYES - 1.2), (x + 15.0 * size, EYES - 5.2)];
        canvas.fill(&placed(Path::brush(&lash, [3.0, 2.0, 0.8])), Paint::Solid(lid_color));
    }
    let lift = look.brow_lift;
    let brow = [
        (x - 13.0, EYES - 16.0 - lift * 0.4),
        (x + 1.0, EYES - 20.5 - lift),
        (x + 15.0, EYES - 15.5 - lift * 0.5),
    ];
    let width = [look.brow_width * 0.85, look.brow_width, 1.6];
    canvas.fill(&placed(Path::brush(&brow, width)), Paint::Tint(look.brow_color, 0.92));
}

fn nose(canvas: &mut Canvas, look: &Look) {
    let dark = look.skin.darker(0.42 + look.depth() * 0.3);
    let side = if look.parting_left { 1.0 } else { -1.0 };
    let wide = look.nose;
    let bridge = [
        (MIDDLE + side * 4.0, EYES + 4.0),
        (MIDDLE + side * (wide - 2.5), 178.0),
        (MIDDLE + side * wide, 183.0),
    ];
    canvas.fill(&Path::brush(&bridge, [1.0, 3.0, 3.0]), Paint::Tint(dark, 0.20));
    let tip = [
        (MIDDLE - wide, 184.0),
        (MIDDLE - wide * 0.45, 188.4),
        (MIDDLE, 187.2),
        (MIDDLE + wide * 0.45, 188.4),
        (MIDDLE + wide, 184.0),
    ];
    canvas.fill(&Path::brush(&tip, [2.0, 2.8, 2.0]), Paint::Tint(dark, 0.62));
}

fn mouth(canvas: &mut Canvas, look: &Look) {
    let dark = look.skin.toward(Color::hex("782a2c"), 0.62).darker(0.15 + look.depth() * 0.5);
    let lips = look.lips.unwrap_or(dark);
    let smile = look.smile;
    let half = 15.0 + smile * 0.55;
    match look.mouth {
        Mouth::Grin => {
            let shape = Path::smooth(&[
                (MIDDLE - half - 2.0, MOUTH - 3.0),
                (MIDDLE - half * 0.5, MOUTH - 1.0),
                (MIDDLE, MOUTH),
                (MIDDLE + half * 0.5, MOUTH - 1.0),
                (MIDDLE + half + 2.0, MOUTH - 3.0),
                (MIDDLE + half * 0.62, MOUTH + smile * 0.9 + 1.0),
                (MIDDLE, MOUTH + smile + 4.0),
                (MIDDLE - half * 0.62, MOUTH + smile * 0.9 + 1.0),
            ]);
            canvas.fill(&shape, Paint::Solid(Color::hex("712730")));
            let within = canvas.mask(&shape);
            let teeth = Path::ellipse((MIDDLE, MOUTH - 2.0), half, 7.0);
            canvas.fill_within(&within, &teeth, Paint::Solid(Color::hex("fcfaf6")));
            let tongue = Path::ellipse((MIDDLE, MOUTH + smile + 6.0), half * 0.6, 6.0);
            canvas.fill_within(&within, &tongue, Paint::Solid(Color::hex("c85a5c")));
            if let Some(color) = look.lips {
                let lower = [
                    (MIDDLE - half - 1.0, MOUTH - 1.0),
                    (MIDDLE - half * 0.6, MOUTH + smile * 0.9 + 2.0),
                    (MIDDLE, MOUTH + smile + 5.0),
                    (MIDDLE + half * 0.6, MOUTH + smile * 0.9 + 2.0),
                    (MIDDLE + half + 1.0, MOUTH - 1.0),
                ];
                canvas.fill(&Path::brush(&lower, [1.5, 5.0, 1.5]), Paint::Solid(color));
                let upper = [
                    (MIDDLE - half - 1.0, MOUTH - 3.0),
                    (MIDDLE, MOUTH - 1.0),
                    (MIDDLE + half + 1.0, MOUTH - 3.0),
                ];
                canvas.fill(&Path::brush(&upper, [1.5, 3.5, 1.5]), Paint::Solid(color));
            }
        }
        Mouth::Smile | Mouth::Smirk | Mouth::Calm => {
            let (left, right) = match (look.mouth, look.parting_left) {
                (Mouth::Smile, _) => (smile, smile),
                (Mouth::Smirk, _) if look.lips.is_some() => (smile * 0.7, smile * 0.7),
                (Mouth::Smirk, true) => (smile, smile * 0.35),
                (Mouth::Smirk, false) => (smile * 0.35, smile),
                _ => (2.6, 2.6),
            };
            let middle = MOUTH + (left + right) * 0.35;
            let line = [
                (MIDDLE - half, MOUTH - left * 0.4),
                (MIDDLE - half * 0.45, middle - left * 0.12),
                (MIDDLE, middle),
                (MIDDLE + half * 0.45, middle - right * 0.12),
                (MIDDLE + half, MOUTH - right * 0.4),
            ];
            if look.lips.is_some() {
                let lower: Vec<Point> =
                    line.iter().map(|&(x, y)| (MIDDLE + (x - MIDDLE) * 0.8, y + 2.8)).collect();
                canvas.fill(&Path::brush(&lower, [1.0, 8.0, 1.0]), Paint::Solid(lips));
                let upper: Vec<Point> =
                    line.iter().map(|&(x, y)| (MIDDLE + (x - MIDDLE) * 0.8, y - 1.6)).collect();
                canvas.fill(&Path::brush(&upper, [1.0, 5.0, 1.0]), Paint::Solid(lips.darker(0.08)));
                canvas.fill(&Path::brush(&line, [1.4, 1.8, 1.4]), Paint::Tint(lips.darker(0.45), 0.9));
            } else {
                canvas.fill(&Path::brush(&line, [2.2, 3.4, 2.2]), Paint::Solid(dark));
                let below =
                    [(MIDDLE - 8.0, middle + 8.0), (MIDDLE, middle + 9.5), (MIDDLE + 8.0, middle + 8.0)];
                canvas.fill(&Path::brush(&below, [1.0, 2.6, 1.0]), Paint::Tint(look.skin.darker(0.5), 0.25));
            }
        }
    }
}

/// What the years leave.
fn lines(canvas: &mut Canvas, look: &Look) {
    if look.age < 0.42 {
        return;
    }
    let paint = Paint::Tint(look.skin.darker(0.5), (look.age - 0.25).min(0.4));
    let fold = Path::brush(
        &[(MIDDLE + 17.0, 186.0), (MIDDLE + 24.0, 195.0), (MIDDLE + 26.0, 204.0)],
        [1.2, 2.0, 1.2],
    );
    let under = Path::brush(
        &[
            (MIDDLE + look.eye_gap - 8.0, EYES + 10.0),
            (MIDDLE + look.eye_gap, EYES + 12.0),
            (MIDDLE + look.eye_gap + 9.0, EYES + 9.5),
        ],
        [1.0, 1.7, 1.0],
    );
    for path in [fold.clone(), fold.flipped(MIDDLE), under.clone(), under.flipped(MIDDLE)] {
        canvas.fill(&path, paint);
    }
    if look.age > 0.55 {
        for y in [118.0, 126.0] {
            let line = [(MIDDLE - 22.0, y + 1.0), (MIDDLE, y - 1.0), (MIDDLE + 22.0, y + 1.0)];
            canvas.fill(&Path::brush(&line, [1.0, 1.8, 1.0]), paint);
        }
    }
}

fn freckles(canvas: &mut Canvas) {
    let spots = [
        (-40.0, 180.0),
        (-33.0, 186.0),
        (-27.0, 180.0),
        (-20.0, 185.0),
        (-36.0, 192.0),
        (-4.0, 176.0),
        (-12.0, 179.0),
    ];
    for (x, y) in spots {
        let spot = Path::ellipse((MIDDLE + x, y), 1.5, 1.3).and_circle((MIDDLE - x + 1.0, y + 1.5), 1.4);
        canvas.fill(&spot, Paint::Tint(Color::hex("a85c34"), 0.45));
    }
}
