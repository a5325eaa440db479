//! The address of metrics and health: for the operator's own machines, and apart from where clients are served.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{HeaderValue, Method, Request, Response, StatusCode, header};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use super::{CONTENT_TYPE, text};
use crate::app::App;
use crate::error::empty;

/// Where the metrics are.
const METRICS: &str = "/metrics";
/// Connections served at a time.
const CONNECTIONS: usize = 32;
/// How long a connection may last without a request.
const PATIENCE: Duration = Duration::from_secs(15);

/// Answers until the task that runs it ends.
pub(crate) async fn serve(listener: TcpListener, app: Arc<App>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    let mut server = http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(PATIENCE);
    loop {
        let place = Arc::clone(&room).acquire_owned().await;
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                tracing::warn!(%error, "cannot accept a connection to the address of metrics");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let app = Arc::clone(&app);
        let service = service_fn(move |request: Request<Incoming>| {
            let response = answer(&app, request.method(), request.uri().path());
            async move { Ok::<_, Infallible>(response) }
        });
        let connection = server.serve_connection(TokioIo::new(stream), service);
        tokio::spawn(async move {
            let _ = connection.await;
            drop(place);
        });
    }
}

fn answer(app: &Arc<App>, method: &Method, path: &str) -> Response<Body> {
    if let Some(response) = app.health.answer(method, path) {
        return response;
    }
    if path != METRICS || !matches!(*method, Method::GET | Method::HEAD) {
        return empty(StatusCode::NOT_FOUND);
    }
    let mut response = Response::new(Body::from(text(app)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(CONTENT_TYPE));
    response
}
