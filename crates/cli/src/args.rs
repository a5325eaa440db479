//! The command line.

mod audit;
mod keys;
mod webhooks;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use audit::Audit;
pub(crate) use keys::Keys;
pub(crate) use webhooks::{AddWebHook, WebHooks};

use crate::exit;

/// A self-hosted HR system of record that speaks the TribeHR API.
#[derive(Debug, Parser)]
#[command(name = "folkmoot", version, about, propagate_version = true, after_help = exit::HELP)]
pub(crate) struct Arguments {
    /// Configuration file (TOML); see `folkmoot config`.
    #[arg(long, global = true, env = "FOLKMOOT_CONFIG", value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new store with an account and its administrator, and print the administrator's API key once.
    Init(Init),
    /// Make up a company, with people and pictures, and serve it.
    Demo(Demo),
    /// Serve a store.
    Serve(Serve),
    /// Bring data in.
    #[command(subcommand)]
    Import(Import),
    /// Take data out.
    #[command(subcommand)]
    Export(Export),
    /// Look at users, and give them keys and passwords.
    #[command(subcommand)]
    Users(Users),
    /// Look at the keys by which secrets are sealed, and change them.
    #[command(subcommand)]
    Keys(Keys),
    /// Mirror profile pictures from, or to, any server that speaks the API.
    #[command(subcommand)]
    Avatars(Avatars),
    /// Make, list, suspend, export and delete accounts.
    #[command(subcommand)]
    Accounts(Accounts),
    /// Look after webhooks, and what became of their deliveries.
    #[command(subcommand)]
    Webhooks(WebHooks),
    /// Look whether the change log is as it was written.
    #[command(subcommand)]
    Audit(Audit),
    /// Copy accounts to another store, verified by hashes: another database, other pictures, another key.
    MigrateStore(MigrateStore),
    /// Copy a store, while it is being served.
    Backup(Backup),
    /// Make a store of a backup.
    Restore(Restore),
    /// Look for damage in a store.
    Check(Check),
    /// Print the settings in force, and where each comes from.
    Config(Config),
    /// Print a completion script for a shell.
    Completions(Completions),
    /// Write the manual pages.
    Man(Man),
    /// Write the reference pages of the documentation.
    #[command(hide = true)]
    Docs(Docs),
}

/// Which store.
#[derive(Args, Clone, Debug)]
pub(crate) struct StorePlace {
    /// The data directory. [default: what the setting store.url names, folkmoot-data]
    #[arg(long, env = "FOLKMOOT_DATA", value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
}

/// Which store, and which account of it.
#[derive(Args, Clone, Debug)]
pub(crate) struct Place {
    #[command(flatten)]
    pub(crate) store: StorePlace,
    /// The account, where there are several.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
}

#[derive(Args, Debug)]
pub(crate) struct Init {
    #[command(flatten)]
    pub(crate) store: StorePlace,
    /// The account's name: the first label of its host name.
    #[arg(long, value_name = "NAME")]
    pub(crate) account: String,
    /// The administrator's username.
    #[arg(long, value_name = "USERNAME")]
    pub(crate) admin: String,
    /// The administrator's e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: String,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Demo {
    /// How many people, leavers included. [default: 250]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=5_000_000))]
    pub(crate) people: Option<u32>,
    /// The data directory; one that holds the demo already is served as it is.
    #[arg(long, default_value = "folkmoot-demo", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// Address to listen on; port 0 picks a free one. [default: the setting server.listen, 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Leave the pictures out.
    #[arg(long)]
    pub(crate) no_pictures: bool,
    /// Make the company and do not serve it.
    #[arg(long)]
    pub(crate) no_serve: bool,
    /// Print one line of JSON when ready: url, username, `api_key`, data.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) store: StorePlace,
    /// Address to listen on; port 0 picks a free one. [default: the setting server.listen, 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub(crate) listen: Option<SocketAddr>,
    /// Print one line of JSON when ready: url, `https_url` (null without TLS), username (always null), data.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Add people from a CSV or JSON file: all of them, or, where the file has a fault, none.
    People(ImportPeople),
}

