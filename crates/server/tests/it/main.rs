//! The server as its clients meet it: a real socket, a real store, real HTTP.

mod accounts;
mod acme;
mod bucket;
mod changes;
mod crawl;
mod errors;
mod golden;
mod history;
mod hostile;
mod http;
mod isolation;
mod lists;
mod mobile_devices;
mod nodes;
mod operations;
mod pictures;
mod postgres_only;
mod roles;
mod routes;
mod shapes;
mod support;
mod tls;
mod visibility;
mod webhooks;
mod writes;
