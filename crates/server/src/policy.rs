//! The settings that every request is held against, looked up once.

use std::sync::Arc;

use folkmoot_store::{Presigner, Store, StoreError, StoreResult};

use crate::settings::{
    ForwardedHeaders, Network, PictureUrlSetting, PlainHttp, PublicUrl, RequestLog, Settings,
};

/// What requests are held against.
#[derive(Debug)]
pub(crate) struct Policy {
    /// Whether nobody is served.
    pub(crate) maintenance: bool,
    pub(crate) plain_http: PlainHttp,
    pub(crate) trusted_proxies: Vec<Network>,
    pub(crate) forwarded_headers: ForwardedHeaders,
    pub(crate) find_accounts: bool,
    pub(crate) log: RequestLog,
    pub(crate) pictures: PicturePolicy,
}

/// What answers say of where pictures are.
#[derive(Debug)]
pub(crate) enum PicturePolicy {
    Private,
    /// On the request's host.
    Here,
    /// Below this base, by their names.
    Named(Arc<str>),
    /// Below this base, by their places in the bucket.
    Placed(Arc<str>),
    /// In the bucket, by addresses that are valid for at least so many hours.
    Presigned(Arc<Presigner>, u32),
}

impl PicturePolicy {
    fn new(settings: &Settings, store: &Store) -> StoreResult<PicturePolicy> {
        Ok(match (settings.picture_urls(), settings.picture_public_url()) {
            (PictureUrlSetting::Private, _) => PicturePolicy::Private,
            (PictureUrlSetting::Public, None) => PicturePolicy::Here,
            (PictureUrlSetting::Public, Some(PublicUrl::Named(base))) => PicturePolicy::Named(base.into()),
            (PictureUrlSetting::Public, Some(PublicUrl::Placed(base))) => PicturePolicy::Placed(base.into()),
            (PictureUrlSetting::Presigned, _) => {
                let presigner = store.blobs().presigner().ok_or_else(|| {
                    let what = "pictures.urls is presigned, which takes pictures in a bucket: blobs.url is to be s3://…";
                    StoreError::Unusable(what.to_owned())
                })?;
                PicturePolicy::Presigned(Arc::clone(presigner), settings.picture_url_hours())
            }
        })
    }

    /// Whether pictures are served to whoever knows their names.
    pub(crate) fn is_public(&self) -> bool {
        match self {
            PicturePolicy::Private | PicturePolicy::Presigned(..) => false,
            PicturePolicy::Here | PicturePolicy::Named(_) | PicturePolicy::Placed(_) => true,
        }
    }
}

impl Policy {
    /// Whether `peer` is a proxy that is believed.
    pub(crate) fn trusts(&self, peer: std::net::IpAddr) -> bool {
        self.trusted_proxies.iter().any(|network| network.contains(peer))
    }

    pub(crate) fn new(settings: &Settings, store: &Store) -> StoreResult<Policy> {
        Ok(Policy {
            maintenance: settings.maintenance(),
            plain_http: settings.plain_http(),
            trusted_proxies: settings.trusted_proxies().to_vec(),
            forwarded_headers: settings.forwarded_headers(),
            find_accounts: settings.find_accounts_by_email(),
            log: settings.log_requests(),
            pictures: PicturePolicy::new(settings, store)?,
        })
    }
}
