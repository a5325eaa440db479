//! Glasses.

use super::MIDDLE;
use super::canvas::{Canvas, Paint};
use super::face::EYES;
use super::look::{Glasses, Look};
use super::palette::Color;
use super::path::Path;

pub(super) fn glasses(canvas: &mut Canvas, look: &Look) {
    let x = look.eye_gap + 1.0;
    let ring = |grow: f32| match look.glasses {
        Glasses::Round => Path::ellipse((MIDDLE + x, EYES + 2.0), 18.5 + grow, 18.0 + grow),
        _ => Path::smooth(&[
            (MIDDLE + x - 18.0 - grow, EYES - 7.0),
            (MIDDLE + x - 13.0, EYES - 12.5 - grow),
            (MIDDLE + x + 14.0, EYES - 12.5 - grow),
            (MIDDLE + x + 20.0 + grow, EYES - 7.0),
            (MIDDLE + x + 18.0 + grow, EYES + 8.0),
            (MIDDLE + x + 9.0, EYES + 14.5 + grow),
            (MIDDLE + x - 9.0, EYES + 14.5 + grow),
            (MIDDLE + x - 17.5 - grow, EYES + 8.0),
        ]),
    };
    if look.glasses == Glasses::None {
        return;
    }
    let bridge = [(MIDDLE - x + 17.0, EYES - 1.0), (MIDDLE, EYES - 4.5), (MIDDLE + x - 17.0, EYES - 1.0)];
    canvas.fill(&Path::brush(&bridge, [3.2, 3.2, 3.2]), Paint::Solid(look.frame));
    let temple = Path::brush(
        &[(MIDDLE + x + 18.0, EYES - 4.0), (MIDDLE + look.cheeks + 2.0, EYES - 1.0)],
        [3.4, 3.2, 3.0],
    );
    for path in [temple.clone(), temple.flipped(MIDDLE)] {
        canvas.fill(&path, Paint::Solid(look.frame));
    }
    for flip in [false, true] {
        let placed = |path: Path| if flip { path.flipped(MIDDLE) } else { path };
        canvas.fill(&placed(ring(0.0)), Paint::Tint(Color::WHITE, 0.16));
        // A ring is what lies between two outlines that turn opposite ways.
        let mut rim = placed(ring(1.7));
        for mut inner in placed(ring(-1.7)).outlines {
            inner.reverse();
            rim.outlines.push(inner);
        }
        canvas.fill(&rim, Paint::Solid(look.frame));
    }
}
