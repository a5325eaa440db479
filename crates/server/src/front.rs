//! The front: what every request passes before a route is looked up — host, transport, credentials, body.

use std::net::IpAddr;
use std::sync::Arc;

use arc_swap::ArcSwapOption;
use axum::Router;
use axum::body::Body;
use folkmoot_core::{AccountId, AccountState, Origin, RequestId, Right};
use folkmoot_wire::{ApiMajor, ErrorCode, Format};
use http::request::Parts;
use http::uri::Authority;
use http::{HeaderValue, Request, Response, StatusCode, Version, header};
use percent_encoding::percent_decode_str;
use tower::ServiceExt;

use crate::acme::{Acme, HTTP_CHALLENGES};
use crate::api::{find_accounts, invitations, pictures};
use crate::app::App;
use crate::authenticate::{Identity, authenticate, gives_credentials};
use crate::context::{Context, asked_version};
use crate::error::{self, Refusal, empty};
use crate::input;
use crate::picture_addresses::{PictureAddresses, Placed, Signed};
use crate::policy::PicturePolicy;
use crate::routes::{INVITATIONS, PUBLIC_PICTURES};
use crate::seen::Seen;
use crate::throttle::Wait;
use crate::transport::{Arrival, Transport, Way};
use crate::{request_id, respond};

/// After how many seconds clients are asked to try again while somebody works on the server or an account.
const MAINTENANCE: u32 = 60;

/// Answers requests: the front, then the routes.
#[derive(Clone)]
pub(crate) struct Front {
    app: Arc<App>,
    routes: Router,
    last_base: Arc<ArcSwapOption<PictureBase>>,
    /// The port of HTTPS, where it is not the usual one.
    https_port: Option<u16>,
    /// What browsers are told over this server's own TLS.
    hsts: Option<HeaderValue>,
    /// Who answers the authority that certificates are ordered from.
    acme: Option<Arc<Acme>>,
}

impl Front {
    /// The front of an application whose HTTPS is at `https_port`: the usual one, if none is given.
    pub(crate) fn new(app: Arc<App>, https_port: Option<u16>, acme: Option<Arc<Acme>>) -> Front {
        let hsts = app.settings.hsts().map(|time| format!("max-age={}", time.as_secs()));
        Front {
            routes: crate::routes::routes(),
            last_base: Arc::default(),
            https_port: https_port.filter(|&port| port != 443),
            hsts: hsts.and_then(|value| value.try_into().ok()),
            acme,
            app,
        }
    }

    /// Answers one request.
    pub(crate) async fn answer(&self, arrival: Arrival, request: Request<Body>) -> Response<Body> {
        let metrics = &self.app.metrics;
        let _in_flight = metrics.requests.begin();
        let transport = Transport::of(arrival, request.headers(), &self.app.policy);
        let seen = Seen::new(&self.app, arrival.peer, transport.client, &request);
        let id = self.app.request_ids.of(request.headers());
        let format = format_of(request.uri().path());
        // Only those addresses refuse an unknown version that are of one; the others answer as the reference does.
        let version = asked_version(request.headers()).unwrap_or(ApiMajor::V2);
        let method = request.method().clone();
        let (mut hsts, mut account) = (None, None);
        let answer = if let Some(health) = self.app.health.answer(request.method(), request.uri().path()) {
            Ok(health)
        } else {
            match host_of(&request) {
                Ok(host) => {
                    if arrival.way == Way::Tls && is_name(&host) {
                        hsts.clone_from(&self.hsts);
                    }
                    self.pass((transport, &id), host, (version, format), request, &mut account).await
                }
                Err(refusal) => Err(refusal),
            }
        };
        let mut response =
            answer.unwrap_or_else(|refusal| refusal.into_response(format.unwrap_or(Format::Json)));
        error::write_body(&mut response, &method, version);
        seen.answered(&self.app, &id, account, &response);
        let headers = response.headers_mut();
        headers.insert(request_id::HEADER, id);
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        if let Some(hsts) = hsts {
            headers.insert(header::STRICT_TRANSPORT_SECURITY, hsts);
        }
        // What a handler did not say itself: refusals depend on who asks, too.
        headers.entry(header::CACHE_CONTROL).or_insert(respond::PRIVATE);
        headers.entry(header::VARY).or_insert(respond::VARY);
        if format.is_some() {
            headers.entry("x-api-version").or_insert(HeaderValue::from_static(version.served()));
        }
        response
    }

