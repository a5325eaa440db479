//! Where everything is kept: the only crate that knows SQL and blobs.
//!
//! A [`Store`] is opened on one data directory (or, later, on a database and a bucket). Reads load a
//! [`folkmoot_core::Directory`]; writes go through a [`Tx`], which enters every change into the change log in the
//! same transaction.

mod account_lock;
mod accounts;
mod backup;
mod blobs;
mod canary;
mod chain;
mod change_people;
mod changes;
mod check;
mod correct;
mod data_dir;
mod db;
mod delete_account;
mod directory_image;
mod effects;
mod error;
mod find_accounts;
mod finding;
mod group;
mod history;
mod invitations;
mod key_uses;
mod keys;
mod leases;
mod load;
mod login_failures;
mod mobile_devices;
mod notices;
mod once;
mod options;
mod partial;
mod passwords;
mod payroll_and_quotas;
mod pictures;
mod progress;
mod refresh;
mod reseal;
mod roles;
mod rows;
mod statements;
mod store;
mod sums;
mod table;
mod tables;
mod transfer;
mod turns;
mod tx;
mod webhooks;
mod write_org;
mod write_people;

pub use accounts::{AccountExists, AccountSize};
pub use backup::{
    BackedUpAccount, BackupOptions, BackupReport, RestoreOptions, RestoreReport, restore, verify_backup,
};
pub use blobs::{
    Blobs, BlobsOptions, BlobsUrl, BucketLocation, ParseBlobsUrlError, Presigned, Presigner, S3Options,
    Staging,
};
pub use chain::{Break, Broken, Verified};
pub use change_people::{Parts, PersonAddition};
pub use changes::{Change, Records};
pub use check::{CheckOptions, CheckReport};
pub use correct::Correction;
pub use data_dir::DataDir;
pub use error::{StoreError, StoreResult};
pub use finding::{Finding, Place};
pub use invitations::{INVITATION_LASTS, Invitation};
pub use key_uses::{KEY_USE_NOTED_EVERY, KeyUse};
pub use keys::{KeyRing, KeySource, Keys};
pub use leases::Lease;
pub use login_failures::Subject;
pub use notices::{NodeId, NotANotice, Notice, Notices, Said};
pub use once::{Known, NamedChange};
pub use options::{Database, StoreOptions};
pub use passwords::Passwords;
pub use pictures::StoredPicture;
pub use progress::{OnProgress, Progress, Stage, no_progress};
pub use reseal::{ResealReport, SealedValues};
pub use store::Store;
pub use transfer::{ExportedAccount, MoveOptions, MovedAccount, Outcome, TableHash};
pub use tx::{Author, Tx};
pub use webhooks::{
    Delivery, DeliveryState, Event, Outcome as DeliveryOutcome, Progress as DeliveryProgress, Subscription,
    WebHook, WebHookChange, WebHookSecrets,
};
pub use write_org::OrgItem;
