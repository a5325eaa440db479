//! The front: what every request passes before a route is looked up — host, transport, credentials, body.

use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::Router;
use axum::body::Body;
use folkmoot_wire::{ErrorCode, Format};
use http::uri::Authority;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header};
use percent_encoding::percent_decode_str;
use tower::ServiceExt;

use crate::api::pictures;
use crate::app::App;
use crate::authenticate::{Identity, authenticate};
use crate::context::{Context, SERVED_VERSION};
use crate::error::{Refusal, empty};
use crate::input;
use crate::routes::PUBLIC_PICTURES;
use crate::settings::{PictureUrlSetting, PlainHttp};
use crate::{request_id, respond};

/// Answers requests: the front, then the routes.
#[derive(Clone)]
pub(crate) struct Front {
    app: Arc<App>,
    routes: Router,
    last_base: Arc<ArcSwapOption<PictureBase>>,
}

impl Front {
    pub(crate) fn new(app: Arc<App>) -> Front {
        Front { app, routes: crate::routes::routes(), last_base: Arc::default() }
    }

    /// Answers one request from `peer`.
    pub(crate) async fn answer(&self, peer: IpAddr, request: Request<Body>) -> Response<Body> {
        let id = self.app.request_ids.of(request.headers());
        let format = format_of(request.uri().path());
        let (method, uri) = (request.method().clone(), request.uri().clone());
        let mut response = match self.pass(peer, format, request).await {
            Ok(response) => response,
            Err(refusal) => refusal.into_response(format.unwrap_or(Format::Json)),
        };
        // The path alone: a query could hold what should not be in a log.
        let (status, path) = (response.status(), uri.path());
        if status.is_server_error() {
            tracing::error!(request = ?id, %peer, %method, path, status = status.as_u16(), "failed");
        } else {
            tracing::debug!(request = ?id, %peer, %method, path, status = status.as_u16(), "answered");
        }
        let headers = response.headers_mut();
        headers.insert(request_id::HEADER, id);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        // What a handler did not say itself: refusals depend on who asks, too.
        headers.entry(header::CACHE_CONTROL).or_insert(respond::PRIVATE);
        headers.entry(header::VARY).or_insert(respond::VARY);
        if format.is_some() {
            headers.entry("x-api-version").or_insert(HeaderValue::from_static(SERVED_VERSION));
        }
        response
    }

    async fn pass(
        &self,
        peer: IpAddr,
        format: Option<Format>,
        mut request: Request<Body>,
    ) -> Result<Response<Body>, Refusal> {
        let app = &self.app;
        let host = host_of(&request)?;
        let Transport { secure, acceptable } = self.transport(peer, request.headers());
        if !acceptable {
            return redirect_to_https(&host, &request);
        }
        let account = app.hosts.account(app, &host).ok_or_else(|| {
            Refusal::new(ErrorCode::UnknownSubdomain, "There is no account of that name here.")
        })?;
        if let Some(name) = request.uri().path().strip_prefix(PUBLIC_PICTURES) {
            let name = name.to_owned();
            let (request, _) = request.into_parts();
            return pictures::public(app, &account, &name, &request).await;
        }
        let directory = account.directory();
        let viewer = match authenticate(app, &directory, request.headers()).await {
            Identity::Known(viewer) => viewer,
            Identity::Unknown => return Err(Refusal::Unauthenticated),
            Identity::Busy => {
                let message =
                    "Too many passwords are being checked; try again in a moment, or use an API key.";
                return Err(Refusal::new(ErrorCode::Maintenance, message));
            }
        };
        let path = request.uri().path();
        if path.contains('%') && percent_decode_str(path).decode_utf8().is_err() {
            // Nothing has such a name; the router would say so in its own words.
            return Err(Refusal::Nowhere);
        }
        input::take(app, &mut request).await?;
        let picture_base = self.picture_base(secure, &host);
        let context = Context { app: Arc::clone(app), account, directory, viewer, format, picture_base };
        request.extensions_mut().insert(context);
        match self.routes.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    /// Whether the request came over HTTPS, and whether it may be answered where it came from (`http.md`, HTTPS).
    fn transport(&self, peer: IpAddr, headers: &HeaderMap) -> Transport {
        let settings = &self.app.settings;
        let trusted = settings.trusted_proxies().iter().any(|network| network.contains(peer));
        if trusted && let Some(forwarded) = headers.get("x-forwarded-proto") {
            let secure = forwarded.as_bytes().eq_ignore_ascii_case(b"https");
            return Transport { secure, acceptable: secure || settings.plain_http() == PlainHttp::Anywhere };
        }
        let local = peer.to_canonical().is_loopback();
        Transport { secure: false, acceptable: local || settings.plain_http() == PlainHttp::Anywhere }
    }

    /// The base of public pictures on this host. Most requests are for the same one, so the last is remembered.
    fn base_on(&self, secure: bool, host: &Authority) -> Arc<str> {
        if let Some(last) = &*self.last_base.load()
            && last.secure == secure
            && last.host == *host
        {
            return Arc::clone(&last.base);
        }
        let scheme = if secure { "https" } else { "http" };
        let base: Arc<str> = format!("{scheme}://{host}{PUBLIC_PICTURES}").into();
        let last = PictureBase { secure, host: host.clone(), base: Arc::clone(&base) };
        self.last_base.store(Some(Arc::new(last)));
        base
    }

    fn picture_base(&self, secure: bool, host: &Authority) -> Option<Arc<str>> {
        let settings = &self.app.settings;
        match settings.picture_urls() {
            PictureUrlSetting::Private => None,
            PictureUrlSetting::Public => Some(match settings.picture_public_url() {
                Some(base) => base.into(),
                None => self.base_on(secure, host),
            }),
        }
    }
}

/// Where public pictures are on a host.
struct PictureBase {
    secure: bool,
    host: Authority,
    base: Arc<str>,
}

struct Transport {
    secure: bool,
    acceptable: bool,
}

/// The host that the request is for: from its target where that names one, or from the Host header.
fn host_of(request: &Request<Body>) -> Result<Authority, Refusal> {
    let authority = if let Some(authority) = request.uri().authority() {
        Some(authority.clone())
    } else {
        let mut hosts = request.headers().get_all(header::HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else {
            return Err(Refusal::validation("A request names one host, in its Host header."));
        };
        Authority::try_from(host.as_bytes()).ok()
    };
    // A name and password before the host would find their way into the addresses that answers carry.
    authority
        .filter(|authority| !authority.as_str().contains('@'))
        .ok_or_else(|| Refusal::validation("The host that the request names is not a host name."))
}

/// The same address over HTTPS. Nothing that the request carried is looked at.
fn redirect_to_https(host: &Authority, request: &Request<Body>) -> Result<Response<Body>, Refusal> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let location = HeaderValue::from_str(&format!("https://{}{target}", host.host()))
        .map_err(|_| Refusal::validation("The address cannot be redirected to."))?;
    let mut response = empty(StatusCode::MOVED_PERMANENTLY);
    response.headers_mut().insert(header::LOCATION, location);
    Ok(response)
}

/// The format that a path's suffix asks for.
fn format_of(path: &str) -> Option<Format> {
    let (_, suffix) = path.rsplit_once('.')?;
    Format::from_suffix(suffix)
}
