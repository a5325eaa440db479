//! The arguments of `folkmoot webhooks`.

use clap::{Args, Subcommand};

use super::Place;

#[derive(Debug, Subcommand)]
pub(crate) enum WebHooks {
    /// List webhooks.
    List {
        #[command(flatten)]
        place: Place,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Add a webhook, and print its new signing secret, this once.
    Add(AddWebHook),
    /// Delete a webhook: nothing is posted to it any more.
    Delete {
        /// The webhook's number.
        webhook: i64,
        #[command(flatten)]
        place: Place,
    },
    /// List what was delivered to a webhook, the newest first.
    Deliveries {
        /// The webhook's number.
        webhook: i64,
        #[command(flatten)]
        place: Place,
        /// How many.
        #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        limit: u32,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Send a delivery once more, from this machine, and tell what came of that.
    Resend {
        /// The delivery's number.
        delivery: i64,
        #[command(flatten)]
        place: Place,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Args, Debug)]
pub(crate) struct AddWebHook {
    /// What it is called.
    #[arg(long, value_name = "NAME")]
    pub(crate) name: String,
    /// Which events: `Object[.Action[.ID]]`, such as User, User.Edit or User.Delete.7.
    #[arg(long, value_name = "HANDLE")]
    pub(crate) handle: String,
    /// Where they are posted to.
    #[arg(long, value_name = "URL")]
    pub(crate) url: String,
    /// Encrypt bodies by a key of up to 16 characters, read from standard input.
    #[arg(long)]
    pub(crate) encrypted: bool,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}