    async fn pass(
        &self,
        (transport, id): (Transport, &HeaderValue),
        host: Authority,
        (version, format): (ApiMajor, Option<Format>),
        mut request: Request<Body>,
        meant: &mut Option<AccountId>,
    ) -> Result<Response<Body>, Refusal> {
        let app = &self.app;
        if let Some(acme) = &self.acme
            && let Some(token) = request.uri().path().strip_prefix(HTTP_CHALLENGES)
        {
            // Before it matters how it came and for which account: the authority knows neither.
            let answer = acme.http_answer(token).await.ok_or(Refusal::Nowhere)?;
            return Ok(Response::new(Body::from(answer)));
        }
        if !transport.acceptable {
            return redirect_to_https(&host, self.https_port, &request);
        }
        if app.policy.maintenance {
            return Err(Refusal::later(MAINTENANCE, "The server is being worked on; try again later."));
        }
        let Some(account) = app.accounts.on(&host) else {
            let (request, _) = request.into_parts();
            return self.without_account(transport, &host, &request).await;
        };
        *meant = Some(account.id());
        is_served(account.state())?;
        if let Some(name) = request.uri().path().strip_prefix(PUBLIC_PICTURES) {
            let name = name.to_owned();
            let (request, _) = request.into_parts();
            return pictures::public(app, &account, &name, &request).await;
        }
        if let Some(secret) = request.uri().path().strip_prefix(INVITATIONS) {
            let secret = secret.to_owned();
            let page = invitations::take_up(app, &account, transport.client, &secret, request);
            // Few requests need room for it.
            return Box::pin(page).await;
        }
        let directory = match account.in_memory() {
            Some(directory) => directory,
            // Nothing is loaded for somebody who does not even say who they are.
            None if !gives_credentials(request.headers()) => return Err(Refusal::Unauthenticated),
            None => app.accounts.directory(&account).await?,
        };
        let viewer = match authenticate(app, &directory, transport.client, request.headers()).await {
            Identity::Known(viewer) => viewer,
            Identity::Unknown => return Err(Refusal::Unauthenticated),
            Identity::Busy => {
                let message =
                    "Too many passwords are being checked; try again in a moment, or use an API key.";
                return Err(Refusal::later(1, message));
            }
            Identity::Throttled(Wait { seconds }) => {
                let message = "There have been too many wrong passwords; try again later, or use an API key.";
                return Err(Refusal::too_much(seconds, message));
            }
        };
        app.accounts.establish(&account);
        if !viewer.rights_anywhere(&directory).has(Right::ApiAccess) {
            return Err(Refusal::new(ErrorCode::Access, "None of your roles lets you use the API."));
        }
        let path = request.uri().path();
        if path.contains('%') && percent_decode_str(path).decode_utf8().is_err() {
            // Nothing has such a name; the router would say so in its own words.
            return Err(Refusal::Nowhere);
        }
        input::take(app, &mut request).await?;
        let pictures = self.pictures(transport.secure, &host, account.id());
        let request_id = RequestId::new(id.as_bytes());
        let origin = request_id.map(|request| Origin { address: transport.client, request });
        let context =
            Context { app: Arc::clone(app), account, directory, viewer, version, format, pictures, origin };
        request.extensions_mut().insert(context);
        match self.routes.clone().oneshot(request).await {
            Ok(response) => Ok(response),
            Err(never) => match never {},
        }
    }

    /// Answers where no account is: nothing, but for the one thing that may be asked of all of them.
    async fn without_account(
        &self,
        transport: Transport,
        host: &Authority,
        request: &Parts,
    ) -> Result<Response<Body>, Refusal> {
        let app = &self.app;
        match find_accounts::format_of(request.uri.path()) {
            Some(format) if app.policy.find_accounts && app.accounts.are_below(host) => {
                let (method, query) = (&request.method, request.uri.query());
                find_accounts::answer(app, transport.client, method, query, format).await
            }
            _ => Err(Refusal::unknown_account()),
        }
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

    fn pictures(&self, secure: bool, host: &Authority, account: AccountId) -> PictureAddresses {
        match &self.app.policy.pictures {
            PicturePolicy::Private => PictureAddresses::Private,
            PicturePolicy::Here => PictureAddresses::Named(self.base_on(secure, host)),
            PicturePolicy::Named(base) => PictureAddresses::Named(Arc::clone(base)),
            PicturePolicy::Placed(base) => {
                PictureAddresses::Placed(Placed { base: Arc::clone(base), account })
            }
            PicturePolicy::Presigned(presigner, hours) => {
                let now = self.app.store.clock().now();
                PictureAddresses::Signed(Signed(presigner.addresses(account, now, *hours)))
            }
        }
    }
}

/// Where public pictures are on a host.
struct PictureBase {
    secure: bool,
    host: Authority,
    base: Arc<str>,
}

/// The host that the request is for: from its target where that names one, or from the Host header.
fn host_of(request: &Request<Body>) -> Result<Authority, Refusal> {
    let authority = if let Some(authority) = request.uri().authority() {
        // HTTP/1.1 has the target win (RFC 9112, section 3.2.2). In HTTP/2 the two say the same, or something in
        // front has checked one while we would serve the other (RFC 9113, section 8.3.1).
        let differs =
            |host: &HeaderValue| !host.as_bytes().eq_ignore_ascii_case(authority.as_str().as_bytes());
        if request.version() == Version::HTTP_2 && request.headers().get_all(header::HOST).iter().any(differs)
        {
            return Err(Refusal::validation("The Host header names another host than the request's target."));
        }
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

/// Whether an account in this state answers anybody.
fn is_served(state: AccountState) -> Result<(), Refusal> {
    match state {
        AccountState::Active => Ok(()),
        AccountState::Maintenance => {
            Err(Refusal::later(MAINTENANCE, "This account is being worked on; try again later."))
        }
        AccountState::Suspended => Err(Refusal::new(ErrorCode::Access, "This account is suspended.")),
        AccountState::Deleted => Err(Refusal::unknown_account()),
    }
}

/// Whether a host is a name that DNS knows: browsers remember nothing about addresses, and should not about their own
/// machine.
fn is_name(host: &Authority) -> bool {
    let host = host.host();
    !host.starts_with('[') && host.parse::<IpAddr>().is_err() && !host.eq_ignore_ascii_case("localhost")
}

/// The same address over HTTPS. Nothing that the request carried is looked at.
fn redirect_to_https(
    host: &Authority,
    port: Option<u16>,
    request: &Request<Body>,
) -> Result<Response<Body>, Refusal> {
    let target = request.uri().path_and_query().map_or("/", |target| target.as_str());
    let port = port.map(|port| format!(":{port}")).unwrap_or_default();
    let location = HeaderValue::from_str(&format!("https://{}{port}{target}", host.host()))
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
