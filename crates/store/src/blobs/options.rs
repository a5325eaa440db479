//! Where blobs are to be kept, as an operator says it.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use secrecy::SecretString;

/// Where blobs are to be kept.
#[derive(Clone, Debug)]
pub enum BlobsOptions {
    /// In files below this folder.
    Folder(PathBuf),
    /// In a bucket.
    S3(S3Options),
}

/// A bucket, and how to get at it.
#[derive(Clone, Debug)]
pub struct S3Options {
    /// Which bucket, and where in it.
    pub location: BucketLocation,
    /// The server's address, `https://…` or `http://…`, without the bucket. Nothing means Amazon's in the region.
    pub endpoint: Option<String>,
    /// The region, which is part of every signature. Servers other than Amazon's mostly take `us-east-1`.
    pub region: String,
    /// Whether the bucket's name is the first part of the path rather than of the host name.
    pub path_style: bool,
    /// Who asks.
    pub access_key: String,
    /// What they sign with.
    pub secret_key: SecretString,
}

/// Where blobs are kept, without how to get at it: the value of the setting `blobs.url`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobsUrl {
    /// `file:/path`.
    Folder(PathBuf),
    /// `s3://bucket/prefix`.
    S3(BucketLocation),
}

/// A bucket, and the prefix of all keys in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BucketLocation {
    bucket: String,
    prefix: String,
}

impl BucketLocation {
    /// The bucket's name.
    pub fn bucket(&self) -> &str {
        &self.bucket
    }

    /// What every key begins with: empty, or names with a slash after each.
    pub fn prefix(&self) -> &str {
        &self.prefix
    }
}

impl fmt::Display for BucketLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}/{}", self.bucket, self.prefix)
    }
}

/// A text does not say where blobs are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ParseBlobsUrlError {
    /// Neither `file:` nor `s3://`.
    #[error("is neither file:/PATH nor s3://BUCKET/PREFIX")]
    Scheme,
    /// A path that depends on where the program was started.
    #[error("takes a path from the root: file:/PATH")]
    RelativePath,
    /// Not a bucket's name.
    #[error("names no bucket: that is 3 to 63 letters, digits, dots and hyphens")]
    Bucket,
    /// Not a prefix.
    #[error(
        "has a prefix that is not of letters, digits, dots, hyphens and underscores between single slashes"
    )]
    Prefix,
}

impl FromStr for BlobsUrl {
    type Err = ParseBlobsUrlError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(path) = text.strip_prefix("file:") {
            // Also in the form with an empty host.
            let path = PathBuf::from(path.strip_prefix("//").unwrap_or(path));
            return if path.is_absolute() {
                Ok(BlobsUrl::Folder(path))
            } else {
                Err(ParseBlobsUrlError::RelativePath)
            };
        }
        let rest = text.strip_prefix("s3://").ok_or(ParseBlobsUrlError::Scheme)?;
        let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
        let in_bucket = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        let bounded = bucket.starts_with(|c: char| c.is_ascii_alphanumeric())
            && bucket.ends_with(|c: char| c.is_ascii_alphanumeric());
        if !(3..=63).contains(&bucket.len()) || !bucket.chars().all(in_bucket) || !bounded {
            return Err(ParseBlobsUrlError::Bucket);
        }
        let mut clean = String::new();
        // What is in a key is in addresses too, and nothing in it may need another spelling there.
        let in_prefix = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
        let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
        for part in prefix.split('/').filter(|_| !prefix.is_empty()) {
            if part.is_empty() || part == "." || part == ".." || !part.chars().all(in_prefix) {
                return Err(ParseBlobsUrlError::Prefix);
            }
            clean.push_str(part);
            clean.push('/');
        }
        Ok(BlobsUrl::S3(BucketLocation { bucket: bucket.to_owned(), prefix: clean }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_blobs_are_is_read_strictly() {
        let folder = |path: &str| Ok(BlobsUrl::Folder(PathBuf::from(path)));
        assert_eq!("file:/srv/blobs".parse(), folder("/srv/blobs"));
        assert_eq!("file:///srv/blobs".parse(), folder("/srv/blobs"));
        let bucket = |bucket: &str, prefix: &str| {
            Ok(BlobsUrl::S3(BucketLocation { bucket: bucket.to_owned(), prefix: prefix.to_owned() }))
        };
        assert_eq!("s3://acme-hr".parse(), bucket("acme-hr", ""));
        assert_eq!("s3://acme-hr/".parse(), bucket("acme-hr", ""));
        assert_eq!("s3://acme.hr/a/b_c".parse(), bucket("acme.hr", "a/b_c/"));
        assert_eq!("s3://acme.hr/a/b_c/".parse(), bucket("acme.hr", "a/b_c/"));
        for (text, error) in [
            ("", ParseBlobsUrlError::Scheme),
            ("/srv/blobs", ParseBlobsUrlError::Scheme),
            ("https://acme-hr", ParseBlobsUrlError::Scheme),
            ("file:blobs", ParseBlobsUrlError::RelativePath),
            ("file:", ParseBlobsUrlError::RelativePath),
            ("s3://", ParseBlobsUrlError::Bucket),
            ("s3:///prefix", ParseBlobsUrlError::Bucket),
            ("s3://..", ParseBlobsUrlError::Bucket),
            ("s3://key:secret@bucket", ParseBlobsUrlError::Bucket),
            ("s3://bucket?x=1", ParseBlobsUrlError::Bucket),
            ("s3://bucket/../other", ParseBlobsUrlError::Prefix),
            ("s3://bucket/a/./b", ParseBlobsUrlError::Prefix),
            ("s3://bucket//a", ParseBlobsUrlError::Prefix),
            ("s3://bucket/a//", ParseBlobsUrlError::Prefix),
            ("s3://bucket/a b", ParseBlobsUrlError::Prefix),
            ("s3://bucket/a%2f", ParseBlobsUrlError::Prefix),
        ] {
            assert_eq!(text.parse::<BlobsUrl>(), Err(error), "{text}");
        }
    }
}
