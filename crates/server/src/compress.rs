//! Content codings (RFC 9110, section 8.4): gzip and zstd, in pieces that can be kept and put together again.

use bytes::Bytes;
use crc32fast::Hasher;
use flate2::{Compress, Compression, FlushCompress};
use http::{HeaderMap, HeaderValue, header};

/// Answers below this many bytes are sent as they are.
pub(crate) const WORTHWHILE: usize = 1024;

/// A balance for text that is compressed once and sent often.
const GZIP_LEVEL: u32 = 6;
const ZSTD_LEVEL: i32 = 3;

/// A content coding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Encoding {
    Identity,
    Gzip,
    Zstd,
}

impl Encoding {
    /// The coding that the client likes best; of those it likes equally, the one that serves it best.
    pub(crate) fn negotiate(headers: &HeaderMap) -> Encoding {
        let Some(accepted) = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok())
        else {
            return Encoding::Identity;
        };
        let weight = |name: &str| -> Option<u32> {
            accepted.split(',').find_map(|item| {
                let mut parts = item.split(';').map(str::trim);
                let coding = parts.next()?;
                coding.eq_ignore_ascii_case(name).then(|| {
                    parts
                        .find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")))
                        .map_or(1000, |q| q.parse::<f32>().map_or(0, |q| (q.clamp(0.0, 1.0) * 1000.0) as u32))
                })
            })
        };
        let any = weight("*").unwrap_or(0);
        let of = |name| weight(name).unwrap_or(any);
        let identity = weight("identity").unwrap_or(1);
        let (gzip, zstd) = (of("gzip"), of("zstd"));
        if zstd > 0 && zstd >= gzip && zstd >= identity {
            Encoding::Zstd
        } else if gzip > 0 && gzip >= identity {
            Encoding::Gzip
        } else {
            Encoding::Identity
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Encoding::Identity => "identity",
            Encoding::Gzip => "gzip",
            Encoding::Zstd => "zstd",
        }
    }

    pub(crate) fn header(self) -> Option<HeaderValue> {
        (self != Encoding::Identity).then(|| HeaderValue::from_static(self.name()))
    }

    /// The whole of a body, encoded.
    pub(crate) fn whole(self, body: Vec<u8>) -> Bytes {
        let mut joined = Vec::new();
        let mut frames = Frames::new(self);
        joined.extend_from_slice(&frames.open());
        let piece = self.piece(body);
        frames.add(&piece);
        joined.extend_from_slice(&piece.bytes);
        joined.extend_from_slice(&frames.close());
        joined.into()
    }

    /// A piece of a body, encoded so that pieces can follow one another.
    pub(crate) fn piece(self, raw: Vec<u8>) -> Piece {
        let length = raw.len() as u64;
        match self {
            Encoding::Identity => Piece { bytes: raw.into(), checksum: Hasher::new(), length },
            Encoding::Gzip => {
                let mut checksum = Hasher::new();
                checksum.update(&raw);
                Piece { bytes: deflate(&raw, FlushCompress::Sync), checksum, length }
            }
            Encoding::Zstd => {
                // A frame of its own; a zstd body is one or more frames (RFC 8878, section 3).
                let bytes = match zstd::bulk::compress(&raw, ZSTD_LEVEL) {
                    Ok(frame) => frame,
                    Err(error) => unreachable!("compressing from memory into memory: {error}"),
                };
                Piece { bytes: bytes.into(), checksum: Hasher::new(), length }
            }
        }
    }
}

/// A piece of a body, encoded.
#[derive(Clone, Debug)]
pub(crate) struct Piece {
    pub(crate) bytes: Bytes,
    checksum: Hasher,
    length: u64,
}

/// Puts pieces together into one body: gzip needs a header, and a checksum of everything at the end (RFC 1952).
pub(crate) struct Frames {
    encoding: Encoding,
    checksum: Hasher,
    length: u64,
}

impl Frames {
    pub(crate) fn new(encoding: Encoding) -> Frames {
        Frames { encoding, checksum: Hasher::new(), length: 0 }
    }

