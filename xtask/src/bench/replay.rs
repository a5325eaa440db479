//! The bare server, given the bytes that Folkmoot sends.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use super::fetch::{Answer, fetch};
use super::server::{Credentials, Server};
use crate::run;

/// A resource in a coding.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Resource {
    pub(super) path: String,
    pub(super) gzip: bool,
}

/// What Folkmoot answers for a resource.
pub(super) struct Captured {
    pub(super) resource: Resource,
    pub(super) full: Answer,
    etag: String,
    not_modified: Answer,
}

impl Resource {
    /// The header lines that ask for it.
    pub(super) fn headers(&self, credentials: &Credentials) -> Vec<String> {
        let mut headers = credentials.headers();
        if self.gzip {
            headers.push("Accept-Encoding: gzip".to_owned());
        }
        headers
    }
}

impl Captured {
    /// Fetches the resource, and what its entity tag gets.
    pub(super) fn from(server: &Server, credentials: &Credentials, resource: Resource) -> Result<Captured> {
        let url = format!("{}{}", server.url()?, resource.path);
        let mut headers = resource.headers(credentials);
        // The first answer is made while it is sent; the second shows how it is sent from then on.
        fetch(&url, &headers)?;
        let full = fetch(&url, &headers)?;
        ensure!(full.status == 200, "{url}: {}", full.status);
        let etag = full.header("etag").context("no entity tag")?.to_owned();
        headers.push(format!("If-None-Match: {etag}"));
        let not_modified = fetch(&url, &headers)?;
        ensure!(not_modified.status == 304, "{url}: {} for its own entity tag", not_modified.status);
        Ok(Captured { resource, full, etag, not_modified })
    }

    /// The header lines that get `304 Not Modified`.
    pub(super) fn conditional_headers(&self, credentials: &Credentials) -> Vec<String> {
        let mut headers = self.resource.headers(credentials);
        headers.push(format!("If-None-Match: {}", self.etag));
        headers
    }

    /// Fails unless `server` answers the very same.
    fn ensure_same(&self, server: &Server, credentials: &Credentials) -> Result<()> {
        let url = format!("{}{}", server.url()?, self.resource.path);
        let full = fetch(&url, &self.resource.headers(credentials))?;
        let not_modified = fetch(&url, &self.conditional_headers(credentials))?;
        for (ours, theirs) in [(&self.full, &full), (&self.not_modified, &not_modified)] {
            ensure!(ours.status == theirs.status, "{url}: {} and {}", ours.status, theirs.status);
            ensure!(ours.headers == theirs.headers, "{url}: {:?} and {:?}", ours.headers, theirs.headers);
            ensure!(ours.body == theirs.body, "{url}: the bodies differ");
        }
        let stranger = Credentials { key: "0".repeat(40), ..credentials.clone() };
        let refused = fetch(&url, &self.resource.headers(&stranger))?;
        ensure!(refused.status == 401, "{url}: {} for a wrong key", refused.status);
        Ok(())
    }
}

/// Starts the bare server with these answers, and makes sure that it sends the very same.
pub(super) fn start(bare: &Path, credentials: &Credentials, captured: &[Captured]) -> Result<Server> {
    // The bare server has read everything when it says that it is ready.
    let folder = tempfile::tempdir()?;
    let mut answers = Vec::new();
    for (index, one) in captured.iter().enumerate() {
        let body = folder.path().join(index.to_string());
        fs::write(&body, &one.full.body)?;
        answers.push(json!({
            "path": one.resource.path,
            "gzip": one.resource.gzip,
            "etag": one.etag,
            "headers": pairs(&one.full),
            "not_modified_headers": pairs(&one.not_modified),
            "body": body,
        }));
    }
    let given = json!({ "username": credentials.username, "key": credentials.key, "answers": answers });
    let file = folder.path().join("answers.json");
    fs::write(&file, given.to_string())?;
    let server = Server::start(run::program(bare).arg(&file))?;
    for one in captured {
        one.ensure_same(&server, credentials)?;
    }
    Ok(server)
}

/// The headers, and a number for the request: it is part of what is sent, though another each time.
fn pairs(answer: &Answer) -> Value {
    let number = ("x-request-id".to_owned(), "0123456789abcdef0123456789abcdef".to_owned());
    answer.headers.iter().chain([&number]).map(|(name, value)| json!([name, value])).collect()
}
