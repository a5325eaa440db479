//! A place of its own in a bucket, for each test.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::s3::S3Server;
use crate::{ACCESS_KEY, SECRET_KEY};

/// The environment variable with the address of an S3 server that tests use in place of their own. The bucket
/// `folkmoot-test` must be there.
pub const ENDPOINT_VARIABLE: &str = "FOLKMOOT_TEST_S3_ENDPOINT";
const ACCESS_KEY_VARIABLE: &str = "FOLKMOOT_TEST_S3_ACCESS_KEY";
const SECRET_KEY_VARIABLE: &str = "FOLKMOOT_TEST_S3_SECRET_KEY";

/// A prefix in a bucket that nobody else uses, on a server for this test alone unless the environment names another.
#[derive(Debug)]
pub struct TestBucket {
    /// The server's address.
    pub endpoint: String,
    /// The bucket's name.
    pub bucket: String,
    /// The prefix, without slashes at its ends.
    pub prefix: String,
    /// Who may do everything.
    pub access_key: String,
    /// What they sign with.
    pub secret_key: String,
    own: Option<(S3Server, tempfile::TempDir)>,
}

impl TestBucket {
    /// A new one.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn create() -> TestBucket {
        static MADE: AtomicU64 = AtomicU64::new(0);
        let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let prefix = format!("test-{}-{}", std::process::id(), MADE.fetch_add(1, Ordering::Relaxed));
        if let Some(endpoint) = variable(ENDPOINT_VARIABLE) {
            return TestBucket {
                endpoint,
                bucket: "folkmoot-test".to_owned(),
                prefix,
                access_key: variable(ACCESS_KEY_VARIABLE).unwrap_or_default(),
                secret_key: variable(SECRET_KEY_VARIABLE).unwrap_or_default(),
                own: None,
            };
        }
        TestBucket::served_here(prefix)
    }

    /// A new one, on a server for this test alone whatever the environment says.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn on_own_server() -> TestBucket {
        TestBucket::served_here("own".to_owned())
    }

    fn served_here(prefix: String) -> TestBucket {
        let folder = tempfile::tempdir().unwrap_or_else(|error| panic!("a folder for S3: {error}"));
        let server = S3Server::start(folder.path()).unwrap_or_else(|error| panic!("an S3 server: {error}"));
        TestBucket {
            endpoint: server.endpoint.clone(),
            bucket: server.bucket.clone(),
            prefix,
            access_key: ACCESS_KEY.to_owned(),
            secret_key: SECRET_KEY.to_owned(),
            own: Some((server, folder)),
        }
    }

    /// The folder with the objects below the prefix, each a file by its key, where the server is of this test alone.
    pub fn files(&self) -> Option<PathBuf> {
        let (_, folder) = self.own.as_ref()?;
        Some(folder.path().join(&self.bucket).join(&self.prefix))
    }

    /// The server of this test alone, where there is one: it can be stopped.
    pub fn own(&mut self) -> Option<OwnServer<'_>> {
        let (server, folder) = self.own.as_mut()?;
        Some(OwnServer { server, folder: folder.path() })
    }
}

/// What can be done with a server that no other test uses.
#[derive(Debug)]
pub struct OwnServer<'a> {
    server: &'a mut S3Server,
    folder: &'a Path,
}

impl OwnServer<'_> {
    /// Cuts every connection and takes no more.
    pub fn stop(&mut self) {
        self.server.stop();
    }

    /// Serves again, at the same address.
    ///
    /// # Panics
    /// When it cannot.
    pub fn start_again(&mut self) {
        let address = self.server.address;
        *self.server = S3Server::start_at(self.folder, address)
            .unwrap_or_else(|error| panic!("an S3 server at {address}: {error}"));
    }
}
