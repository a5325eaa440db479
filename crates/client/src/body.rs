//! Bodies, never unbounded: neither as they come nor unpacked.

use std::io::Read as _;

use bytes::Bytes;
use http::{Response, header};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};

use crate::{
    error::{Error, Result},
    transport::Attempt,
};

/// A body that is read piece by piece, within the bounds of its attempt.
pub(crate) struct Pieces {
    body: Incoming,
    attempt: Attempt,
    left: u64,
    limit: u64,
}

impl Pieces {
    /// Refuses at once what announces itself as too large.
    pub(crate) fn new(body: Incoming, attempt: Attempt, limit: u64) -> Result<Self> {
        if body.size_hint().lower() > limit {
            return Err(Error::TooLarge { limit });
        }
        Ok(Self { body, attempt, left: limit, limit })
    }

    /// The size, where the server announced it.
    pub(crate) fn announced(&self) -> Option<u64> {
        self.body.size_hint().exact()
    }

    /// The next piece. A body that ends before its announced length is an error.
    pub(crate) async fn next(&mut self) -> Result<Option<Bytes>> {
        loop {
            let frame = self.attempt.within("reading an answer", self.body.frame()).await?;
            match frame {
                None => return Ok(None),
                Some(Err(error)) => return Err(Error::connection(&error)),
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    let left = self.left.checked_sub(data.len() as u64);
                    self.left = left.ok_or(Error::TooLarge { limit: self.limit })?;
                    return Ok(Some(data));
                }
            }
        }
    }

    /// All of it.
    pub(crate) async fn all(mut self) -> Result<Vec<u8>> {
        let announced = self.announced().unwrap_or(0).min(self.limit);
        let mut bytes = Vec::with_capacity(usize::try_from(announced).unwrap_or(0));
        while let Some(piece) = self.next().await? {
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes)
    }
}

/// A whole document, unpacked if it came packed.
pub(crate) async fn document(response: Response<Incoming>, attempt: Attempt, limit: u64) -> Result<Vec<u8>> {
    let packed = response.headers().get(header::CONTENT_ENCODING).map(|value| value.as_bytes().to_vec());
    let bytes = Pieces::new(response.into_body(), attempt, limit)?.all().await?;
    match packed.as_deref() {
        None | Some(b"identity") => Ok(bytes),
        Some(b"gzip" | b"x-gzip") => unpack(&bytes, limit),
        Some(_) => Err(Error::Unreadable("an encoding that was not asked for".to_owned())),
    }
}

fn unpack(bytes: &[u8], limit: u64) -> Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    let mut reader = flate2::read::MultiGzDecoder::new(bytes).take(limit + 1);
    reader.read_to_end(&mut unpacked).map_err(|e| Error::Unreadable(format!("gzip: {e}")))?;
    if unpacked.len() as u64 > limit {
        return Err(Error::TooLarge { limit });
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn unpacking_is_bounded() {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        packer.write_all(&vec![0; 100_000]).unwrap();
        let packed = packer.finish().unwrap();
        assert!(packed.len() < 1000);
        assert_eq!(unpack(&packed, 100_000).unwrap().len(), 100_000);
        assert!(matches!(unpack(&packed, 99_999), Err(Error::TooLarge { limit: 99_999 })));
        assert!(unpack(&packed[..packed.len() - 4], 100_000).is_err());
    }
}
