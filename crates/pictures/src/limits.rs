use crate::PictureError;

/// Bounds that are checked before memory is allocated for what a file declares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Largest accepted file, in bytes.
    pub max_bytes: usize,
    /// Largest product of width and height. This bounds the time that decoding takes, too.
    pub max_pixels: u64,
    /// Largest width or height.
    pub max_side: u32,
    /// Upper bound of what a decoder may hold at once, in bytes: its pixels and its working memory, as
    /// estimated from the file's headers.
    pub max_alloc: u64,
}

impl Default for Limits {
    /// 10 MiB, 40 megapixels, 10 000 pixels a side, 256 MiB of memory.
    fn default() -> Self {
        Self { max_bytes: 10 << 20, max_pixels: 40_000_000, max_side: 10_000, max_alloc: 256 << 20 }
    }
}

impl Limits {
    /// Refuses dimensions that are zero or too large.
    pub(crate) fn check_dimensions(&self, width: u32, height: u32) -> Result<(), PictureError> {
        if width == 0 || height == 0 {
            return Err(PictureError::NoPixels);
        }
        let pixels = u64::from(width) * u64::from(height);
        if width > self.max_side || height > self.max_side || pixels > self.max_pixels {
            return Err(PictureError::TooLarge { width, height });
        }
        Ok(())
    }

    /// Refuses a picture whose decoding takes `bytes_per_pixel` for each of its pixels when that is too much
    /// in total.
    pub(crate) fn check_memory(
        &self,
        width: u32,
        height: u32,
        bytes_per_pixel: u64,
    ) -> Result<(), PictureError> {
        let needed = (u64::from(width) * u64::from(height)).saturating_mul(bytes_per_pixel);
        if needed > self.max_alloc { Err(PictureError::TooMuchMemory) } else { Ok(()) }
    }
}
