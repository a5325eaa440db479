//! The server as its clients meet it: a real socket, a real store, real HTTP.

mod errors;
mod golden;
mod support;
mod visibility;
