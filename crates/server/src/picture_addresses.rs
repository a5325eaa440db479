//! Where user objects say that pictures are (`avatars.md`), for one request.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use folkmoot_core::{AccountId, PictureName};
use folkmoot_store::{Blobs, Presigned};
use folkmoot_wire::PictureUrls;

/// Where user objects say that pictures are.
#[derive(Clone, Debug)]
pub(crate) enum PictureAddresses {
    /// On the account's host, with credentials.
    Private,
    /// Below a base, by their names.
    Named(Arc<str>),
    /// Below a base, where the bucket has them.
    Placed(Placed),
    /// In the bucket, for a while.
    Signed(Signed),
}

/// The addresses of one account's pictures below a base.
#[derive(Clone, Debug)]
pub(crate) struct Placed {
    pub(crate) base: Arc<str>,
    pub(crate) account: AccountId,
}

/// The addresses of one account's pictures that are signed in one window of time.
#[derive(Clone, Debug)]
pub(crate) struct Signed(pub(crate) Presigned);

impl PictureAddresses {
    pub(crate) fn urls(&self) -> PictureUrls<'_> {
        match self {
            PictureAddresses::Private => PictureUrls::Private,
            PictureAddresses::Named(base) => PictureUrls::Public(base),
            PictureAddresses::Placed(placed) => PictureUrls::Addressed(placed),
            PictureAddresses::Signed(signed) => PictureUrls::Addressed(signed),
        }
    }

    /// What these addresses of an account's pictures have in common, and others of the same account have not.
    pub(crate) fn identity(&self) -> Cow<'_, str> {
        match self {
            PictureAddresses::Private => Cow::Borrowed(""),
            PictureAddresses::Named(base) => Cow::Borrowed(base),
            PictureAddresses::Placed(placed) => Cow::Owned(format!("{}{{path}}", placed.base)),
            PictureAddresses::Signed(signed) => Cow::Owned(signed.0.identity()),
        }
    }
}

impl folkmoot_wire::PictureAddresses for Placed {
    fn write(&self, name: PictureName, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}{}", self.base, Blobs::relative_path(self.account, name))
    }
}

impl folkmoot_wire::PictureAddresses for Signed {
    fn write(&self, name: PictureName, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.write(name, out)
    }
}
