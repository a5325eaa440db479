//! What every test here needs: a store with people, a server on a real socket, a client.

mod authority;
mod client;
mod log;
mod people;
mod pictures;
mod raw;
mod server;
mod store;
mod tree;

pub(crate) use authority::{Authority, Speaking, handshake, shown};
pub(crate) use client::{Answer, Ask, Client};
pub(crate) use log::Log;
pub(crate) use people::{ALICE, GEORGE, HELEN, key_of, person, trio};
pub(crate) use pictures::{gif, jpeg, multipart, png, webp, with_exif};
pub(crate) use raw::{raw, statuses};
pub(crate) use server::{Server, eventually};
pub(crate) use store::{Kept, KeptClock, culture};
pub(crate) use tree::{Leaves, leaves_of_json, leaves_of_xml};

/// The moment at which everything here happens, unless a test moves the clock.
pub(crate) const NOW: &str = "2026-01-15T12:00:00Z";
