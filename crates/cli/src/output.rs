//! What is said, and where: results on standard output, everything else on standard error.

use std::fmt::Display;
use std::io::{self, Write};

/// A line of the result. A reader that has gone away (`| head`) is no error of ours.
pub(crate) fn say(line: impl Display) {
    let _ = writeln!(io::stdout().lock(), "{line}");
}

/// A line about how it went.
pub(crate) fn complain(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// A JSON result, on one line.
pub(crate) fn say_json(value: &serde_json::Value) {
    say(value);
}
