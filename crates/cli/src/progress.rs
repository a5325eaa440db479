//! Progress of long work, on a terminal; nothing where nobody looks.

use std::io::IsTerminal;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// A bar that counts `what`; `None` for a total that is not known yet.
pub(crate) fn bar(total: Option<u64>, what: &'static str, quiet: bool) -> ProgressBar {
    if quiet || !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::with_draw_target(total, ProgressDrawTarget::stderr());
    let template = match total {
        Some(_) => "{msg} {wide_bar} {pos}/{len} ({eta} left)",
        None => "{spinner} {msg} {pos}",
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(what);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// A bar, and what shows the store's progress on it.
pub(crate) fn of_store(quiet: bool) -> (ProgressBar, folkmoot_store::OnProgress) {
    let bar = bar(Some(0), "", quiet);
    let shown = bar.clone();
    let on_progress = move |progress: folkmoot_store::Progress| {
        shown.set_message(progress.stage.to_string());
        shown.set_length(progress.total);
        shown.set_position(progress.done);
    };
    (bar, std::sync::Arc::new(on_progress))
}