#[derive(Args, Debug)]
pub(crate) struct ImportPeople {
    /// The file: CSV with a header row of field names, or JSON as the API writes it.
    pub(crate) file: PathBuf,
    /// A folder of pictures, named by username, e-mail address, employee number or id.
    #[arg(long, value_name = "DIR")]
    pub(crate) pictures: Option<PathBuf>,
    /// Check everything and change nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Keep the file's ids, times and API keys.
    #[arg(long)]
    pub(crate) keep_ids: bool,
    /// The file's format. [default: by its name]
    #[arg(long, value_enum)]
    pub(crate) format: Option<ImportFormat>,
    #[command(flatten)]
    pub(crate) place: Place,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportFormat {
    Csv,
    Json,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Write everybody, as an administrator sees them.
    People(ExportPeople),
}

#[derive(Args, Debug)]
pub(crate) struct ExportPeople {
    /// The format.
    #[arg(long, value_enum)]
    pub(crate) format: ExportFormat,
    /// The file to write. [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Include government numbers (CSV only).
    #[arg(long)]
    pub(crate) government_ids: bool,
    #[command(flatten)]
    pub(crate) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportFormat {
    Json,
    Csv,
    Xml,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Users {
    /// List users.
    List {
        /// Include those who have left.
        #[arg(long)]
        all: bool,
        #[command(flatten)]
        place: Place,
        /// Print JSON, as the API lists users.
        #[arg(long)]
        json: bool,
    },
    /// Show one user in full, as an administrator sees them.
    Show {
        /// Username, e-mail address or id.
        user: String,
        #[command(flatten)]
        place: Place,
        /// Print JSON on one line.
        #[arg(long)]
        json: bool,
    },
    /// Tell what somebody sees of a user, field by field, and by which role, or why not.
    Explain {
        /// Username, e-mail address or id of the one who is seen.
        user: String,
        /// Username, e-mail address or id of the one who looks.
        #[arg(long, value_name = "USER")]
        viewer: String,
        #[command(flatten)]
        place: Place,
        /// Print JSON, as the API explains it.
        #[arg(long)]
        json: bool,
    },
    /// Give a user a new API key, print it once, and make the old one worthless.
    NewKey {
        /// Username, e-mail address or id.
        user: String,
        #[command(flatten)]
        place: Place,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Take a user's API key away.
    RevokeKey {
        /// Username, e-mail address or id.
        user: String,
        #[command(flatten)]
        place: Place,
    },
    /// List who has an API key, and when it was last used.
    Keys {
        #[command(flatten)]
        place: Place,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Give a user a password, read from standard input.
    SetPassword {
        /// Username, e-mail address or id.
        user: String,
        #[command(flatten)]
        place: Place,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum Avatars {
    /// Fetch everybody's picture into a folder; a second run fetches what changed.
    Pull(AvatarsPull),
    /// Upload a folder of pictures, named by username, e-mail address, employee number or id.
    Push(AvatarsPush),
    /// Tell who has a picture, who has none, and what in a folder is out of date.
    Report(AvatarsReport),
}

/// Which account, and as whom.
#[derive(Args, Clone, Debug)]
pub(crate) struct Remote {
    /// The account's address, such as <https://acme.example.com>.
    pub(crate) url: String,
    /// Username or e-mail address of an administrator.
    #[arg(long, value_name = "USERNAME")]
    pub(crate) username: String,
    /// A file that holds the API key (or password) on its first line.
    #[arg(long, value_name = "FILE", conflicts_with = "key_env", required_unless_present = "key_env")]
    pub(crate) key_file: Option<PathBuf>,
    /// An environment variable that holds the API key (or password).
    #[arg(long, value_name = "NAME")]
    pub(crate) key_env: Option<String>,
    /// The format in which the list of users is asked for.
    #[arg(long, value_enum, default_value_t = RemoteFormat::Json)]
    pub(crate) format: RemoteFormat,
    /// A file with a certificate authority to trust besides the system's (PEM).
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
    /// Send credentials over plain HTTP also to other machines.
    #[arg(long)]
    pub(crate) allow_plain_http: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RemoteFormat {
    Json,
    Xml,
}

#[derive(Args, Debug)]
pub(crate) struct AvatarsPull {
    #[command(flatten)]
    pub(crate) remote: Remote,
    /// The folder to fill.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
    /// How many pictures are in flight at once.
    #[arg(long, value_name = "N", default_value_t = folkmoot_client::mirror::DEFAULT_JOBS)]
    pub(crate) jobs: usize,
    /// How files are named: {username}, {id}, {email}, {`display_name`}, {`employee_number`}.
    #[arg(long, value_name = "TEMPLATE", default_value = "{username}")]
    pub(crate) name: String,
    /// Delete pictures of people who left or took theirs away.
    #[arg(long)]
    pub(crate) prune: bool,
    /// Fetch everything again.
    #[arg(long)]
    pub(crate) force: bool,
    /// Print a report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AvatarsPush {
    #[command(flatten)]
    pub(crate) remote: Remote,
    /// The folder of pictures.
    #[arg(long, value_name = "DIR")]
    pub(crate) from: PathBuf,
    /// How many uploads are in flight at once.
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub(crate) jobs: usize,
    /// Print a report as JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct AvatarsReport {
    #[command(flatten)]
    pub(crate) remote: Remote,
    /// The folder to compare with.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Accounts {
    /// Make an account and its administrator, and print the administrator's API key once.
    Create(CreateAccount),
    /// List all accounts.
    List {
        #[command(flatten)]
        store: StorePlace,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Let nobody use an account until it is resumed.
    Suspend(OneAccount),
    /// Put an account into service again.
    Resume(OneAccount),
    /// Ask everybody of an account to try later, or no longer.
    Maintenance {
        /// Whether it is.
        switch: Switch,
        #[command(flatten)]
        account: OneAccount,
    },
    /// Give an account another name: it is then at another host name.
    Rename {
        #[command(flatten)]
        account: OneAccount,
        /// The new name: the first label of its host name.
        #[arg(value_name = "NEW_NAME")]
        to: String,
    },
    /// Remove everything of an account, for good; only its number is kept, so that none gets it again.
    Delete {
        #[command(flatten)]
        account: OneAccount,
        /// Do it without asking.
        #[arg(long)]
        yes: bool,
    },
    /// Make a data directory with one account and a key of its own, which can be served by itself.
    Export {
        #[command(flatten)]
        account: OneAccount,
        /// The data directory to make; it must not exist yet.
        #[arg(long, value_name = "DIR")]
        out: PathBuf,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

/// One account of a store.
#[derive(Args, Debug)]
pub(crate) struct OneAccount {
    /// The account's name.
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) store: StorePlace,
}

#[derive(Args, Debug)]
pub(crate) struct CreateAccount {
    /// The account's name: the first label of its host name.
    pub(crate) name: String,
    /// The company's name. [default: the account's]
    #[arg(long, value_name = "NAME")]
    pub(crate) company: Option<String>,
    /// The administrator's username.
    #[arg(long, value_name = "USERNAME")]
    pub(crate) admin: String,
    /// The administrator's e-mail address.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) email: String,
    #[command(flatten)]
    pub(crate) store: StorePlace,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct MigrateStore {
    #[command(flatten)]
    pub(crate) store: StorePlace,
    /// The store to copy to: `sqlite:DIR`, made if it is not there, or `postgres://user@host/database`. A password is
    /// better left to `PGPASSWORD` or `~/.pgpass`.
    #[arg(long, value_name = "URL")]
    pub(crate) to: String,
    /// Where pictures go, as in blobs.url. [default: for sqlite: the data directory, else blobs.url]
    #[arg(long, value_name = "URL")]
    pub(crate) to_blobs: Option<String>,
    /// The key file of the target, made if it is not there. [default: the key that the target has, or this store's]
    #[arg(long, value_name = "FILE")]
    pub(crate) to_key: Option<PathBuf>,
    /// The account to copy. [default: all]
    #[arg(long, value_name = "NAME")]
    pub(crate) account: Option<String>,
    /// Leave the accounts in service meanwhile: what is written after an account was read stays behind.
    #[arg(long)]
    pub(crate) while_serving: bool,
    /// How long to wait after the accounts were put into maintenance, until every node knows.
    #[arg(long, value_name = "SECONDS", default_value_t = 3)]
    pub(crate) settle: u64,
    /// Read and verify everything, tell what would be done, and copy nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Backup {
    /// The folder to make; it must not exist yet.
    pub(crate) target: PathBuf,
    #[command(flatten)]
    pub(crate) store: StorePlace,
    /// An earlier backup: only what has changed since is written, and that one is needed to restore this one.
    #[arg(long, value_name = "BACKUP")]
    pub(crate) since: Option<PathBuf>,
    /// Leave the key out: without it, nothing that is sealed can be opened again. Keep it elsewhere.
    #[arg(long)]
    pub(crate) without_key: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Restore {
    /// The backup.
    pub(crate) source: PathBuf,
    /// The data directory to make.
    #[arg(long, env = "FOLKMOOT_DATA", default_value = "folkmoot-data", value_name = "DIR")]
    pub(crate) data: PathBuf,
    /// The key file, for a backup without one.
    #[arg(long, value_name = "FILE")]
    pub(crate) key: Option<PathBuf>,
    /// Where the backups are that this one was made since, if neither beside it nor where they were.
    #[arg(long, value_name = "DIR")]
    pub(crate) parents: Option<PathBuf>,
    /// Verify that it can be restored, and write nothing.
    #[arg(long)]
    pub(crate) verify: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) store: StorePlace,
    /// Remove what nothing refers to: leftover pictures and temporary files.
    #[arg(long)]
    pub(crate) repair: bool,
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Config {
    /// Print JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct Completions {
    /// The shell.
    pub(crate) shell: clap_complete::Shell,
}

#[derive(Args, Debug)]
pub(crate) struct Man {
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}

#[derive(Args, Debug)]
pub(crate) struct Docs {
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    pub(crate) out: PathBuf,
}
