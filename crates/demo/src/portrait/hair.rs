//! Hair, in front of the face and behind it.

use super::canvas::{Canvas, Paint};
use super::face::TOP;
use super::haircut::{cap, curls, curtains, quiff, swept, swept_long};
use super::look::{Hair, Look};
use super::palette::Color;
use super::path::Path;
use super::{MIDDLE, headscarf};

/// What is seen behind neck and shoulders.
pub(super) fn behind(canvas: &mut Canvas, look: &Look) {
    let color = look.hair_color.darker(0.18);
    let w = look.cheeks;
    let v = look.volume;
    let shape = match look.hair {
        Hair::LongStraight | Hair::Fringe => Path::mirrored(
            MIDDLE,
            &[
                (0.0, TOP - 10.0),
                (w * 0.8, TOP + 4.0),
                (w + 12.0 * v, 140.0),
                (w + 14.0 * v, 200.0),
                (w + 18.0 * v, 270.0),
                (w + 6.0, 306.0),
                (0.0, 306.0),
            ],
        ),
        Hair::LongWavy => Path::mirrored(
            MIDDLE,
            &[
                (0.0, TOP - 12.0),
                (w * 0.85, TOP + 2.0),
                (w + 16.0 * v, 136.0),
                (w + 9.0 * v, 170.0),
                (w + 24.0 * v, 205.0),
                (w + 14.0 * v, 236.0),
                (w + 28.0 * v, 268.0),
                (w + 10.0, 300.0),
                (0.0, 300.0),
            ],
        ),
        Hair::Bob => Path::mirrored(
            MIDDLE,
            &[
                (0.0, TOP - 10.0),
                (w * 0.85, TOP + 4.0),
                (w + 14.0 * v, 140.0),
                (w + 18.0 * v, 190.0),
                (w + 17.0 * v, 222.0),
                (w - 4.0, 232.0),
                (0.0, 226.0),
            ],
        ),
        Hair::LongCurls => curls(
            look,
            &[
                (0.2, 92.0),
                (0.7, 104.0),
                (1.05, 128.0),
                (1.2, 156.0),
                (1.28, 186.0),
                (1.36, 216.0),
                (1.36, 246.0),
                (1.2, 272.0),
                (0.95, 284.0),
                (0.7, 240.0),
                (0.8, 200.0),
            ],
            24.0 * v.min(1.1),
        )
        .with(Path::ellipse((MIDDLE, 190.0), w * 1.25, 92.0)),
        Hair::Afro => {
            let size = 26.0 * v.min(1.15);
            curls(
                look,
                &[
                    (0.0, 84.0),
                    (0.45, 84.0),
                    (0.85, 98.0),
                    (1.15, 122.0),
                    (1.25, 150.0),
                    (1.15, 176.0),
                    (0.95, 192.0),
                ],
                size,
            )
            .with(Path::ellipse((MIDDLE, 130.0), w + 14.0, 62.0))
        }
        Hair::Ponytail => {
            let side = if look.parting_left { 1.0 } else { -1.0 };
            Path::brush(
                &[
                    (MIDDLE + side * 30.0, 96.0),
                    (MIDDLE + side * (w + 22.0), 120.0),
                    (MIDDLE + side * (w + 30.0), 190.0),
                    (MIDDLE + side * (w + 20.0), 262.0),
                ],
                [22.0, 38.0, 8.0],
            )
        }
        Hair::Braids => {
            let mut all = Path::default();
            for index in 0..5_u8 {
                let x = w * 0.72 + f32::from(index) * 8.5;
                let end = 292.0 - f32::from(index) * 9.0;
                let braid = Path::brush(
                    &[(MIDDLE + x * 0.8, 120.0), (MIDDLE + x, 200.0), (MIDDLE + x + 4.0, end)],
                    [9.0, 10.0, 7.0],
                );
                all = all.with(braid.clone()).with(braid.flipped(MIDDLE));
            }
            all
        }
        Hair::Bun => Path::default().and_circle((MIDDLE, TOP - 13.0), 26.0 * v.min(1.1)),
        Hair::Headscarf => return headscarf::behind(canvas, look),
        _ => return,
    };
    canvas.fill(&shape, Paint::Blend((0.0, 70.0), color, (0.0, 300.0), color.darker(0.15)));
    if look.hair == Hair::Bun {
        let shine = [(MIDDLE - 14.0, TOP - 18.0), (MIDDLE - 3.0, TOP - 28.0), (MIDDLE + 10.0, TOP - 26.0)];
        canvas.fill(&Path::brush(&shine, [1.0, 4.0, 1.0]), Paint::Tint(look.hair_color.lighter(0.4), 0.35));
    }
}

