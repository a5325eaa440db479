//! How a request came: over what, from whom, and whether it may be answered there (`http.md`, HTTPS).

use std::net::IpAddr;

use http::HeaderMap;

use crate::forwarded::{self, Forwarded};
use crate::policy::Policy;
use crate::settings::PlainHttp;

/// How a connection came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// To the address of plain HTTP.
    Plain,
    /// Over TLS.
    Tls,
    /// Without TLS, to the address of HTTPS.
    PlainToTls,
}

/// Where a request came from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arrival {
    /// The other end of the connection: a client, or a proxy.
    pub(crate) peer: IpAddr,
    /// How the connection came.
    pub(crate) way: Way,
}

/// How a request came.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Transport {
    /// The client's address: that of the other end, or what trusted proxies say.
    pub(crate) client: IpAddr,
    /// Whether the client came over HTTPS.
    pub(crate) secure: bool,
    /// Whether credentials may be taken that came so.
    pub(crate) acceptable: bool,
}

impl Transport {
    /// Judges a request by its connection, and by what trusted proxies say of it.
    pub(crate) fn of(arrival: Arrival, headers: &HeaderMap, policy: &Policy) -> Transport {
        let Arrival { peer, way } = arrival;
        let Forwarded { client, secure } =
            forwarded::read(peer, headers, &policy.trusted_proxies, policy.forwarded_headers);
        let anywhere = policy.plain_http == PlainHttp::Anywhere;
        let (secure, acceptable) = match (secure, way) {
            (Some(secure), _) => (secure, secure || anywhere),
            (None, Way::Tls) => (true, true),
            (None, Way::Plain) => (false, anywhere || peer.to_canonical().is_loopback()),
            // Where HTTPS was meant, nothing less will do.
            (None, Way::PlainToTls) => (false, false),
        };
        Transport { client, secure, acceptable }
    }
}
