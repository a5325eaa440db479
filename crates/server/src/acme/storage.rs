//! Where the ACME account, certificates and what is being worked on are kept. All nodes see the same storage: one
//! orders, the others show.

use std::fmt::Debug;
use std::fs;
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::pin::Pin;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    /// The account at the authority, with its key.
    Account,
    /// A host's certificate and key, in PEM.
    Certificate,
    /// A token's answer to HTTP-01.
    HttpChallenge,
    /// A host's digest for TLS-ALPN-01.
    AlpnChallenge,
    /// A host that was asked for and has no certificate.
    Wanted,
    /// A host whose order failed: how often, and when it may be tried again.
    Failure,
}

impl Kind {
    fn folder(self) -> &'static str {
        match self {
            Kind::Account => "account",
            Kind::Certificate => "certificates",
            Kind::HttpChallenge => "http-01",
            Kind::AlpnChallenge => "tls-alpn-01",
            Kind::Wanted => "wanted",
            Kind::Failure => "failures",
        }
    }
}

/// Work on a storage that has been begun.
pub(crate) type Pending<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// An item's name, and what changes when its content does.
pub(crate) type Versioned = (String, String);

/// Keeps small things by kind and name, whole or not at all, and out of others' sight. Names are hosts and tokens:
/// ASCII letters, digits, `.`, `-` and `_`; nothing is found under any other.
pub(crate) trait Storage: Debug + Send + Sync {
    /// What is kept under a name, if anything is.
    fn read<'a>(&'a self, kind: Kind, name: &'a str) -> Pending<'a, Option<Vec<u8>>>;
    /// Keeps `content` instead of what was there.
    fn write<'a>(&'a self, kind: Kind, name: &'a str, content: Vec<u8>) -> Pending<'a, ()>;
    /// Removes what is there, if anything is.
    fn remove<'a>(&'a self, kind: Kind, name: &'a str) -> Pending<'a, ()>;
    /// Everything of a kind.
    fn list(&self, kind: Kind) -> Pending<'_, Vec<Versioned>>;
}

/// A folder, which several nodes may share.
#[derive(Clone, Debug)]
pub(crate) struct Folder(PathBuf);

impl Folder {
    /// The folder at `path`, made if it is not there.
    pub(crate) fn open(path: PathBuf) -> io::Result<Folder> {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
        Ok(Folder(path))
    }

    fn folder(&self, kind: Kind) -> PathBuf {
        self.0.join(kind.folder())
    }

    fn path(&self, kind: Kind, name: &str) -> io::Result<PathBuf> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_');
        if (1..=255).contains(&name.len()) && !name.starts_with('.') && name.bytes().all(plain) {
            Ok(self.folder(kind).join(name))
        } else {
            Err(io::Error::new(io::ErrorKind::InvalidInput, "not the name of a host or token"))
        }
    }

    fn write_now(&self, kind: Kind, name: &str, content: &[u8]) -> io::Result<()> {
        let (path, folder) = (self.path(kind, name)?, self.folder(kind));
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
        // Hidden: no name begins so.
        let new = folder.join(format!(".{name}"));
        let mut file =
            fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
        file.write_all(content)?;
        file.sync_all()?;
        fs::rename(&new, &path)?;
        fs::File::open(&folder)?.sync_all()
    }

    fn list_now(&self, kind: Kind) -> io::Result<Vec<Versioned>> {
        let entries = match fs::read_dir(self.folder(kind)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let mut all = Vec::new();
        for entry in entries {
            let entry = entry?;
            let Ok(name) = entry.file_name().into_string() else { continue };
            if name.starts_with('.') {
                continue;
            }
            match entry.metadata() {
                Ok(metadata) => all.push((name, version(&metadata))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(error),
            }
        }
        Ok(all)
    }

    /// Works on files where that holds nobody up.
    fn apart<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Folder) -> io::Result<T> + Send + 'static,
    ) -> Pending<'static, T> {
        let folder = self.clone();
        Box::pin(async move {
            tokio::task::spawn_blocking(move || {
                work(&folder)
                    .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.0.display())))
            })
            .await?
        })
    }
}

