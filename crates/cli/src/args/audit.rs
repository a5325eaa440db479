//! The arguments of `folkmoot audit`.

use clap::Subcommand;

use super::Place;

#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Follow the chain of hashes from the first change to the newest, and tell the first that does not fit.
    Verify {
        #[command(flatten)]
        place: Place,
        /// A revision and its hash, as an earlier run told them: that the log is the same up to there. Only somebody who
        /// has noted it elsewhere can tell a log that was written anew as a whole.
        #[arg(long, value_name = "REVISION:HASH")]
        noted: Option<String>,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}
