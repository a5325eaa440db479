//! The outlines of haircuts.

use super::MIDDLE;
use super::face::TOP;
use super::look::Look;
use super::path::{Path, Point};

/// Hair over the skull, down to the ears at `ears`, that leaves the face free below `hairline`: points from the
/// temple to the middle, in parts of the head's width.
pub(super) fn cap(look: &Look, thick: f32, ears: f32, hairline: &[Point]) -> Path {
    let w = look.cheeks;
    let outer = [
        (0.0, TOP - thick),
        (w * 0.5, TOP - thick * 0.9 + 4.0),
        (w * 0.9, TOP + 20.0 - thick * 0.5),
        (w + thick * 0.55, 132.0),
        (w + 3.0 + thick * 0.2, ears),
        (w - 3.0, ears + 1.0),
    ];
    let inner = hairline.iter().map(|&(x, y)| (x * w, y));
    Path::mirrored(MIDDLE, &outer.into_iter().chain(inner).collect::<Vec<_>>())
}

fn placed(look: &Look, path: Path) -> Path {
    if look.parting_left { path } else { path.flipped(MIDDLE) }
}

/// Parted on one side, swept over to the other.
pub(super) fn swept(look: &Look, thick: f32, ears: f32) -> Path {
    let w = look.cheeks;
    let points: Vec<Point> = [
        (-w - 3.0, ears),
        (-w - thick * 0.45, 130.0),
        (-w * 0.86, TOP + 10.0),
        (-w * 0.4, TOP - thick * 0.8),
        (w * 0.2, TOP - thick * 1.1),
        (w * 0.75, TOP + 2.0 - thick * 0.5),
        (w + thick * 0.5, 126.0),
        (w + 3.0, ears),
        (w - 4.0, ears),
        (w * 0.9, 136.0),
        (w * 0.62, 121.0),
        (w * 0.1, 117.0),
        (-w * 0.38, 104.0),
        (-w * 0.5, 101.0),
        (-w * 0.74, 116.0),
        (-w * 0.88, 132.0),
        (-w + 4.0, ears),
    ]
    .iter()
    .map(|&(x, y)| (MIDDLE + x, y))
    .collect();
    placed(look, Path::smooth(&points))
}

/// Short at the sides, high at the front.
pub(super) fn quiff(look: &Look) -> Path {
    let w = look.cheeks;
    let high = 26.0 * look.volume;
    let points: Vec<Point> = [
        (-w - 2.0, 156.0),
        (-w - 5.0, 128.0),
        (-w * 0.92, TOP + 14.0),
        (-w * 0.66, TOP - high * 0.5),
        (-w * 0.1, TOP - high),
        (w * 0.55, TOP - high * 0.85),
        (w * 0.9, TOP - 2.0),
        (w + 5.0, 128.0),
        (w + 2.0, 156.0),
        (w - 4.0, 156.0),
        (w * 0.88, 126.0),
        (w * 0.66, 110.0),
        (w * 0.2, 107.0),
        (-w * 0.3, 111.0),
        (-w * 0.7, 112.0),
        (-w * 0.88, 126.0),
        (-w + 4.0, 156.0),
    ]
    .iter()
    .map(|&(x, y)| (MIDDLE + x, y))
    .collect();
    placed(look, Path::smooth(&points))
}

/// Parted in the middle, falling on both sides of the face.
pub(super) fn curtains(look: &Look, thick: f32, long: f32) -> Path {
    let w = look.cheeks;
    Path::mirrored(
        MIDDLE,
        &[
            (0.0, TOP - thick),
            (w * 0.5, TOP - thick * 0.9 + 3.0),
            (w * 0.92, TOP + 18.0 - thick * 0.5),
            (w + thick * 0.7, 136.0),
            (w + thick * 0.9, 180.0),
            (w + thick * 0.6, long),
            (w - 5.0, long - 6.0),
            (w - 3.0, 180.0),
            (w * 0.9, 146.0),
            (w * 0.62, 118.0),
            (w * 0.22, 102.0),
            (0.0, TOP + 8.0),
        ],
    )
}

/// Long hair with a parting on one side.
pub(super) fn swept_long(look: &Look) -> Path {
    let w = look.cheeks;
    let t = 12.0 * look.volume;
    let points: Vec<Point> = [
        (-w - t, 226.0),
        (-w - t * 0.5, 190.0),
        (-w - t * 0.9, 140.0),
        (-w * 0.88, TOP + 12.0),
        (-w * 0.4, TOP - t * 0.8),
        (w * 0.2, TOP - t * 1.05),
        (w * 0.75, TOP - t * 0.3),
        (w + t, 132.0),
        (w + t * 0.5, 176.0),
        (w + t * 1.2, 214.0),
        (w + t * 0.4, 240.0),
        (w - 6.0, 222.0),
        (w - 1.0, 190.0),
        (w * 0.94, 160.0),
        (w * 0.66, 130.0),
        (w * 0.1, 116.0),
        (-w * 0.36, 101.0),
        (-w * 0.74, 122.0),
        (-w * 0.93, 156.0),
        (-w + 3.0, 196.0),
        (-w + 2.0, 226.0),
    ]
    .iter()
    .map(|&(x, y)| (MIDDLE + x, y))
    .collect();
    placed(look, Path::smooth(&points))
}

/// Round tufts on both sides, at parts of the head's width.
pub(super) fn curls(look: &Look, places: &[Point], size: f32) -> Path {
    let mut path = Path::default();
    for (index, &(x, y)) in places.iter().enumerate() {
        let radius = size * [1.0, 0.88, 1.08, 0.94][index % 4];
        path = path.and_circle((MIDDLE + x * look.cheeks, y), radius);
        if x > 0.01 {
            path = path.and_circle((MIDDLE - x * look.cheeks, y + 1.0), radius);
        }
    }
    path
}
