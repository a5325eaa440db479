//! A mail server that does as it is told (RFC 5321).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// What it says to mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answers {
    Takes,
    /// 451: it is to be tried again.
    NotNow,
}

pub(super) struct MailServer {
    pub(super) address: SocketAddr,
    state: Arc<Mutex<State>>,
    listening: JoinHandle<()>,
}

struct State {
    answers: Answers,
    attempts: usize,
    mails: Vec<String>,
}

impl MailServer {
    pub(super) async fn start(answers: Answers) -> MailServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(Mutex::new(State { answers, attempts: 0, mails: Vec::new() }));
        let shared = Arc::clone(&state);
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&shared)));
            }
        });
        MailServer { address, state, listening }
    }

    pub(super) fn answer(&self, answers: Answers) {
        self.state.lock().expect("nobody panics with it").answers = answers;
    }

    pub(super) fn attempts(&self) -> usize {
        self.state.lock().expect("nobody panics with it").attempts
    }

    pub(super) fn mails(&self) -> Vec<String> {
        self.state.lock().expect("nobody panics with it").mails.clone()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn talk(stream: TcpStream, state: Arc<Mutex<State>>) -> std::io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(reader).lines();
    writer.write_all(b"220 mail.example\r\n").await?;
    while let Some(line) = lines.next_line().await? {
        let command = line.split(' ').next().unwrap_or_default().to_ascii_uppercase();
        let answer = match command.as_str() {
            "MAIL" => {
                let mut state = state.lock().expect("nobody panics with it");
                state.attempts += 1;
                if state.answers == Answers::NotNow { "451 Not now" } else { "250 OK" }
            }
            "DATA" => {
                writer.write_all(b"354 Go on\r\n").await?;
                let mut mail = String::new();
                while let Some(line) = lines.next_line().await? {
                    if line == "." {
                        break;
                    }
                    mail += line.strip_prefix('.').unwrap_or(&line);
                    mail += "\r\n";
                }
                state.lock().expect("nobody panics with it").mails.push(mail);
                "250 OK"
            }
            "QUIT" => {
                writer.write_all(b"221 Bye\r\n").await?;
                return Ok(());
            }
            _ => "250 OK",
        };
        writer.write_all(format!("{answer}\r\n").as_bytes()).await?;
    }
    Ok(())
}
