//! Running the command that tells the keys.

use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::Command;
use zeroize::Zeroizing;

use super::source::{MAX_TEXT, text_of};
use crate::{StoreError, StoreResult};

/// How long the command may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of what it says on standard error goes to the log.
const MAX_NOTES: usize = 2 << 10;
/// A word at least so long, of letters and digits, could be a key or a token.
const SECRETIVE: usize = 20;

/// Runs `words`, a program and its arguments, without a shell, and returns what it prints. What it says on standard
/// error goes to the log, without what could be secret.
pub(super) async fn run(words: &[String]) -> StoreResult<Zeroizing<String>> {
    run_within(PATIENCE, words).await
}

async fn run_within(patience: Duration, words: &[String]) -> StoreResult<Zeroizing<String>> {
    let (program, arguments) =
        words.split_first().ok_or_else(|| StoreError::Unusable("the key command is empty".to_owned()))?;
    let failed = |what: String| StoreError::Unusable(format!("the key command {program}: {what}"));
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .map_err(|error| failed(error.to_string()))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    // Read from a pipe beyond the bound, and the command is cut off by a broken pipe rather than waited for.
    let work = async {
        tokio::join!(read(stdout, MAX_TEXT + 1, false), read(stderr, MAX_NOTES, true), child.wait())
    };
    let ended = tokio::time::timeout(patience, work).await;
    let (text, notes, status) =
        ended.map_err(|_| failed(format!("took longer than {} seconds", patience.as_secs())))?;
    let status = status.map_err(|error| failed(error.to_string()))?;
    if !notes.is_empty() {
        let notes = without_secrets(&String::from_utf8_lossy(&notes));
        tracing::warn!(program, notes, "the key command said something");
    }
    if text.len() > MAX_TEXT {
        return Err(failed("prints too much to be keys".to_owned()));
    }
    if !status.success() {
        return Err(failed(format!("{}; the log has what it said", outcome(status))));
    }
    text_of(&format!("what the key command {program} prints"), &text)
}

/// At most `limit` bytes of what comes; what exceeds it is read and dropped if `to_the_end`.
async fn read(from: Option<impl AsyncRead + Unpin>, limit: usize, to_the_end: bool) -> Zeroizing<Vec<u8>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(limit));
    let Some(mut from) = from else { return bytes };
    // A pipe that fails ends like one that is closed: the command's status tells what happened.
    let _ = (&mut from).take(limit as u64).read_to_end(&mut bytes).await;
    if to_the_end {
        let _ = tokio::io::copy(&mut from, &mut tokio::io::sink()).await;
    }
    bytes
}

fn outcome(status: ExitStatus) -> String {
    match status.code() {
        Some(code) => format!("ended with status {code}"),
        None => "was killed".to_owned(),
    }
}

/// `text` on one line, with every word that could be a key or a token left out.
fn without_secrets(text: &str) -> String {
    let secretive = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '=' | '_');
    let mut safe = String::with_capacity(text.len());
    let mut rest = text.trim();
    while let Some(first) = rest.chars().next() {
        let end = rest.find(|letter| secretive(letter) != secretive(first)).unwrap_or(rest.len());
        let (run, after) = rest.split_at(end);
        if secretive(first) && run.len() >= SECRETIVE {
            safe.push('…');
        } else {
            safe.extend(run.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
        }
        rest = after;
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn shell(script: &str) -> Result<String, String> {
        let words = ["sh", "-c", script].map(str::to_owned);
        run(&words).await.map(|text| text.to_string()).map_err(|error| error.to_string())
    }

    #[tokio::test]
    async fn what_it_prints_is_the_text() {
        assert_eq!(shell("echo keys; echo more").await.unwrap(), "keys\nmore\n");
        assert_eq!(run(&["echo".to_owned(), "$HOME; x".to_owned()]).await.unwrap().as_str(), "$HOME; x\n");
        // It is not waited for on a terminal, nor held up by its own chatter.
        assert_eq!(shell("cat; yes | head -c 1000000 >&2; echo done").await.unwrap(), "done\n");
    }

    #[tokio::test]
    async fn what_goes_wrong_is_told_without_what_it_printed() {
        for (script, why) in [
            ("echo SECRET; echo SECRET >&2; exit 3", "ended with status 3"),
            ("echo SECRET; kill -9 $$", "was killed"),
            ("yes SECRET", "prints too much"),
            ("printf 'SECRET\\377'", "is not a Folkmoot key"),
        ] {
            let error = shell(script).await.unwrap_err();
            assert!(error.contains(why) && error.contains("key command sh"), "{error}");
            assert!(!error.contains("SECRET"), "{error}");
        }
        let error = run(&["/nowhere/kms".to_owned(), "--token".to_owned()]).await.unwrap_err().to_string();
        assert!(error.contains("/nowhere/kms") && !error.contains("token"), "{error}");
        assert!(run(&[]).await.is_err());
    }

    #[tokio::test]
    async fn it_is_not_waited_for_without_end() {
        let words = ["sh", "-c", "sleep 1000"].map(str::to_owned);
        let error = run_within(Duration::from_millis(50), &words).await.unwrap_err().to_string();
        assert!(error.contains("took longer than"), "{error}");
    }

    #[test]
    fn what_could_be_secret_stays_out_of_the_log() {
        let key = "ab".repeat(32);
        let said = without_secrets(&format!(
            "access denied\n\tto arn:aws:kms:key/7 with {key}, x={key}; try again\n"
        ));
        assert_eq!(said, "access denied  to arn:aws:kms:key/7 with …, …; try again");
        assert_eq!(without_secrets("\u{1b}[31mred"), " [31mred");
    }
}
