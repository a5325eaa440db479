//! A wire between a node and what it depends on, that can be cut and can go dead.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::Result;

/// How often a dead wire looks whether it lives again.
const PAUSE: Duration = Duration::from_millis(20);

/// Passes on what comes to its own address, until the process ends.
#[derive(Clone)]
pub(super) struct Proxy {
    address: SocketAddr,
    wires: Arc<Wires>,
}

struct Wires {
    target: SocketAddr,
    /// Nothing gets through, and nobody is told.
    dead: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl Proxy {
    pub(super) fn to(target: SocketAddr) -> Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let wires = Arc::new(Wires { target, dead: AtomicBool::new(false), open: Mutex::default() });
        let passing = Arc::clone(&wires);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let wires = Arc::clone(&passing);
                thread::spawn(move || wires.connect(stream));
            }
        });
        Ok(Proxy { address, wires })
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Ends every connection that is open.
    pub(super) fn cut(&self) {
        for stream in self.wires.open.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// From now on nothing gets through in either direction, or does again.
    pub(super) fn set_dead(&self, dead: bool) {
        self.wires.dead.store(dead, Ordering::SeqCst);
    }
}

impl Wires {
    fn connect(self: &Arc<Self>, near: TcpStream) {
        let Ok(far) = TcpStream::connect(self.target) else { return };
        let _ = (near.set_nodelay(true), far.set_nodelay(true));
        let (Ok(near_again), Ok(far_again)) = (near.try_clone(), far.try_clone()) else { return };
        if let (Ok(one), Ok(other)) = (near.try_clone(), far.try_clone()) {
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            // Those that have ended are let go of now and then.
            if open.len() > 200 {
                open.retain(|stream| stream.peer_addr().is_ok());
            }
            open.extend([one, other]);
        }
        let back = Arc::clone(self);
        thread::spawn(move || back.pass(far, near_again));
        self.pass(near, far_again);
    }

    fn pass(&self, mut from: TcpStream, mut to: TcpStream) {
        let mut buffer = vec![0; 64 << 10];
        loop {
            let read = from.read(&mut buffer).unwrap_or(0);
            while self.dead.load(Ordering::SeqCst) {
                thread::sleep(PAUSE);
            }
            if read == 0 || to.write_all(&buffer[..read]).is_err() {
                break;
            }
        }
        let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
    }
}
