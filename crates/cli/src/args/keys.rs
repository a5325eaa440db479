//! The arguments of `folkmoot keys`.

use clap::Subcommand;

use super::StorePlace;

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List the generations of sealing keys, and how many values each has sealed.
    List {
        #[command(flatten)]
        store: StorePlace,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Seal everything anew, by a new key, while the store is served. What was interrupted is finished by running it
    /// again.
    Rotate {
        #[command(flatten)]
        store: StorePlace,
        /// Only add the new key to the key file, so that it can be brought to every node before it is used.
        #[arg(long)]
        prepare: bool,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Remove an old key from the key file, once nothing is sealed by it any more.
    Forget {
        /// The generation.
        generation: u32,
        #[command(flatten)]
        store: StorePlace,
        /// Backups that need the old key have a copy of it.
        #[arg(long)]
        yes: bool,
    },
}
