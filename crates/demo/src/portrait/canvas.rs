//! A picture that shapes are painted on with smooth edges.

use super::palette::Color;
use super::path::{Path, Point};

/// Width and height.
pub(super) const SIZE: usize = 340;

/// Two columns more take up what lies right of the picture.
const STRIDE: usize = SIZE + 2;

/// What a shape is filled with.
#[derive(Clone, Copy)]
pub(super) enum Paint {
    /// One colour.
    Solid(Color),
    /// One colour that what is below shines through.
    Tint(Color, f32),
    /// From one colour at a point to another at a second one.
    Blend(Point, Color, Point, Color),
    /// A tint that fades along a line, from its opacity at a point to nothing at a second one.
    Fade(Point, Point, Color, f32),
    /// A tint that fades with the distance from a point.
    Glow(Point, f32, Color, f32),
}

impl Paint {
    /// Colour and opacity at a point.
    fn at(&self, (x, y): Point) -> (Color, f32) {
        let along = |from: Point, to: Point| {
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            (((x - from.0) * dx + (y - from.1) * dy) / (dx * dx + dy * dy)).clamp(0.0, 1.0)
        };
        match *self {
            Paint::Solid(color) => (color, 1.0),
            Paint::Tint(color, opacity) => (color, opacity),
            Paint::Blend(from, first, to, last) => (first.toward(last, along(from, to)), 1.0),
            Paint::Fade(from, to, color, opacity) => (color, opacity * (1.0 - along(from, to))),
            Paint::Glow((cx, cy), radius, color, opacity) => {
                let distance = ((x - cx) * (x - cx) + (y - cy) * (y - cy)).sqrt() / radius;
                let left = (1.0 - distance).max(0.0);
                (color, opacity * left * left * (3.0 - 2.0 * left))
            }
        }
    }
}

/// Rows and columns that a shape touches.
#[derive(Clone, Copy)]
struct Bounds {
    left: usize,
    right: usize,
    top: usize,
    bottom: usize,
}

/// Shapes are laid out a little smaller than they are shown.
const SCALE: f32 = 1.15;
/// The point that stays where it is.
const ANCHOR: Point = (170.0, 338.0);

fn enlarged((x, y): Point) -> Point {
    (ANCHOR.0 + (x - ANCHOR.0) * SCALE, ANCHOR.1 + (y - ANCHOR.1) * SCALE)
}

fn reduced((x, y): Point) -> Point {
    (ANCHOR.0 + (x - ANCHOR.0) / SCALE, ANCHOR.1 + (y - ANCHOR.1) / SCALE)
}

/// How much of each pixel a shape covers.
pub(super) struct Mask {
    cover: Vec<f32>,
    bounds: Bounds,
}

pub(super) struct Canvas {
    pixels: Vec<Color>,
    /// Changes of cover from pixel to pixel, all zero between shapes.
    changes: Vec<f32>,
}

impl Canvas {
    pub(super) fn new() -> Canvas {
        Canvas { pixels: vec![Color::BLACK; SIZE * SIZE], changes: vec![0.0; STRIDE * SIZE] }
    }

    /// Fills the whole picture.
    pub(super) fn flood(&mut self, paint: Paint) {
        for (y, row) in self.pixels.chunks_exact_mut(SIZE).enumerate() {
            for (x, pixel) in row.iter_mut().enumerate() {
                *pixel = paint.at((x as f32, y as f32)).0;
            }
        }
    }

    /// Fills a shape.
    pub(super) fn fill(&mut self, path: &Path, paint: Paint) {
        self.paint(path, paint, None);
    }

    /// Fills the part of a shape that lies within another.
    pub(super) fn fill_within(&mut self, mask: &Mask, path: &Path, paint: Paint) {
        self.paint(path, paint, Some(mask));
    }

    /// A shape for others to be cut to.
    pub(super) fn mask(&mut self, path: &Path) -> Mask {
        let bounds = self.trace(path);
        let mut cover = vec![0.0; SIZE * SIZE];
        self.sweep(bounds, |_, x, y, covered| cover[y * SIZE + x] = covered);
        Mask { cover, bounds }
    }

