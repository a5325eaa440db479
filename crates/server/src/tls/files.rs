//! Certificates in files: read, checked, and told when they have changed.

use std::fmt;
use std::fs::{self, File, Metadata};
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use rustls::crypto::CryptoProvider;

use super::certificate::{Certificate, Fault};
use crate::settings::CertificateFiles;

/// Certificates or keys that cannot be used: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {problem}")]
pub struct TlsError {
    place: String,
    problem: String,
}

impl TlsError {
    pub(crate) fn new(place: impl fmt::Display, problem: impl fmt::Display) -> TlsError {
        TlsError { place: place.to_string(), problem: problem.to_string() }
    }
}

/// A certificate, and the file that it came from.
#[derive(Clone, Debug)]
pub(crate) struct FromFile {
    pub(crate) path: PathBuf,
    pub(crate) certificate: Certificate,
}

/// Reads every certificate that the settings name, those named one by one first.
///
/// # Errors
/// Names the file, and says what is wrong with it.
pub(crate) fn read_all(
    files: &CertificateFiles,
    provider: &CryptoProvider,
) -> Result<Vec<FromFile>, TlsError> {
    let pairs = pairs(files)?;
    pairs.iter().map(|(certificate, key)| read(certificate, key, provider)).collect()
}

/// Every pair of files, those in the folder by name.
fn pairs(files: &CertificateFiles) -> Result<Vec<(PathBuf, PathBuf)>, TlsError> {
    let mut pairs = files.pairs.clone();
    let Some(folder) = &files.folder else { return Ok(pairs) };
    let cannot = |error: io::Error| TlsError::new(folder.display(), error);
    let mut certificates = Vec::new();
    for entry in fs::read_dir(folder).map_err(cannot)? {
        let path = entry.map_err(cannot)?.path();
        if path.extension().is_some_and(|extension| extension == "crt" || extension == "pem") {
            certificates.push(path);
        }
    }
    if certificates.is_empty() && files.pairs.is_empty() {
        return Err(TlsError::new(folder.display(), "holds no certificate: NAME.crt or NAME.pem"));
    }
    certificates.sort();
    pairs.extend(certificates.into_iter().map(|path| {
        let key = path.with_extension("key");
        (path, key)
    }));
    Ok(pairs)
}

fn read(path: &Path, key: &Path, provider: &CryptoProvider) -> Result<FromFile, TlsError> {
    let chain = fs::read(path).map_err(|error| TlsError::new(path.display(), error))?;
    let secret = read_key(key).map_err(|error| TlsError::new(key.display(), error))?;
    let certificate = Certificate::from_pem(&chain, &secret, provider).map_err(|fault| match fault {
        Fault::Certificate(problem) => TlsError::new(path.display(), problem),
        Fault::Key(problem) => TlsError::new(key.display(), problem),
    })?;
    Ok(FromFile { path: path.to_owned(), certificate })
}

/// Reads a private key, unless others could have read it, too.
fn read_key(path: &Path) -> io::Result<Vec<u8>> {
    let mut file = File::open(path)?;
    let mode = file.metadata()?.mode();
    if mode & 0o077 != 0 {
        let place = path.display();
        let problem = format!("can be read by others (mode {:o}); run: chmod 600 {place}", mode & 0o777);
        return Err(io::Error::other(problem));
    }
    let mut text = Vec::new();
    file.read_to_end(&mut text)?;
    Ok(text)
}

/// What files look like from outside. Two that differ mean that something was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Look(Vec<Option<Stamp>>);

/// What changes when a file is written, replaced, or a link is pointed elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    device: u64,
    inode: u64,
    mode: u32,
    length: u64,
    modified: (i64, i64),
    changed: (i64, i64),
}

impl From<Metadata> for Stamp {
    fn from(metadata: Metadata) -> Stamp {
        Stamp {
            device: metadata.dev(),
            inode: metadata.ino(),
            mode: metadata.mode(),
            length: metadata.len(),
            modified: (metadata.mtime(), metadata.mtime_nsec()),
            changed: (metadata.ctime(), metadata.ctime_nsec()),
        }
    }
}

impl Look {
    /// Looks at every file that the settings name, without reading any.
    pub(crate) fn at(files: &CertificateFiles) -> Look {
        let pairs = pairs(files).unwrap_or_default();
        let paths = pairs.iter().flat_map(|(certificate, key)| [certificate, key]);
        Look(paths.map(|path| fs::metadata(path).ok().map(Stamp::from)).collect())
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Folder {
            Folder(tempfile::tempdir().unwrap())
        }

        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }

