//! Exit statuses: the same meaning in every command.

use std::process::ExitCode;

use crate::output;

/// How a command ended, other than by an error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// 0: everything asked for was done.
    Done,
    /// 3: some of it was.
    Partly,
    /// 4: none of it was, though something was asked for.
    Nothing,
    /// 5: the data given, or looked at, has faults; nothing was changed.
    Faults,
}

/// What `--help` says of exit statuses.
pub(crate) const HELP: &str = "Exit status: 0 all done, 1 an error, 2 wrong usage, 3 partly done, 4 nothing done, \
                               5 faults in the data.";

/// The status for the shell; an error is told on standard error, with its causes.
pub(crate) fn report(result: anyhow::Result<Exit>) -> ExitCode {
    match result {
        Ok(Exit::Done) => ExitCode::SUCCESS,
        Ok(Exit::Partly) => ExitCode::from(3),
        Ok(Exit::Nothing) => ExitCode::from(4),
        Ok(Exit::Faults) => ExitCode::from(5),
        Err(error) => {
            output::complain(format_args!("folkmoot: {error:#}"));
            ExitCode::FAILURE
        }
    }
}
