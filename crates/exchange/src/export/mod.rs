//! People to files, as a viewer sees them.

use std::io::{self, Write};

use folkmoot_core::{Directory, Sealed, Viewer};

/// Opens what the store has sealed, for an export that is to contain it.
pub trait Opener {
    /// The text that was sealed, or `None` when it cannot be opened.
    fn open(&self, sealed: &Sealed) -> Option<String>;
}

/// What an export contains.
#[derive(Clone, Copy, Default)]
pub struct ExportOptions<'a> {
    /// Opens government numbers. Without it they are left out, column and all.
    pub opener: Option<&'a dyn Opener>,
}

/// Writes everybody whom `viewer` may know of as CSV.
///
/// # Errors
/// When `out` does.
pub fn csv(
    _directory: &Directory,
    _viewer: &Viewer,
    _options: &ExportOptions<'_>,
    _out: &mut dyn Write,
) -> io::Result<()> {
    Ok(())
}
