//! Webhooks and the audit trail as an operator handles them; and that `kill -9` loses no event and disorders none.

#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

mod support;

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use support::{Server, eventually, folkmoot, init, run, text};

/// A receiver that takes what it is sent, in its time, and remembers what each message was called.
struct Receiver {
    address: SocketAddr,
    came: Arc<Mutex<Vec<u64>>>,
}

impl Receiver {
    fn start() -> Receiver {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let came = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&came);
        thread::spawn(move || {
            while let Ok((stream, _)) = listener.accept() {
                let seen = Arc::clone(&seen);
                thread::spawn(move || serve(stream, &seen));
            }
        });
        Receiver { address, came }
    }

    /// The revisions that came, in the order in which they did.
    fn came(&self) -> Vec<u64> {
        self.came.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, came: &Mutex<Vec<u64>>) {
    let (mut text, mut buffer) = (String::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut buffer).unwrap_or(0);
        if count == 0 {
            return;
        }
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
        // The form ends with where it happened.
        if text.contains("+at+http") && text.ends_with("%2F") {
            let name = text.lines().find_map(|line| line.strip_prefix("webhook-id: ")).unwrap();
            came.lock().unwrap().push(name.rsplit('_').next().unwrap().parse().unwrap());
            thread::sleep(Duration::from_millis(10));
            if stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").is_err() {
                return;
            }
            text.clear();
        }
    }
}

fn serving(data: &Path) -> Server {
    let mut command = folkmoot(&["serve", "--data", text(data), "--listen", "127.0.0.1:0", "--json"]);
    command.env("FOLKMOOT_WEBHOOKS_ALLOW_PRIVATE", "true").env("FOLKMOOT_WEBHOOKS_RETRY_SECONDS", "1");
    Server::start(command, data)
}

#[test]
fn events_survive_a_kill_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let receiver = Receiver::start();
    let url = format!("http://{}/", receiver.address);
    let at = ["--data", text(&data)];
    let add = ["webhooks", "add", "--name", "one", "--handle", "User", "--url", &url, "--json"];
    let private = run(&[&add[..], &at].concat()).expect(1);
    assert!(private.stderr.contains("webhooks.allow_private"), "{}", private.stderr);
    let mut command = folkmoot(&[&add[..], &at].concat());
    let added = support::Ran::of(command.env("FOLKMOOT_WEBHOOKS_ALLOW_PRIVATE", "true").output().unwrap());
    let added = added.expect(0).json();
    assert!(added["secret"].as_str().unwrap().starts_with("whsec_"));
    let first = 1 + run(&[&["audit", "verify", "--json"], &at[..]].concat()).expect(0).json()["entries"]
        .as_u64()
        .unwrap();
    let (mut server, mut changes) = (serving(&data), 0);
    for round in 0..3 {
        for _ in 0..15 {
            run(&[&["users", "new-key", "ada", "--json"], &at[..]].concat()).expect(0);
            changes += 1;
        }
        let enough = first + 10 * (round + 1);
        eventually("some deliveries", || {
            receiver.came().last().is_some_and(|&last| last >= enough).then_some(())
        });
        server.kill();
        server = serving(&data);
    }
    let last = first + changes - 1;
    eventually("the last delivery", || (receiver.came().last() == Some(&last)).then_some(()));
    let came = receiver.came();
    let mut new = 0;
    for &revision in &came {
        assert!(revision <= new + 1 || new == 0, "{revision} came before what is before it: {came:?}");
        new = new.max(revision);
    }
    let mut once = came.clone();
    once.sort_unstable();
    once.dedup();
    assert_eq!(once, (first..=last).collect::<Vec<_>>());
    assert_eq!(server.terminate(), Some(0));

    let deliveries = run(&[&["webhooks", "deliveries", "1", "--json"], &at[..]].concat()).expect(0).json();
    assert_eq!(deliveries.as_array().unwrap().len() as u64, changes);
    assert_eq!(deliveries[0]["state"], "delivered");
    let id = deliveries[0]["id"].to_string();
    // To where it may not post, it does not.
    run(&[&["webhooks", "resend", &id], &at[..]].concat()).expect(4);
    run(&[&["webhooks", "delete", "1"], &at[..]].concat()).expect(0);
    assert_eq!(run(&[&["webhooks", "list"], &at[..]].concat()).expect(0).stdout, "");
}

#[test]
fn the_audit_trail_is_verified() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    init(&data);
    let verify = |more: &[&str]| run(&[&["audit", "verify", "--data", text(&data)], more].concat());
    let told = verify(&[]).expect(0).stdout;
    let noted = told.trim_end().rsplit(' ').next().unwrap().to_owned();
    run(&["users", "new-key", "ada", "--json", "--data", text(&data)]).expect(0);
    verify(&["--noted", &noted]).expect(0);
    let (revision, hash) = noted.split_once(':').unwrap();
    let other = format!("{revision}:{}", "0".repeat(hash.len()));
    assert!(
        verify(&["--noted", &other])
            .expect(5)
            .stdout
            .contains(&format!("revision {revision} has another hash"))
    );
    let report = verify(&["--json", "--noted", &other]).expect(5).json();
    assert_eq!(report["broken"]["revision"].to_string(), revision);
    assert!(verify(&["--noted", "x"]).expect(1).stderr.contains("--noted takes"));
}
