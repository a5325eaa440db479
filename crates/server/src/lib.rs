//! HTTP: from a connection to an answer (`http.md`). [`App`] holds what every request shares, [`listen`] serves it.

mod api;
mod app;
mod authenticate;
mod compress;
mod conditional;
mod context;
mod decoding;
mod document_cache;
mod edges;
mod error;
mod front;
mod host;
mod input;
mod listen;
mod live;
mod password_cache;
mod picture_cache;
mod range;
mod request_id;
mod respond;
mod routes;
pub mod settings;
mod user_list;

pub use app::App;
pub use edges::{SystemClock, SystemRandom};
pub use listen::{Listening, listen};
pub use live::LiveAccount;
pub use routes::ROUTES;
pub use settings::Settings;
