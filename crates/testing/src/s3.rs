//! An S3 server over a folder: `s3s-fs`, with real signatures.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::thread::JoinHandle;

use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto::Builder;
use s3s::auth::SimpleAuth;
use s3s::service::{S3Service, S3ServiceBuilder};
use tokio::sync::oneshot;

use crate::{ACCESS_KEY, SECRET_KEY};

/// An S3 server in this process, on a thread of its own, until it is dropped.
#[derive(Debug)]
pub struct S3Server {
    /// Its address, such as `http://127.0.0.1:39000`.
    pub endpoint: String,
    /// The same, without a scheme.
    pub address: SocketAddr,
    /// The bucket that is there.
    pub bucket: String,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl S3Server {
    /// Serves `folder`, in which a bucket is made, on a free port of this machine.
    ///
    /// # Errors
    /// When the folder or the port cannot be used.
    pub fn start(folder: &Path) -> io::Result<S3Server> {
        S3Server::start_at(folder, SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    /// Serves `folder` at `address`, where one that was stopped may have been.
    ///
    /// # Errors
    /// When the folder or the address cannot be used.
    pub fn start_at(folder: &Path, address: SocketAddr) -> io::Result<S3Server> {
        let bucket = "pictures".to_owned();
        std::fs::create_dir_all(folder.join(&bucket))?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (listener, service) = prepare(folder, address)?;
        let address = listener.local_addr()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::spawn(move || {
            runtime.block_on(async {
                tokio::select! {
                    served = serve(listener, service) => drop(served),
                    _ = stopped => {}
                }
            });
            // Connections are cut, as by a process that ends.
            runtime.shutdown_background();
        });
        let endpoint = format!("http://{address}");
        Ok(S3Server { endpoint, address, bucket, stop: Some(stop), thread: Some(thread) })
    }

    /// Stops serving, in the middle of whatever it does.
    pub fn stop(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for S3Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Serves `folder` at `address` for as long as the process lives; `started` is told the address.
///
/// # Errors
/// When the folder or the address cannot be used.
pub async fn serve_s3(
    folder: &Path,
    address: SocketAddr,
    started: impl FnOnce(SocketAddr),
) -> io::Result<()> {
    let (listener, service) = prepare(folder, address)?;
    started(listener.local_addr()?);
    serve(listener, service).await
}

fn prepare(folder: &Path, address: SocketAddr) -> io::Result<(TcpListener, S3Service)> {
    let files = s3s_fs::FileSystem::new(folder).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut service = S3ServiceBuilder::new(files);
    service.set_auth(SimpleAuth::from_single(ACCESS_KEY, SECRET_KEY));
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    Ok((listener, service.build()))
}

async fn serve(listener: TcpListener, service: S3Service) -> io::Result<()> {
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        let Ok((socket, _)) = listener.accept().await else { continue };
        let service = service.clone();
        tokio::spawn(async move {
            let http = Builder::new(TokioExecutor::new());
            // A client that goes away is its own affair.
            let _ = http.serve_connection(TokioIo::new(socket), service).await;
        });
    }
}