/// What is seen in front of the head.
pub(super) fn front(canvas: &mut Canvas, look: &Look) {
    let w = look.cheeks;
    let v = look.volume;
    let shape = match look.hair {
        Hair::Crop => cap(look, 10.0 * v, 158.0, &[(0.88, 124.0), (0.55, 113.0), (0.0, 111.0)]),
        Hair::Buzz => cap(look, 3.5, 152.0, &[(0.86, 122.0), (0.62, 106.0), (0.0, 103.0)]),
        Hair::Bun | Hair::Ponytail => cap(look, 8.0 * v, 156.0, &[(0.9, 128.0), (0.58, 110.0), (0.0, 104.0)]),
        Hair::SidePart | Hair::Pixie => {
            let long = if look.hair == Hair::Pixie { 176.0 } else { 156.0 };
            swept(look, 14.0 * v, long)
        }
        Hair::Quiff => quiff(look),
        Hair::Curls => curls(
            look,
            &[
                (0.0, 84.0),
                (0.36, 84.0),
                (0.68, 94.0),
                (0.92, 112.0),
                (1.0, 134.0),
                (0.2, 100.0),
                (0.55, 106.0),
            ],
            17.0 * v,
        ),
        Hair::Afro => curls(look, &[(0.0, 96.0), (0.4, 98.0), (0.75, 108.0), (0.98, 130.0)], 17.0),
        Hair::Receding => return receding(canvas, look),
        Hair::Bald => return bald(canvas, look),
        Hair::LongStraight => curtains(look, 10.0 * v, 236.0),
        Hair::LongWavy => swept_long(look),
        Hair::LongCurls => curls(
            look,
            &[(0.1, 90.0), (0.45, 92.0), (0.8, 108.0), (1.0, 134.0), (1.1, 160.0), (1.12, 186.0)],
            17.0,
        ),
        Hair::Bob => curtains(look, 11.0 * v, 216.0),
        Hair::Fringe => {
            cap(look, 10.0 * v, 214.0, &[(0.8, 150.0), (0.62, 139.0), (0.3, 137.0), (0.0, 138.0)])
        }
        Hair::Braids => cap(look, 6.0, 160.0, &[(0.9, 126.0), (0.55, 110.0), (0.0, 106.0)]),
        Hair::Headscarf => return headscarf::front(canvas, look),
    };
    let color = look.hair_color;
    canvas
        .fill(&shape, Paint::Blend((0.0, TOP - 20.0), color.lighter(0.07), (0.0, 200.0), color.darker(0.12)));
    let within = canvas.mask(&shape);
    let side = if look.parting_left { -1.0 } else { 1.0 };
    let (at, shine) = ((MIDDLE + side * w * 0.4, TOP + 4.0), look.hair_color.lighter(0.45));
    if !matches!(look.hair, Hair::Curls | Hair::Afro | Hair::LongCurls | Hair::Buzz) {
        canvas.fill_within(&within, &Path::ellipse(at, 40.0, 26.0), Paint::Glow(at, 38.0, shine, 0.28));
        strands(canvas, look, &within);
    }
    if look.hair == Hair::Braids {
        for x in [-0.6, -0.3, 0.0, 0.3, 0.6] {
            let row = [(MIDDLE + x * w * 0.5, TOP - 4.0), (MIDDLE + x * w * 1.1, TOP + 24.0)];
            canvas.fill_within(
                &within,
                &Path::brush(&row, [1.5, 2.0, 1.5]),
                Paint::Tint(look.skin.darker(0.3), 0.55),
            );
        }
    }
}

/// Fine lines that follow the hair.
fn strands(canvas: &mut Canvas, look: &Look, within: &super::canvas::Mask) {
    let side = if look.parting_left { -1.0 } else { 1.0 };
    let from = (MIDDLE + side * look.cheeks * 0.3, TOP + 2.0);
    for (index, reach) in [(0_u8, -0.9), (1, -0.45), (2, 0.6), (3, 0.95)] {
        let end = (MIDDLE + reach * look.cheeks, 128.0 + f32::from(index % 2) * 8.0);
        let bend = (f32::midpoint(from.0, end.0) + reach * 14.0, TOP + 8.0);
        let line = Path::brush(&[from, bend, end], [0.8, 1.6, 0.8]);
        canvas.fill_within(within, &line, Paint::Tint(look.hair_color.darker(0.5), 0.30));
    }
}

fn receding(canvas: &mut Canvas, look: &Look) {
    let shape =
        cap(look, 4.0, 158.0, &[(0.9, 126.0), (0.72, 109.0), (0.45, 103.0), (0.2, 105.0), (0.0, 109.0)]);
    let color = look.hair_color;
    canvas.fill(&shape, Paint::Blend((0.0, TOP), color.lighter(0.05), (0.0, 160.0), color.darker(0.1)));
}

fn bald(canvas: &mut Canvas, look: &Look) {
    let w = look.cheeks;
    let patch = Path::smooth(&[
        (MIDDLE + w - 4.0, 160.0),
        (MIDDLE + w * 0.93, 132.0),
        (MIDDLE + w * 0.86, 112.0),
        (MIDDLE + w + 1.0, 122.0),
        (MIDDLE + w + 6.0, 142.0),
        (MIDDLE + w + 4.0, 162.0),
    ]);
    for path in [patch.clone(), patch.flipped(MIDDLE)] {
        canvas.fill(&path, Paint::Tint(look.hair_color, 0.9));
    }
    let at = (MIDDLE - 16.0, TOP + 16.0);
    canvas.fill(&Path::ellipse(at, 22.0, 13.0), Paint::Glow(at, 22.0, Color::WHITE, 0.35));
}