fn version(metadata: &fs::Metadata) -> String {
    let (inode, length) = (metadata.ino(), metadata.len());
    format!("{inode} {length} {}.{}", metadata.mtime(), metadata.mtime_nsec())
}

fn if_there<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

impl Storage for Folder {
    fn read<'a>(&'a self, kind: Kind, name: &'a str) -> Pending<'a, Option<Vec<u8>>> {
        let name = name.to_owned();
        self.apart(move |folder| if_there(folder.path(kind, &name).and_then(fs::read)))
    }

    fn write<'a>(&'a self, kind: Kind, name: &'a str, content: Vec<u8>) -> Pending<'a, ()> {
        let name = name.to_owned();
        self.apart(move |folder| folder.write_now(kind, &name, &content))
    }

    fn remove<'a>(&'a self, kind: Kind, name: &'a str) -> Pending<'a, ()> {
        let name = name.to_owned();
        self.apart(move |folder| if_there(folder.path(kind, &name).and_then(fs::remove_file)).map(|_| ()))
    }

    fn list(&self, kind: Kind) -> Pending<'_, Vec<Versioned>> {
        self.apart(move |folder| folder.list_now(kind))
    }
}

/// The folder of one authority within a folder of several: the accounts and certificates of one are of no use at
/// another, of which one is often only for trying.
pub(crate) fn of_authority(folder: &Path, directory: &str) -> PathBuf {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-') { letter } else { '_' }
    };
    let name: String = directory.trim_start_matches("https://").chars().map(plain).collect();
    folder.join(name.trim_start_matches('.'))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[tokio::test]
    async fn what_is_written_is_private_and_has_a_version() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("a/b");
        let storage = Folder::open(root.clone()).unwrap();
        assert_eq!(storage.list(Kind::Certificate).await.unwrap(), []);
        assert_eq!(storage.read(Kind::Certificate, "hr.example").await.unwrap(), None);
        storage.write(Kind::Certificate, "hr.example", b"one".to_vec()).await.unwrap();
        let first = storage.list(Kind::Certificate).await.unwrap();
        assert_eq!(storage.read(Kind::Certificate, "hr.example").await.unwrap().unwrap(), b"one");
        storage.write(Kind::Certificate, "hr.example", b"two".to_vec()).await.unwrap();
        let second = storage.list(Kind::Certificate).await.unwrap();
        assert_eq!((first.len(), &second[0].0), (1, &first[0].0));
        assert_ne!(first[0].1, second[0].1);
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(root.join("certificates/hr.example")), 0o600);
        assert_eq!((mode(root.clone()), mode(root.join("certificates"))), (0o700, 0o700));
        // What a crash has left half-way is no item.
        fs::write(root.join("certificates/.other.example"), "half").unwrap();
        assert_eq!(storage.list(Kind::Certificate).await.unwrap(), second);
        storage.remove(Kind::Certificate, "hr.example").await.unwrap();
        storage.remove(Kind::Certificate, "hr.example").await.unwrap();
        assert_eq!(storage.list(Kind::Certificate).await.unwrap(), []);
    }

    #[tokio::test]
    async fn no_name_leads_elsewhere() {
        let folder = tempfile::tempdir().unwrap();
        let storage = Folder::open(folder.path().join("acme")).unwrap();
        fs::create_dir(folder.path().join("acme/http-01")).unwrap();
        fs::write(folder.path().join("secret"), "secret").unwrap();
        let long = "x".repeat(256);
        for name in ["", ".", "..", "../../secret", "/etc/passwd", "a/b", "a\0b", ".hidden", "\u{e9}", &long]
        {
            assert_eq!(storage.read(Kind::HttpChallenge, name).await.unwrap(), None, "{name:?}");
            assert!(storage.write(Kind::HttpChallenge, name, Vec::new()).await.is_err(), "{name:?}");
        }
    }

    #[test]
    fn authorities_have_folders_of_their_own() {
        let of = |directory| of_authority(Path::new("/x"), directory).display().to_string();
        let production = of("https://acme-v02.api.letsencrypt.org/directory");
        assert_eq!(production, "/x/acme-v02.api.letsencrypt.org_directory");
        assert_eq!(of("https://[::1]:14000/../dir?a=b"), "/x/___1__14000_.._dir_a_b");
    }
}
