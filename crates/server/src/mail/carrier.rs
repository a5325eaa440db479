//! Who takes mail: a mail server, or a folder.

use std::path::{Path, PathBuf};
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::ExposeSecret;

use crate::settings::{MailSettings, MailTls};

/// How long a mail server may take for each step.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Why mail was not handed over. It names no secret, and nobody's address.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MailError {
    /// There is nobody to hand it to.
    #[error("neither mail.server nor mail.folder is set")]
    Nobody,
    /// The store does not tell whose it is.
    #[error(transparent)]
    Store(#[from] folkmoot_store::StoreError),
    /// It cannot be written as mail.
    #[error("it cannot be written as mail: {0}")]
    Unwritable(String),
    /// The mail server did not take it.
    #[error("the mail server did not take it: {0}")]
    Server(#[from] lettre::transport::smtp::Error),
    /// The folder did not take it.
    #[error("{}: {error}", .folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
}

/// Who takes mail.
#[derive(Debug)]
pub(super) enum Carrier {
    /// Nobody: it waits.
    Nobody,
    Server(Box<AsyncSmtpTransport<Tokio1Executor>>),
    Folder(PathBuf),
}

impl Carrier {
    pub(super) fn new(settings: &MailSettings, folder: Option<PathBuf>) -> Result<Carrier, MailError> {
        let Some(server) = &settings.server else {
            return Ok(folder.map_or(Carrier::Nobody, Carrier::Folder));
        };
        let transport = match server.tls {
            MailTls::Implicit => AsyncSmtpTransport::<Tokio1Executor>::relay(&server.host)?,
            MailTls::StartTls => AsyncSmtpTransport::<Tokio1Executor>::starttls_relay(&server.host)?,
            MailTls::None => AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host),
        };
        let mut transport = transport.port(server.port).timeout(Some(TIMEOUT));
        if let Some((name, password)) = &settings.login {
            let password = password.expose_secret().to_owned();
            transport = transport.credentials(Credentials::new(name.clone(), password));
        }
        Ok(Carrier::Server(Box::new(transport.build())))
    }

    /// Hands a message over. When this returns, it is the carrier's.
    pub(super) async fn carry(&self, message: Message) -> Result<(), MailError> {
        match self {
            Carrier::Nobody => Err(MailError::Nobody),
            Carrier::Server(server) => {
                server.send(message).await?;
                Ok(())
            }
            Carrier::Folder(folder) => {
                let folder = folder.clone();
                let put = move || {
                    put(&folder, &message.formatted()).map_err(|error| MailError::Folder { folder, error })
                };
                match tokio::task::spawn_blocking(put).await {
                    Ok(result) => result,
                    Err(error) => Err(MailError::Unwritable(error.to_string())),
                }
            }
        }
    }
}

/// Writes a file of its own, whole or not at all, that nobody else can read: what it holds lets somebody in.
fn put(folder: &Path, mail: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    if !folder.exists() {
        std::fs::create_dir_all(folder)?;
        only_for_us(folder)?;
    }
    let mut file = tempfile::Builder::new().prefix("mail-").suffix(".partial").tempfile_in(folder)?;
    file.write_all(mail)?;
    file.as_file().sync_all()?;
    // The random part of its name is nobody else's.
    let name = file.path().with_extension("eml");
    file.persist_noclobber(name)?;
    std::fs::File::open(folder)?.sync_all()
}

#[cfg(unix)]
fn only_for_us(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn only_for_us(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_mail_is_a_file_that_only_its_owner_reads() {
        let folder = tempfile::tempdir().unwrap();
        let mail = folder.path().join("mail");
        put(&mail, b"one").unwrap();
        put(&mail, b"two").unwrap();
        let mut found = Vec::new();
        for entry in std::fs::read_dir(&mail).unwrap() {
            let path = entry.unwrap().path();
            assert_eq!(path.extension().unwrap(), "eml");
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                assert_eq!(path.metadata().unwrap().permissions().mode() & 0o077, 0);
            }
            found.push(std::fs::read_to_string(path).unwrap());
        }
        found.sort();
        assert_eq!(found, ["one", "two"]);
    }
}
