//! The server as its clients meet it: a real socket, a real store, real HTTP.

mod crawl;
mod errors;
mod golden;
mod hostile;
mod http;
mod lists;
mod pictures;
mod routes;
mod support;
mod visibility;
