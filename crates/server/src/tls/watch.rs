//! Certificate files are taken up anew when they change.

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rustls::crypto::CryptoProvider;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::time::MissedTickBehavior;

use super::choose::{Certificates, Names};
use super::files::{self, FromFile, Look, TlsError};
use crate::settings::CertificateFiles;

/// How often certificate files are looked at.
const LOOK: Duration = Duration::from_secs(2);
/// How often it is said of a certificate that it is out of time.
const REMIND: SignedDuration = SignedDuration::from_hours(24);

/// Certificate files, and how they looked when they were last read.
#[derive(Debug)]
pub(crate) struct Watch {
    files: CertificateFiles,
    look: Look,
    certificates: Arc<Certificates>,
    provider: Arc<CryptoProvider>,
    /// SIGHUP, which would end the process if nobody waited for it; `None` where that cannot be done.
    hangup: Option<Signal>,
}

impl Watch {
    /// Reads the files.
    ///
    /// # Errors
    /// Says which file cannot be used, and why.
    pub(crate) fn begin(
        files: CertificateFiles,
        certificates: Arc<Certificates>,
        provider: Arc<CryptoProvider>,
        now: Timestamp,
    ) -> Result<Watch, TlsError> {
        let look = Look::at(&files);
        take(&certificates, files::read_all(&files, &provider)?, now);
        let hangup = signal(SignalKind::hangup()).ok();
        Ok(Watch { files, look, certificates, provider, hangup })
    }

    /// Takes certificates up when their files change, or when the process is sent SIGHUP. A file that cannot be used
    /// changes nothing but the log. Ends with the task that runs it.
    pub(crate) async fn run(mut self, clock: impl Fn() -> Timestamp) {
        let mut looking = tokio::time::interval(LOOK);
        looking.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut reminded = clock();
        loop {
            let hangup = async {
                match &mut self.hangup {
                    Some(hangup) => hangup.recv().await,
                    None => std::future::pending().await,
                }
            };
            let forced = tokio::select! {
                _ = looking.tick() => false,
                _ = hangup => true,
            };
            let now = clock();
            let look = Look::at(&self.files);
            let due = now.duration_since(reminded) >= REMIND;
            if !forced && !due && look == self.look {
                continue;
            }
            // Before reading: what is written meanwhile will look different again.
            self.look = look;
            reminded = now;
            match files::read_all(&self.files, &self.provider) {
                Ok(read) => {
                    if !due {
                        tracing::info!(certificates = read.len(), "certificates were read again");
                    }
                    take(&self.certificates, read, now);
                }
                Err(error) => tracing::error!(%error, "the certificates stay what they were"),
            }
        }
    }
}

/// Takes certificates into use, and warns of those that no client will accept.
fn take(certificates: &Certificates, read: Vec<FromFile>, now: Timestamp) {
    for FromFile { path, certificate } in &read {
        let path = path.display();
        if let Some(problem) = certificate.out_of_time(now) {
            tracing::warn!(%path, "the certificate {problem}");
        }
        let names = certificate.names.join(", ");
        tracing::debug!(%path, names, until = %certificate.validity.until, "certificate");
    }
    certificates.replace_files(Names::new(read.into_iter().map(|one| one.certificate)));
}
