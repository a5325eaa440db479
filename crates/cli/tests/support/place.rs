//! Stores for commands to work on: a data directory, or a database with a folder and a key beside it.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use folkmoot_testing::{Backend, TestDatabase};

use super::{Ran, folkmoot, text};

/// A place for a store.
pub(crate) struct Place {
    folder: PathBuf,
    database: Option<TestDatabase>,
}

impl Place {
    /// A data directory.
    pub(crate) fn embedded(folder: &Path) -> Place {
        Place { folder: folder.to_owned(), database: None }
    }

    /// Of the backend that tests run on; what is in files is below `folder`.
    pub(crate) fn chosen(folder: &Path) -> Place {
        let database = match Backend::chosen() {
            Backend::Sqlite => None,
            Backend::Postgres => {
                fs::create_dir_all(folder).unwrap();
                let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                Some(runtime.block_on(TestDatabase::create()))
            }
        };
        Place { folder: folder.to_owned(), database }
    }

    /// What names it as a target of `migrate-store`.
    pub(crate) fn url(&self) -> String {
        self.database.as_ref().map_or(format!("sqlite:{}", text(&self.folder)), TestDatabase::url)
    }

    /// Where its pictures are.
    pub(crate) fn blobs(&self) -> PathBuf {
        self.folder.join("blobs")
    }

    /// Where its key is.
    pub(crate) fn key(&self) -> PathBuf {
        self.folder.join("key")
    }

    /// Puts a key there before there is a store.
    pub(crate) fn give_key(&self, digits: &str) {
        fs::create_dir_all(self.blobs()).unwrap();
        fs::write(self.key(), digits).unwrap();
        fs::set_permissions(self.key(), fs::Permissions::from_mode(0o600)).unwrap();
    }

    /// Runs the program on it.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.command(arguments).output().unwrap())
    }

    /// The program, about to be run on it.
    pub(crate) fn command(&self, arguments: &[&str]) -> std::process::Command {
        let mut command = folkmoot(arguments);
        match &self.database {
            None => command.env("FOLKMOOT_DATA", &self.folder),
            Some(database) => command
                .env("FOLKMOOT_STORE_URL", database.url())
                .env("FOLKMOOT_BLOBS_URL", format!("file:{}", text(&self.blobs())))
                .env("FOLKMOOT_KEYS_FILE", self.key()),
        };
        command
    }

    /// Copies accounts from it to another, with further arguments.
    pub(crate) fn migrate(&self, to: &Place, more: &[&str]) -> Ran {
        Ran::of(self.migration(to, more).output().unwrap())
    }

    /// `migrate-store`, about to be run.
    pub(crate) fn migration(&self, to: &Place, more: &[&str]) -> std::process::Command {
        let (url, blobs, key) = (to.url(), format!("file:{}", text(&to.blobs())), to.key());
        let mut arguments = vec!["migrate-store", "--to", &url, "--settle", "0", "--json"];
        if to.database.is_some() {
            arguments.extend(["--to-blobs", &blobs]);
            // A database has no key beside it: the test's are copied there.
            if !key.exists() {
                fs::copy(self.key(), &key).unwrap();
            }
            arguments.extend(["--to-key", text(&key)]);
        }
        arguments.extend(more);
        self.command(&arguments)
    }

    /// Every export there is, and what `check` finds.
    #[track_caller]
    pub(crate) fn exports(&self, account: &str) -> Vec<String> {
        let export = |more: &[&str]| {
            let arguments = [&["export", "people", "--account", account, "--format"], more].concat();
            self.run(&arguments).expect(0).stdout
        };
        self.run(&["check", "--json"]).expect(0);
        vec![export(&["json"]), export(&["xml"]), export(&["csv", "--government-ids"])]
    }

    /// The states of its accounts, by name.
    #[track_caller]
    pub(crate) fn states(&self) -> Vec<(String, String)> {
        let listed = self.run(&["accounts", "list", "--json"]).expect(0).json();
        let accounts = listed["accounts"].as_array().unwrap().iter();
        let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
        accounts.map(|account| (text(&account["account"]), text(&account["state"]))).collect()
    }
}
