//! Telling how far a run is. Nothing here prints.

/// Something that happened.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// The list came: how many users, and how many pictures there may be to fetch.
    Listed {
        /// Users in the list.
        users: u64,
        /// Pictures to look at.
        pictures: u64,
    },
    /// Some pictures needed no transfer.
    Unchanged {
        /// How many.
        count: u64,
    },
    /// Bytes came in.
    Received {
        /// How many.
        bytes: u64,
    },
    /// A picture is on disk, durably.
    Stored {
        /// The user's id.
        user: &'a str,
        /// The file's name in the folder.
        file: &'a str,
    },
    /// A picture did not make it.
    Failed {
        /// The user's id.
        user: &'a str,
        /// Why.
        reason: &'a str,
    },
    /// A picture of somebody who has none any more was deleted.
    Pruned {
        /// The file's name in the folder.
        file: &'a str,
    },
}

/// Is told what happens. Called from several threads.
pub trait Progress: Send + Sync {
    /// Something happened.
    fn on(&self, event: Event<'_>);
}

/// Does not want to know.
impl Progress for () {
    fn on(&self, _: Event<'_>) {}
}

impl<F: Fn(Event<'_>) + Send + Sync> Progress for F {
    fn on(&self, event: Event<'_>) {
        self(event);
    }
}
