//! `GET /find_accounts` on the base domain (`misc.md`): in which accounts somebody has an address. Anybody may ask, so
//! it is off unless the operator turns it on, and nobody may ask often.

use std::net::IpAddr;

use axum::body::Body;
use folkmoot_core::{Text, check_email};
use folkmoot_wire::{Emit, Form, Format, Limits, List, Render, document};
use http::{HeaderValue, Method, Response, header};

use crate::app::App;
use crate::error::Refusal;
use crate::rate_limit::RateLimit;

pub(crate) const JSON: &str = "/find_accounts.json";
pub(crate) const XML: &str = "/find_accounts.xml";

/// How often a client may ask in a minute, and all of them: enough for people who have forgotten, and too little to
/// try out addresses.
pub(crate) fn limit() -> RateLimit {
    RateLimit::new(10, 600)
}

/// The format, if it is this that is asked for.
pub(crate) fn format_of(path: &str) -> Option<Format> {
    match path {
        JSON => Some(Format::Json),
        XML => Some(Format::Xml),
        _ => None,
    }
}

/// Answers a request of `client`.
pub(crate) async fn answer(
    app: &App,
    client: IpAddr,
    method: &Method,
    query: Option<&str>,
    format: Format,
) -> Result<Response<Body>, Refusal> {
    if !matches!(*method, Method::GET | Method::HEAD) {
        return Err(Refusal::MethodNotAllowed("GET, HEAD"));
    }
    let clock = app.store.clock();
    if !app.searches.allows(client, clock.now()) {
        return Err(Refusal::too_much(60, "Too much was asked; try again in a minute."));
    }
    let form = Form::parse(query.unwrap_or_default().as_bytes(), &Limits::default())
        .map_err(|error| Refusal::validation(error.to_string()))?;
    let email = form.text("email").ok_or_else(|| Refusal::validation("email: is required."))?;
    check_email(email).map_err(|error| Refusal::validation(format!("email: {error}.")))?;
    let found = app.store.accounts_of_email(email, clock.today()).await?;
    let items: Vec<Found> = found.into_iter().map(Found).collect();
    let body = document(format, "accounts", &List { item: "account", items: &items });
    let mut response = Response::new(Body::from(body));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(format.content_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// An account, by its subdomain alone.
struct Found(Text);

impl Render for Found {
    fn render<E: Emit>(&self, out: &mut E) {
        out.begin_object();
        out.key("shortname");
        out.string(&self.0);
        out.end_object();
    }
}
