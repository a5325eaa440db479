//! Neck, shoulders and what is worn on them.

use super::MIDDLE;
use super::canvas::{Canvas, Mask, Paint};
use super::look::{Clothes, Look};
use super::palette::Color;
use super::path::Path;

pub(super) fn neck_and_clothes(canvas: &mut Canvas, look: &Look) {
    let neck = look.neck;
    let skin = Path::mirrored(
        MIDDLE,
        &[
            (0.0, 190.0),
            (neck, 200.0),
            (neck, 245.0),
            (neck + 10.0, 266.0),
            (neck + 40.0, 286.0),
            (neck + 46.0, 330.0),
            (0.0, 340.0),
        ],
    );
    canvas.fill(&skin, Paint::Solid(look.skin.darker(0.04)));
    let within = canvas.mask(&skin);
    let shadow = Path::ellipse((MIDDLE, look.chin - 8.0), look.jaw + 8.0, 32.0);
    canvas.fill_within(&within, &shadow, Paint::Tint(look.skin.darker(0.55), 0.42));

    let body = body(look);
    let mask = canvas.mask(&body);
    match look.clothes {
        Clothes::Crew | Clothes::Hoodie | Clothes::Stripes => round_neck(canvas, look, &mask),
        Clothes::VNeck => v_neck(canvas, look),
        Clothes::Collar => collar(canvas, look, look.cloth),
        Clothes::Blazer => blazer(canvas, look, &mask),
        Clothes::Turtleneck => turtleneck(canvas, look),
    }
    // Light from above.
    let all = Path::polygon(&[(0.0, 240.0), (340.0, 240.0), (340.0, 340.0), (0.0, 340.0)]);
    canvas.fill_within(&mask, &all, Paint::Fade((0.0, 345.0), (0.0, 275.0), Color::hex("181024"), 0.16));
}

/// The shoulders, with a hole for the neck cut by what is drawn later.
fn body(look: &Look) -> Path {
    let wide = look.shoulders;
    Path::mirrored(
        MIDDLE,
        &[
            (0.0, 268.0),
            (look.neck + 8.0, 263.0),
            (look.neck + 30.0, 274.0),
            (wide * 0.82, 290.0),
            (wide, 312.0),
            (wide + 10.0, 360.0),
            (0.0, 380.0),
        ],
    )
}

/// The skin that an opening of this shape shows, with the shadow that the cloth throws.
fn opening(canvas: &mut Canvas, look: &Look, shape: &Path) {
    canvas.fill(shape, Paint::Solid(look.skin.darker(0.05)));
    let within = canvas.mask(shape);
    let shadow = Path::ellipse((MIDDLE, look.chin + 6.0), look.jaw + 4.0, 34.0);
    canvas.fill_within(&within, &shadow, Paint::Tint(look.skin.darker(0.55), 0.30));
}

fn round_neck(canvas: &mut Canvas, look: &Look, mask: &Mask) {
    let body = body(look);
    let neck = look.neck;
    if look.clothes == Clothes::Hoodie {
        let hood = Path::mirrored(
            MIDDLE,
            &[(0.0, 240.0), (neck + 22.0, 240.0), (neck + 34.0, 262.0), (neck + 18.0, 290.0), (0.0, 306.0)],
        );
        canvas.fill(&body, Paint::Solid(look.cloth));
        canvas.fill(&hood, Paint::Solid(look.cloth.darker(0.18)));
    } else {
        canvas.fill(&body, Paint::Solid(look.cloth));
    }
    if look.clothes == Clothes::Stripes {
        let stripe = if look.cloth.lightness() > 0.6 { look.cloth.darker(0.6) } else { Color::hex("f4f1ea") };
        for row in 0..4_u8 {
            let y = 290.0 + 17.0 * f32::from(row);
            let line = Path::brush(&[(30.0, y + 6.0), (MIDDLE, y), (310.0, y + 6.0)], [6.5, 6.5, 6.5]);
            canvas.fill_within(mask, &line, Paint::Tint(stripe, 0.9));
        }
    }
    let deep = if look.clothes == Clothes::Hoodie { 284.0 } else { 281.0 };
    let rim = neck_hole(neck + 6.5, deep + 6.0);
    canvas.fill(&rim, Paint::Solid(look.cloth.darker(0.22)));
    opening(canvas, look, &neck_hole(neck + 1.0, deep));
    if look.clothes == Clothes::Hoodie {
        for side in [-1.0, 1.0] {
            let x = MIDDLE + side * 15.0;
            let cord = Path::brush(&[(x, 288.0), (x + side * 2.0, 306.0), (x, 326.0)], [3.4, 3.4, 3.4]);
            canvas.fill(&cord, Paint::Solid(look.cloth.lighter(0.75)));
        }
    }
}

