//! A typed, async client for any server that speaks the API, and the engine that mirrors everybody's picture.
//!
//! [`Client`] answers the calls, those of the whole API by [`Client::api`] ([`api`] has an example); [`webhook`] reads what
//! webhooks post; [`mirror`] pulls all pictures into a folder, pushes a folder of pictures to
//! the server, and tells who has a picture and who has none. Nothing here prints.
//!
//! Credentials go to the account's own origin and nowhere else: not to object storage, and not after a redirect.

pub mod api;
mod body;
mod builder;
mod client;
mod connect;
mod document;
mod download;
mod error;
mod explanation;
mod list;
pub mod mirror;
mod origin;
pub mod pace;
mod picture;
mod retry;
mod transport;
mod user;
pub mod webhook;

pub use builder::{ClientBuilder, Format, HttpVersion, Timeouts};
pub use client::Client;
pub use download::{Download, Fetched, Validators};
pub use error::{Error, Result, printable};
pub use picture::PictureKind;
pub use retry::RetryPolicy;
pub use user::{Assignment, Avatar, User};
