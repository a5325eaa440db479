//! What is kept of a request while it is answered, to be counted and logged when it is: nothing of its query, its
//! credentials or its body.

use std::net::IpAddr;

use axum::body::Body;
use folkmoot_core::AccountId;
use http::{HeaderValue, Method, Request, Response, Uri};
use http_body::Body as _;
use tokio::time::Instant;

use crate::app::App;
use crate::metrics::RouteId;
use crate::routes::{INVITATIONS, PUBLIC_PICTURES};
use crate::settings::RequestLog;
use crate::traces::{Begun, Told};

/// A request that is being answered.
pub(crate) struct Seen {
    began: Instant,
    route: RouteId,
    method: Method,
    uri: Uri,
    client: IpAddr,
    trace: Option<Begun>,
}

impl Seen {
    pub(crate) fn new(app: &App, peer: IpAddr, client: IpAddr, request: &Request<Body>) -> Seen {
        Seen {
            began: Instant::now(),
            route: app.metrics.requests.route(request.uri().path()),
            method: request.method().clone(),
            uri: request.uri().clone(),
            client,
            trace: app.traces.begin(request.headers(), app.policy.trusts(peer), || app.store.clock().now()),
        }
    }

    /// Counts and logs that it was answered.
    pub(crate) fn answered(
        self,
        app: &App,
        id: &HeaderValue,
        account: Option<AccountId>,
        response: &Response<Body>,
    ) {
        let Seen { began, route, method, uri, client, trace } = self;
        let (took, status) = (began.elapsed(), response.status());
        app.metrics.requests.note(route, &method, status, took);
        // Of a body whose length is not known yet, its parts are counted as they are sent.
        if let Some(bytes) = response.body().size_hint().exact().filter(|_| method != Method::HEAD) {
            app.metrics.sent_bytes.add(bytes);
        }
        if let Some(trace) = trace {
            let told = Told {
                method: &method,
                route: app.metrics.requests.pattern(route),
                status,
                account: account.map(|account| account.0),
                request_id: id.to_str().unwrap_or_default(),
                ended: app.store.clock().now(),
            };
            app.traces.end(trace, &told);
        }
        let (status, ms) = (status.as_u16(), took.as_micros() as f64 / 1e3);
        let account = account.map(|account| account.0);
        let route = app.metrics.requests.pattern(route);
        match app.policy.log {
            RequestLog::Errors | RequestLog::All if status >= 500 => {
                tracing::error!(request = ?id, account, %client, %method, route, status, ms, "failed");
            }
            RequestLog::All => {
                tracing::info!(request = ?id, account, %client, %method, route, status, ms, "answered");
            }
            RequestLog::Off | RequestLog::Errors => {
                // The name of a picture is all that it takes to see it, and so it is with an invitation.
                let secret = [PUBLIC_PICTURES, INVITATIONS].iter().any(|start| uri.path().starts_with(start));
                let path = if secret { route } else { uri.path() };
                tracing::debug!(request = ?id, account, %client, %method, path, status, ms, "answered");
            }
        }
    }
}