fn neck_hole(half: f32, deep: f32) -> Path {
    Path::mirrored(
        MIDDLE,
        &[(0.0, 250.0), (half - 4.0, 252.0), (half, 264.0), (half * 0.62, deep - 3.5), (0.0, deep)],
    )
}

fn v_neck(canvas: &mut Canvas, look: &Look) {
    canvas.fill(&body(look), Paint::Solid(look.cloth));
    let neck = look.neck;
    let hole = |more: f32| {
        Path::polygon(&[
            (MIDDLE - neck - 2.0 - more, 257.0),
            (MIDDLE + neck + 2.0 + more, 257.0),
            (MIDDLE + neck + 5.0 + more, 266.0),
            (MIDDLE, 309.0 + more * 1.5),
            (MIDDLE - neck - 5.0 - more, 266.0),
        ])
    };
    canvas.fill(&hole(6.0), Paint::Solid(look.cloth.darker(0.22)));
    opening(canvas, look, &hole(0.0));
}

/// An open collar over whatever is below.
fn collar(canvas: &mut Canvas, look: &Look, color: Color) {
    canvas.fill(&body(look), Paint::Solid(color));
    let neck = look.neck;
    let hole = Path::polygon(&[
        (MIDDLE - neck + 1.0, 250.0),
        (MIDDLE + neck - 1.0, 250.0),
        (MIDDLE + neck + 2.0, 264.0),
        (MIDDLE, 298.0),
        (MIDDLE - neck - 2.0, 264.0),
    ]);
    opening(canvas, look, &hole);
    let flap = Path::polygon(&[
        (MIDDLE + neck - 3.0, 249.0),
        (MIDDLE + neck + 9.0, 255.0),
        (MIDDLE + neck + 16.0, 284.0),
        (MIDDLE + 14.0, 304.0),
        (MIDDLE + 1.0, 293.0),
        (MIDDLE + neck - 2.0, 266.0),
    ]);
    let below = Path::brush(&[(MIDDLE + 14.0, 306.0), (MIDDLE + neck + 16.0, 286.0)], [4.0, 4.0, 4.0]);
    let seam = Path::brush(&[(MIDDLE, 296.0), (MIDDLE, 340.0)], [1.8, 1.8, 1.8]);
    canvas.fill(&seam, Paint::Tint(color.darker(0.5), 0.5));
    for path in [below.clone(), below.flipped(MIDDLE)] {
        canvas.fill(&path, Paint::Tint(color.darker(0.6), 0.35));
    }
    for path in [flap.clone(), flap.flipped(MIDDLE)] {
        canvas.fill(&path, Paint::Solid(color.lighter(0.14)));
    }
    for y in [311.0, 330.0] {
        let button = Path::ellipse((MIDDLE + 5.0, y), 2.3, 2.3);
        canvas.fill(&button, Paint::Tint(color.darker(0.6), 0.55));
    }
}

fn blazer(canvas: &mut Canvas, look: &Look, mask: &Mask) {
    collar(canvas, look, look.shirt);
    let jacket = look.cloth.toward(Color::hex("262b38"), 0.45);
    let neck = look.neck;
    let half = Path::polygon(&[
        (MIDDLE + neck + 10.0, 252.0),
        (MIDDLE + look.shoulders + 40.0, 252.0),
        (MIDDLE + look.shoulders + 40.0, 345.0),
        (MIDDLE + 9.0, 345.0),
        (MIDDLE + neck + 13.0, 290.0),
    ]);
    let lapel = Path::polygon(&[
        (MIDDLE + neck + 9.0, 254.0),
        (MIDDLE + neck + 24.0, 264.0),
        (MIDDLE + neck + 34.0, 296.0),
        (MIDDLE + neck + 22.0, 301.0),
        (MIDDLE + neck + 25.0, 309.0),
        (MIDDLE + 9.0, 345.0),
        (MIDDLE + neck + 8.0, 292.0),
    ]);
    for path in [half.clone(), half.flipped(MIDDLE)] {
        canvas.fill_within(mask, &path, Paint::Solid(jacket));
    }
    for path in [lapel.clone(), lapel.flipped(MIDDLE)] {
        canvas.fill(&path, Paint::Solid(jacket.lighter(0.12)));
    }
}

fn turtleneck(canvas: &mut Canvas, look: &Look) {
    canvas.fill(&body(look), Paint::Solid(look.cloth));
    let neck = look.neck;
    let roll = Path::mirrored(
        MIDDLE,
        &[
            (0.0, 240.0),
            (neck + 2.0, 236.0),
            (neck + 7.0, 246.0),
            (neck + 8.0, 268.0),
            (neck, 280.0),
            (0.0, 285.0),
        ],
    );
    canvas.fill(
        &roll,
        Paint::Blend((0.0, 238.0), look.cloth.darker(0.28), (0.0, 285.0), look.cloth.lighter(0.1)),
    );
}