    /// The bytes before the first piece.
    pub(crate) fn open(&self) -> Bytes {
        match self.encoding {
            Encoding::Gzip => Bytes::from_static(&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]),
            Encoding::Identity | Encoding::Zstd => Bytes::new(),
        }
    }

    /// Notes that `piece` comes next.
    pub(crate) fn add(&mut self, piece: &Piece) {
        if self.encoding == Encoding::Gzip {
            self.checksum.combine(&piece.checksum);
        }
        self.length += piece.length;
    }

    /// The bytes after the last piece.
    pub(crate) fn close(self) -> Bytes {
        match self.encoding {
            Encoding::Gzip => {
                let mut end = deflate(&[], FlushCompress::Finish).to_vec();
                end.extend_from_slice(&self.checksum.finalize().to_le_bytes());
                end.extend_from_slice(&(self.length as u32).to_le_bytes());
                end.into()
            }
            Encoding::Identity | Encoding::Zstd => Bytes::new(),
        }
    }
}

/// Raw deflate blocks (RFC 1951), ended as `flush` says: at a byte, or for good.
fn deflate(raw: &[u8], flush: FlushCompress) -> Bytes {
    let mut compress = Compress::new(Compression::new(GZIP_LEVEL), false);
    let mut out = Vec::with_capacity(raw.len() / 6 + 64);
    loop {
        let taken = compress.total_in() as usize;
        let (before, room) = (compress.total_out(), out.capacity() - out.len());
        if let Err(error) = compress.compress_vec(&raw[taken..], &mut out, flush) {
            unreachable!("compressing from memory into memory: {error}");
        }
        let written = (compress.total_out() - before) as usize;
        if written < room && compress.total_in() as usize == raw.len() {
            return out.into();
        }
        out.reserve(out.capacity().max(64));
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;

    fn accepting(value: &'static str) -> Encoding {
        let mut headers = HeaderMap::new();
        headers.insert(header::ACCEPT_ENCODING, HeaderValue::from_static(value));
        Encoding::negotiate(&headers)
    }

    #[test]
    fn the_client_decides() {
        assert_eq!(Encoding::negotiate(&HeaderMap::new()), Encoding::Identity);
        assert_eq!(accepting("gzip, deflate, br, zstd"), Encoding::Zstd);
        assert_eq!(accepting("gzip"), Encoding::Gzip);
        assert_eq!(accepting("GZIP;q=0.5, zstd;q=0.2"), Encoding::Gzip);
        assert_eq!(accepting("gzip;q=0, *;q=0"), Encoding::Identity);
        assert_eq!(accepting("gzip;q=0.5, identity"), Encoding::Identity);
        assert_eq!(accepting("*"), Encoding::Zstd);
        assert_eq!(accepting("br"), Encoding::Identity);
        assert_eq!(accepting("gzip;q=nonsense"), Encoding::Identity);
    }

    #[test]
    fn pieces_put_together_decode_to_the_whole() {
        let pieces: Vec<Vec<u8>> =
            vec![b"[".to_vec(), b"{\"a\":1},".repeat(20_000), Vec::new(), b"]".to_vec()];
        let expected = pieces.concat();
        for encoding in [Encoding::Identity, Encoding::Gzip, Encoding::Zstd] {
            let mut frames = Frames::new(encoding);
            let mut body = frames.open().to_vec();
            for piece in &pieces {
                let piece = encoding.piece(piece.clone());
                frames.add(&piece);
                body.extend_from_slice(&piece.bytes);
            }
            body.extend_from_slice(&frames.close());
            let mut decoded = Vec::new();
            match encoding {
                Encoding::Identity => decoded = body,
                Encoding::Gzip => {
                    flate2::read::GzDecoder::new(&body[..]).read_to_end(&mut decoded).unwrap();
                }
                Encoding::Zstd => {
                    let mut decoder = zstd::stream::read::Decoder::new(&body[..]).unwrap();
                    decoder.read_to_end(&mut decoded).unwrap();
                }
            }
            assert!(decoded == expected, "{encoding:?}");
        }
    }
}
