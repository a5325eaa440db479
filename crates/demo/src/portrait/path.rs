//! Outlines, as closed polygons fine enough to look round.

/// A point: right, down.
pub(super) type Point = (f32, f32);

/// One or several closed outlines that are filled together. They all turn the same way, since where they overlap,
/// opposite turns would cancel out.
#[derive(Clone, Default)]
pub(super) struct Path {
    pub(super) outlines: Vec<Vec<Point>>,
}

impl Path {
    /// A closed curve through `points`.
    pub(super) fn smooth(points: &[Point]) -> Path {
        let mut outline = Vec::with_capacity(points.len() * 10);
        let count = points.len();
        for index in 0..count {
            let at = |offset: usize| points[(index + offset + count - 1) % count];
            spline([at(0), at(1), at(2), at(3)], &mut outline);
        }
        Path::default().and(outline)
    }

    /// A closed curve through `points` on the right of an upright axis, and their mirror images. The first and last
    /// of them should lie on the axis.
    pub(super) fn mirrored(axis: f32, points: &[Point]) -> Path {
        let right = points.iter().map(|&(x, y)| (axis + x, y));
        let left = points.iter().rev().filter(|point| point.0.abs() > 0.01).map(|&(x, y)| (axis - x, y));
        Path::smooth(&right.chain(left).collect::<Vec<_>>())
    }

    /// A polygon with straight sides.
    pub(super) fn polygon(points: &[Point]) -> Path {
        Path::default().and(points.to_vec())
    }

    pub(super) fn ellipse(center: Point, across: f32, down: f32) -> Path {
        Path::default().and_ellipse(center, across, down)
    }

    /// With a circle added.
    pub(super) fn and_circle(self, center: Point, radius: f32) -> Path {
        self.and_ellipse(center, radius, radius)
    }

    fn and_ellipse(self, (x, y): Point, across: f32, down: f32) -> Path {
        let steps = ((across.max(down) * 1.2) as u16).clamp(16, 64);
        // One step's turn by its series, which machines agree on where they may differ about a sine.
        let angle = std::f32::consts::TAU / f32::from(steps);
        let square = angle * angle;
        let cos = 1.0 - square / 2.0 * (1.0 - square / 12.0 * (1.0 - square / 30.0));
        let sin = angle * (1.0 - square / 6.0 * (1.0 - square / 20.0));
        let mut arm = (1.0, 0.0);
        let outline = (0..steps).map(|_| {
            let point = (x + across * arm.0, y + down * arm.1);
            arm = turned(arm, (cos, sin));
            point
        });
        self.and(outline.collect())
    }

    /// A line drawn with a round brush through `points`, as wide as `width` says at its start, middle and end.
    pub(super) fn brush(points: &[Point], width: [f32; 3]) -> Path {
        let mut line = Vec::with_capacity(points.len() * 10);
        for index in 0..points.len() - 1 {
            let before = points[index.saturating_sub(1)];
            let after = points[(index + 2).min(points.len() - 1)];
            spline([before, points[index], points[index + 1], after], &mut line);
        }
        line.push(points[points.len() - 1]);
        let last = line.len() - 1;
        let half = |index: usize| {
            let along = index as f32 / last.max(1) as f32 * 2.0;
            let (from, to, part) =
                if along < 1.0 { (width[0], width[1], along) } else { (width[1], width[2], along - 1.0) };
            0.5 * (from + (to - from) * part)
        };
        let on_circle = |index: usize, turn: Point| {
            let (from, to) = (line[index.saturating_sub(1)], line[(index + 1).min(last)]);
            let (dx, dy) = (to.0 - from.0, to.1 - from.1);
            let length = (dx * dx + dy * dy).sqrt().max(1e-6);
            let (right, down) = turned((dx / length, dy / length), turn);
            (line[index].0 + half(index) * right, line[index].1 + half(index) * down)
        };
        let mut outline = Vec::with_capacity(line.len() * 2 + 2 * CAP.len());
        outline.extend((0..=last).map(|index| on_circle(index, (0.0, -1.0))));
        outline.extend(CAP.map(|turn| on_circle(last, turn)));
        outline.extend((0..=last).rev().map(|index| on_circle(index, (0.0, 1.0))));
        outline.extend(CAP.map(|(cos, sin)| on_circle(0, (-cos, -sin))));
        Path::default().and(outline)
    }

    /// With the outlines of another.
    pub(super) fn with(mut self, other: Path) -> Path {
        self.outlines.extend(other.outlines);
        self
    }

    /// Mirrored at an upright axis.
    pub(super) fn flipped(mut self, axis: f32) -> Path {
        for outline in &mut self.outlines {
            for point in outline.iter_mut() {
                point.0 = 2.0 * axis - point.0;
            }
            outline.reverse();
        }
        self
    }

    /// Adds an outline, turned the way all of them turn.
    fn and(mut self, mut outline: Vec<Point>) -> Path {
        let pairs = outline.iter().zip(outline.iter().cycle().skip(1));
        let area: f32 = pairs.map(|(a, b)| a.0 * b.1 - b.0 * a.1).sum();
        if area < 0.0 {
            outline.reverse();
        }
        self.outlines.push(outline);
        self
    }
}

/// The round end of a brush stroke, from its left to its right: turns by -60 to 60 degrees, as cosine and sine.
const CAP: [Point; 5] =
    [(0.5, -0.866_025_4), (0.866_025_4, -0.5), (1.0, 0.0), (0.866_025_4, 0.5), (0.5, 0.866_025_4)];

/// A direction turned by an angle, of which cosine and sine are given.
fn turned((right, down): Point, (cos, sin): Point) -> Point {
    (right * cos - down * sin, right * sin + down * cos)
}

/// The piece of a Catmull-Rom curve between the second and the third of four points, without its end.
fn spline([before, from, to, after]: [Point; 4], line: &mut Vec<Point>) {
    let length = ((to.0 - from.0).powi(2) + (to.1 - from.1).powi(2)).sqrt();
    let steps = (length / 4.0).ceil().clamp(2.0, 24.0);
    let mut step = 0.0;
    while step < steps {
        let t = step / steps;
        let along = |before: f32, from: f32, to: f32, after: f32| {
            let (cubic, square) =
                (3.0 * (from - to) + after - before, 2.0 * before - 5.0 * from + 4.0 * to - after);
            from + 0.5 * t * (to - before + t * (square + t * cubic))
        };
        line.push((along(before.0, from.0, to.0, after.0), along(before.1, from.1, to.1, after.1)));
        step += 1.0;
    }
}