    /// Eight bits for each of red, green and blue, row by row.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![0; SIZE * SIZE * 3];
        for (bytes, pixel) in bytes.chunks_exact_mut(3).zip(&self.pixels) {
            bytes.copy_from_slice(&pixel.bytes());
        }
        bytes
    }

    fn paint(&mut self, path: &Path, paint: Paint, mask: Option<&Mask>) {
        let bounds = self.trace(path);
        self.sweep(bounds, |pixels, x, y, covered| {
            let within = mask.map_or(1.0, |mask| mask.at(x, y));
            let cover = covered * within;
            if cover > 0.002 {
                let (color, opacity) = paint.at(reduced((x as f32 + 0.5, y as f32 + 0.5)));
                let pixel = &mut pixels[y * SIZE + x];
                *pixel = pixel.toward(color, opacity * cover);
            }
        });
    }

    /// Sums up the changes of cover, row by row, and clears them.
    fn sweep(&mut self, bounds: Bounds, mut each: impl FnMut(&mut [Color], usize, usize, f32)) {
        for y in bounds.top..bounds.bottom {
            let row = &mut self.changes[y * STRIDE..(y + 1) * STRIDE];
            let mut sum = 0.0;
            for (x, change) in row.iter_mut().enumerate().take(bounds.right).skip(bounds.left) {
                sum += *change;
                *change = 0.0;
                if x < SIZE {
                    each(&mut self.pixels, x, y, f32::abs(sum).min(1.0));
                }
            }
        }
    }

    fn trace(&mut self, path: &Path) -> Bounds {
        let mut low = (SIZE as f32, SIZE as f32);
        let mut high = (0.0_f32, 0.0_f32);
        let limit = |point: Point| {
            let (x, y) = enlarged(point);
            (x.clamp(0.0, SIZE as f32), y.clamp(0.0, SIZE as f32))
        };
        for outline in &path.outlines {
            let Some(&last) = outline.last() else { continue };
            let mut from = limit(last);
            for &point in outline {
                let to = limit(point);
                low = (low.0.min(to.0), low.1.min(to.1));
                high = (high.0.max(to.0), high.1.max(to.1));
                self.trace_line(from, to);
                from = to;
            }
        }
        Bounds {
            left: low.0 as usize,
            right: (high.0 as usize + 2).min(STRIDE),
            top: low.1 as usize,
            bottom: (high.1.ceil() as usize).min(SIZE),
        }
    }

    /// Notes for each row that a line crosses how much of the pixels right of it lie on its inner side.
    fn trace_line(&mut self, from: Point, to: Point) {
        let (sign, upper, lower) = if from.1 < to.1 { (1.0, from, to) } else { (-1.0, to, from) };
        if lower.1 - upper.1 < 1e-6 {
            return;
        }
        let slope = (lower.0 - upper.0) / (lower.1 - upper.1);
        let mut x = upper.0;
        for y in upper.1 as usize..(lower.1.ceil() as usize).min(SIZE) {
            let height = lower.1.min(y as f32 + 1.0) - upper.1.max(y as f32);
            let next = (x + slope * height).clamp(0.0, SIZE as f32);
            let row = &mut self.changes[y * STRIDE..(y + 1) * STRIDE];
            trace_in_row(row, x.min(next), x.max(next), sign * height);
            x = next;
        }
    }
}

/// Spreads the change that a piece of a line makes over the pixels between its ends, so that the sum up to a pixel
/// is the part of it on the line's inner side.
fn trace_in_row(row: &mut [f32], left: f32, right: f32, change: f32) {
    let first = left as usize;
    let last = right.ceil() as usize;
    if last <= first + 1 {
        let inner = f32::midpoint(left, right) - first as f32;
        row[first] += change * (1.0 - inner);
        row[first + 1] += change * inner;
        return;
    }
    let per_pixel = 1.0 / (right - left);
    let mut done = 0.0;
    for (x, pixel) in row.iter_mut().enumerate().take(last).skip(first) {
        // The area right of the line in this pixel, from where it enters to where it leaves it.
        let enters = left.max(x as f32);
        let leaves = right.min(x as f32 + 1.0);
        let passed = (enters - left) * per_pixel;
        let share = (leaves - enters) * per_pixel;
        let covered = passed + share * (x as f32 + 1.0 - f32::midpoint(enters, leaves));
        *pixel += change * (covered - done);
        done = covered;
    }
    row[last] += change * (1.0 - done);
}

impl Mask {
    fn at(&self, x: usize, y: usize) -> f32 {
        let Bounds { left, right, top, bottom } = self.bounds;
        if (left..right).contains(&x) && (top..bottom).contains(&y) { self.cover[y * SIZE + x] } else { 0.0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cover_is_the_area_of_the_shape() {
        let mut canvas = Canvas::new();
        for (path, area) in [
            (Path::polygon(&[(60.25, 60.5), (70.75, 60.5), (70.75, 69.0), (60.25, 69.0)]), 10.5 * 8.5),
            (Path::polygon(&[(43.0, 57.0), (130.0, 62.5), (81.0, 127.7)]), {
                ((130.0 - 43.0) * (127.7 - 57.0) - (81.0 - 43.0) * (62.5 - 57.0)) / 2.0
            }),
            (Path::ellipse((170.0, 170.0), 60.0, 60.0), std::f32::consts::PI * 3600.0),
        ] {
            let mask = canvas.mask(&path);
            let area = area * SCALE * SCALE;
            let sum: f32 = mask.cover.iter().sum();
            assert!((sum - area).abs() < area * 0.005, "{sum} for {area}");
        }
        assert!(canvas.changes.iter().all(|change| *change == 0.0), "the next shape starts clean");
    }

    #[test]
    fn what_lies_outside_is_cut_off() {
        let mut canvas = Canvas::new();
        let size = SIZE as f32;
        let mask = canvas.mask(&Path::polygon(&[
            (-50.0, -50.0),
            (size + 50.0, -50.0),
            (size + 50.0, 400.0),
            (-50.0, 400.0),
        ]));
        let sum: f32 = mask.cover.iter().sum();
        assert!((sum - size * size).abs() < 1.0, "{sum}");
    }
}
