//! Pictures that say which attempt they are of, as black and white pixels: decoding and encoding them anew, as the
//! server does, changes nothing in that.

use std::io::Cursor;

use anyhow::{Context, Result, ensure};
use image::{GrayImage, ImageFormat, Luma};

const SIDE: u32 = 8;
const BITS: u32 = u32::BITS;

/// The picture of an attempt.
pub(super) fn draw(attempt: u32) -> Result<Vec<u8>> {
    // The second half is the first turned over, so that a mixture of two pictures is noticed.
    let white = |bit: u32| (if bit < BITS { attempt >> bit } else { !attempt >> (bit - BITS) }) & 1 == 1;
    let image = GrayImage::from_fn(SIDE, SIDE, |x, y| Luma([if white(y * SIDE + x) { 255 } else { 0 }]));
    let mut file = Vec::new();
    image.write_to(&mut Cursor::new(&mut file), ImageFormat::Png)?;
    Ok(file)
}

/// The attempt that a picture is of.
pub(super) fn read(file: &[u8]) -> Result<u32> {
    let image = image::load_from_memory(file).context("not a whole picture")?.into_luma8();
    ensure!(image.dimensions() == (SIDE, SIDE), "not one of ours");
    let bit = |bit: u32| u32::from(image.get_pixel(bit % SIDE, bit / SIDE).0[0] > 127);
    let number = |from: u32| (0..BITS).fold(0, |number, at| number | bit(from + at) << at);
    let attempt = number(0);
    ensure!(number(BITS) == !attempt, "a mixture of pictures");
    Ok(attempt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_says_which_it_is() {
        for attempt in [0, 1, 77, u32::MAX, 0x8000_0001] {
            assert_eq!(read(&draw(attempt).unwrap()).unwrap(), attempt);
        }
        assert!(read(b"x").is_err());
    }
}
