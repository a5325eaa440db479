//! Files that look like photographs to whoever looks at their first bytes: the same ones each time.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use anyhow::Result;

use super::folder;
use crate::run::step;

/// A folder of such files.
pub(super) struct Pictures {
    pub(super) folder: PathBuf,
    pub(super) names: Vec<String>,
    /// Of all files together.
    pub(super) bytes: u64,
}

const START: [u8; 4] = [0xff, 0xd8, 0xff, 0xe0];
const END: [u8; 2] = [0xff, 0xd9];
const LEAST: u64 = 5 << 10;
const MOST: u64 = 60 << 10;

impl Pictures {
    /// The folder with `count` of them, which is made unless it is there.
    pub(super) fn of(count: usize) -> Result<Pictures> {
        let target = folder()?.join(format!("pictures-{count}"));
        let there = target.exists();
        let part = target.with_extension("part");
        if !there {
            fs::create_dir_all(&part)?;
        }
        let mut random = SplitMix(count as u64);
        let mut pictures = Pictures { folder: target.clone(), names: Vec::with_capacity(count), bytes: 0 };
        step(&format!("{count} pictures"), || {
            for _ in 0..count {
                let name = random.name();
                let length = LEAST + random.next() % (MOST - LEAST);
                let mut contents = SplitMix(random.next());
                if !there {
                    fs::write(part.join(&name), contents.picture(length as usize))?;
                }
                pictures.bytes += length;
                pictures.names.push(name);
            }
            Ok(())
        })?;
        if !there {
            fs::rename(&part, &target)?;
        }
        Ok(pictures)
    }
}

/// Steele, Lea and Flood's generator: enough for bytes that do not compress.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A name as object storage would give: 28 hexadecimal digits.
    fn name(&mut self) -> String {
        let mut name = String::new();
        // Writing to a text does not fail.
        let _ = write!(name, "{:016x}{:012x}.jpg", self.next(), self.next() >> 16);
        name
    }

    fn picture(&mut self, length: usize) -> Vec<u8> {
        let mut picture = START.to_vec();
        while picture.len() < length {
            picture.extend_from_slice(&self.next().to_le_bytes());
        }
        picture.truncate(length - END.len());
        picture.extend_from_slice(&END);
        picture
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_have_their_length_and_both_ends() {
        let picture = SplitMix(1).picture(5001);
        assert_eq!(picture.len(), 5001);
        assert!(picture.starts_with(&START) && picture.ends_with(&END));
        assert_eq!(picture, SplitMix(1).picture(5001));
        assert_eq!(SplitMix(2).name().len(), "f5d3b492bc09db02508413956ab9.jpg".len());
    }
}
