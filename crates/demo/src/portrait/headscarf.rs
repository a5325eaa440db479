//! Headscarves.

use super::MIDDLE;
use super::canvas::{Canvas, Paint};
use super::face::TOP;
use super::look::Look;
use super::palette::{Color, SCARVES};
use super::path::Path;

/// What is seen behind neck and shoulders.
pub(super) fn behind(canvas: &mut Canvas, look: &Look) {
    let back = Path::mirrored(
        MIDDLE,
        &[
            (0.0, TOP - 16.0),
            (look.cheeks * 0.8, TOP - 2.0),
            (look.cheeks + 16.0, 140.0),
            (look.cheeks + 14.0, 210.0),
            (look.cheeks + 26.0, 280.0),
            (0.0, 330.0),
        ],
    );
    canvas.fill(&back, Paint::Solid(color_of(look).darker(0.2)));
}

fn color_of(look: &Look) -> Color {
    SCARVES[(look.shoulders * 7.0) as usize % SCARVES.len()]
}

/// A scarf around the face and over the shoulders.
pub(super) fn front(canvas: &mut Canvas, look: &Look) {
    let w = look.cheeks;
    let color = color_of(look);
    let mut shape = Path::mirrored(
        MIDDLE,
        &[
            (0.0, TOP - 18.0),
            (w * 0.62, TOP - 8.0),
            (w + 8.0, 124.0),
            (w + 13.0, 170.0),
            (w + 8.0, 220.0),
            (w + 22.0, 262.0),
            (w + 26.0, 290.0),
            (30.0, 314.0),
            (0.0, 318.0),
        ],
    );
    let face = Path::mirrored(
        MIDDLE,
        &[
            (0.0, TOP + 17.0),
            (w * 0.58, TOP + 24.0),
            (w * 0.88, 136.0),
            (w * 0.9, 172.0),
            (look.jaw * 0.92, 208.0),
            (look.jaw * 0.5, look.chin - 7.0),
            (0.0, look.chin - 2.0),
        ],
    );
    for mut outline in face.outlines {
        outline.reverse();
        shape.outlines.push(outline);
    }
    canvas.fill(&shape, Paint::Blend((0.0, 70.0), color.lighter(0.12), (0.0, 300.0), color.darker(0.08)));
    let within = canvas.mask(&shape);
    let side = if look.parting_left { 1.0 } else { -1.0 };
    for (x, y, bend) in [(0.0, 238.0, 14.0), (8.0, 254.0, 18.0), (16.0, 274.0, 20.0)] {
        let fold = [
            (MIDDLE - side * (w + 4.0 + x), y - 26.0),
            (MIDDLE - side * 10.0, y + bend * 0.4),
            (MIDDLE + side * (w + 14.0), y + bend),
        ];
        canvas.fill_within(
            &within,
            &Path::brush(&fold, [1.5, 4.0, 1.5]),
            Paint::Tint(color.darker(0.5), 0.30),
        );
    }
    let rim = Path::brush(
        &[
            (MIDDLE - w * 0.9, 140.0),
            (MIDDLE - w * 0.56, TOP + 22.0),
            (MIDDLE, TOP + 14.0),
            (MIDDLE + w * 0.56, TOP + 22.0),
            (MIDDLE + w * 0.9, 140.0),
        ],
        [2.0, 4.0, 2.0],
    );
    canvas.fill_within(&within, &rim, Paint::Tint(color.darker(0.5), 0.28));
}