        fn add(&self, name: &str, host: &str) -> (PathBuf, PathBuf) {
            let key = rcgen::KeyPair::generate().unwrap();
            let parameters = rcgen::CertificateParams::new([host.to_owned()]).unwrap();
            let (path, key_path) = (self.path(name), self.path(name).with_extension("key"));
            fs::write(&path, parameters.self_signed(&key).unwrap().pem()).unwrap();
            fs::write(&key_path, key.serialize_pem()).unwrap();
            fs::set_permissions(&key_path, PermissionsExt::from_mode(0o600)).unwrap();
            (path, key_path)
        }

        fn all(&self, pairs: &[(PathBuf, PathBuf)]) -> Result<Vec<String>, String> {
            let files = CertificateFiles { pairs: pairs.to_vec(), folder: Some(self.0.path().to_owned()) };
            let read = read_all(&files, &rustls::crypto::ring::default_provider());
            let here = format!("{}/", self.0.path().display());
            let read = read.map_err(|error| error.to_string().replace(&here, ""))?;
            Ok(read.into_iter().map(|one| one.certificate.names.concat()).collect())
        }
    }

    #[test]
    fn those_named_come_first_then_the_folder_by_name() {
        let (folder, elsewhere) = (Folder::new(), Folder::new());
        folder.add("b.pem", "b.example");
        folder.add("a.crt", "a.example");
        fs::write(folder.path("README"), "nothing").unwrap();
        let named = elsewhere.add("named.pem", "named.example");
        assert_eq!(folder.all(&[named]).unwrap(), ["named.example", "a.example", "b.example"]);
        assert_eq!(folder.all(&[]).unwrap(), ["a.example", "b.example"]);
    }

    #[test]
    fn a_key_that_others_can_read_is_refused_and_every_fault_names_its_file() {
        let folder = Folder::new();
        assert!(folder.all(&[]).unwrap_err().ends_with("holds no certificate: NAME.crt or NAME.pem"));
        let (path, key) = folder.add("a.pem", "a.example");
        for mode in [0o640, 0o604, 0o620] {
            fs::set_permissions(&key, PermissionsExt::from_mode(mode)).unwrap();
            let expected = format!("a.key: can be read by others (mode {mode:o}); run: chmod 600 a.key");
            assert_eq!(folder.all(&[]).unwrap_err(), expected);
        }
        fs::remove_file(&key).unwrap();
        assert_eq!(folder.all(&[]).unwrap_err(), "a.key: No such file or directory (os error 2)");
        fs::write(&path, "nothing").unwrap();
        fs::write(&key, "nothing").unwrap();
        fs::set_permissions(&key, PermissionsExt::from_mode(0o400)).unwrap();
        let expected = "a.pem: holds no certificate (-----BEGIN CERTIFICATE-----)";
        assert_eq!(folder.all(&[]).unwrap_err(), expected);
        let missing = CertificateFiles { pairs: Vec::new(), folder: Some("/nowhere".into()) };
        let error = read_all(&missing, &rustls::crypto::ring::default_provider()).unwrap_err();
        assert_eq!(error.to_string(), "/nowhere: No such file or directory (os error 2)");
    }

    #[test]
    fn a_look_tells_of_writing_replacing_adding_and_removing() {
        let folder = Folder::new();
        let (path, key) = folder.add("a.pem", "a.example");
        let files = CertificateFiles { pairs: Vec::new(), folder: Some(folder.0.path().to_owned()) };
        let mut last = Look::at(&files);
        assert_eq!(Look::at(&files), last);
        let mut differs = |what: &str| {
            let now = Look::at(&files);
            assert_ne!(now, last, "{what}");
            last = now;
        };
        fs::write(&path, "other").unwrap();
        differs("written");
        fs::write(folder.path("new"), "other").unwrap();
        fs::rename(folder.path("new"), &path).unwrap();
        differs("replaced");
        fs::set_permissions(&key, PermissionsExt::from_mode(0o400)).unwrap();
        differs("another mode");
        folder.add("b.pem", "b.example");
        differs("added");
        fs::remove_file(&key).unwrap();
        differs("removed");
    }
}
