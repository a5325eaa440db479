//! The settings of pictures: where they are kept, and where user objects say that they are.

use std::path::PathBuf;

use folkmoot_store::{BlobsOptions, BlobsUrl, S3Options};
use secrecy::SecretString;

use super::{Settings, Value};

/// What S3's own tools read, for who has it in the environment already: variable and key.
pub(super) const WELL_KNOWN: [(&str, &str); 2] =
    [("AWS_ACCESS_KEY_ID", "s3.access_key"), ("AWS_SECRET_ACCESS_KEY", "s3.secret_key")];

/// What stands for a picture's place, `ACCOUNT/ab/NAME`, at the end of `pictures.public_url`.
const PLACE: &str = "{path}";

/// Where user objects say that pictures are (`avatars.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureUrlSetting {
    /// Absolute, immutable, without credentials.
    Public,
    /// Relative, with credentials.
    Private,
    /// Absolute, in the bucket, without credentials, for a while.
    Presigned,
}

/// The base of public picture URLs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PublicUrl {
    /// A picture's name follows.
    Named(String),
    /// A picture's place in the bucket follows, `ACCOUNT/ab/NAME`.
    Placed(String),
}

impl PublicUrl {
    /// What is wrong with `text`, if anything is.
    pub(super) fn parse(text: &str) -> Option<PublicUrl> {
        let (base, url): (_, fn(String) -> PublicUrl) = match text.strip_suffix(PLACE) {
            Some(base) => (base, PublicUrl::Placed),
            None => (text, PublicUrl::Named),
        };
        let absolute = base.starts_with("https://") || base.starts_with("http://");
        let clean = |c: char| c.is_ascii_graphic() && !matches!(c, '{' | '}' | '"' | '<' | '>' | '\\');
        (absolute && base.ends_with('/') && base.chars().all(clean)).then(|| url(base.to_owned()))
    }
}

impl Settings {
    /// What `blobs.url` says; `None` when blobs are in the data directory.
    pub fn blobs(&self) -> Option<BlobsOptions> {
        self.text("blobs.url").parse().ok().map(|url| self.blobs_at(url))
    }

    /// Blobs at `url`: a bucket as the section `s3` says how to get at it.
    pub fn blobs_at(&self, url: BlobsUrl) -> BlobsOptions {
        let location = match url {
            BlobsUrl::Folder(folder) => return BlobsOptions::Folder(folder),
            BlobsUrl::S3(location) => location,
        };
        let endpoint = Some(self.text("s3.endpoint")).filter(|endpoint| !endpoint.is_empty());
        let path_style = match self.text("s3.path_style") {
            // Amazon's host names have the bucket in them; those of other servers mostly do not.
            "auto" => endpoint.is_some(),
            said => said == "true",
        };
        BlobsOptions::S3(S3Options {
            location,
            endpoint: endpoint.map(ToOwned::to_owned),
            region: self.text("s3.region").to_owned(),
            path_style,
            access_key: self.text("s3.access_key").to_owned(),
            secret_key: self.secret("s3.secret_key").clone(),
        })
    }

    /// The folder that `blobs.url` names.
    pub fn blobs_folder(&self) -> Option<PathBuf> {
        match self.blobs() {
            Some(BlobsOptions::Folder(folder)) => Some(folder),
            _ => None,
        }
    }

    /// `pictures.urls`.
    pub fn picture_urls(&self) -> PictureUrlSetting {
        match self.text("pictures.urls") {
            "private" => PictureUrlSetting::Private,
            "presigned" => PictureUrlSetting::Presigned,
            _ => PictureUrlSetting::Public,
        }
    }

    /// `pictures.public_url`; `None` when it follows the request's host.
    pub fn picture_public_url(&self) -> Option<PublicUrl> {
        PublicUrl::parse(self.text("pictures.public_url"))
    }

    /// `pictures.url_hours`.
    pub fn picture_url_hours(&self) -> u32 {
        self.number("pictures.url_hours") as u32
    }

    /// `pictures.max_bytes`.
    pub fn max_picture_bytes(&self) -> usize {
        self.number("pictures.max_bytes") as usize
    }

    pub(super) fn secret(&self, key: &str) -> &SecretString {
        match self.value(key) {
            Value::Secret(secret) => secret,
            _ => unreachable!("{key} is a secret"),
        }
    }
}
