//! What goes in, what comes out, and what must not.

mod formats;
mod hostile;
mod make;
mod metadata;
mod mutations;
mod sizes;
