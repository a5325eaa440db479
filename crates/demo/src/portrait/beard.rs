//! Beards.

use super::MIDDLE;
use super::canvas::{Canvas, Mask, Paint};
use super::face::MOUTH;
use super::look::{Beard, Look};
use super::path::Path;

/// The beard, where it grows on the head.
pub(super) fn beard(canvas: &mut Canvas, look: &Look, head: &Mask) {
    let color = look.hair_color.darker(0.12);
    let paint =
        if look.beard == Beard::Stubble { Paint::Tint(color, 0.26) } else { Paint::Tint(color, 0.96) };
    let wide = look.cheeks;
    let full = Path::mirrored(
        MIDDLE,
        &[
            (0.0, 193.0),
            (14.0, 193.0),
            (22.0, 200.0),
            (wide * 0.62, 192.0),
            (wide * 0.86, 172.0),
            (wide + 6.0, 160.0),
            (wide + 8.0, 200.0),
            (look.jaw, 236.0),
            (0.0, look.chin + 16.0),
        ],
    );
    let opening = Path::ellipse((MIDDLE, MOUTH + 3.0), 20.0, 8.5);
    match look.beard {
        Beard::None => return,
        Beard::Stubble => canvas.fill_within(head, &full, paint),
        Beard::Full => {
            canvas.fill_within(head, &full, paint);
            let below = Path::mirrored(
                MIDDLE,
                &[
                    (0.0, look.chin - 14.0),
                    (look.jaw * 0.8, look.chin - 24.0),
                    (look.jaw * 0.86, look.chin - 8.0),
                    (look.jaw * 0.45, look.chin + 7.0),
                    (0.0, look.chin + 11.0),
                ],
            );
            canvas.fill(&below, paint);
        }
        Beard::Goatee => {
            let goatee = Path::mirrored(
                MIDDLE,
                &[
                    (0.0, 193.5),
                    (15.0, 194.0),
                    (25.0, 203.0),
                    (23.0, 218.0),
                    (13.0, look.chin - 1.0),
                    (0.0, look.chin + 3.0),
                ],
            );
            canvas.fill(&goatee, paint);
        }
        Beard::Moustache => {
            let half = [(MIDDLE, 194.5), (MIDDLE + 12.0, 194.5), (MIDDLE + 25.0, 201.0)];
            let moustache = Path::brush(&half, [7.0, 8.0, 2.0]);
            canvas.fill(&moustache.clone().with(moustache.flipped(MIDDLE)), paint);
            return;
        }
    }
    if look.beard != Beard::Stubble {
        canvas.fill(&opening, Paint::Solid(look.skin.darker(0.05)));
    }
}
