//! The program as others run it: processes, a server among them, and what they leave in folders.

#![expect(dead_code, reason = "each test file uses a part of this")]
#![expect(clippy::unwrap_used, reason = "a fault in a test is its failure")]

pub(crate) mod http;
pub(crate) mod place;

use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fmt::Write as _,
    fs::{self, File},
    io::{BufRead as _, BufReader, Cursor, Write as _},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use http::{Credentials, Http};

/// How long anything that ought to happen soon may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_mins(2);
const STEP: Duration = Duration::from_millis(20);

/// The program, or another build of it that `FOLKMOOT_TEST_BINARY` names, in an environment without settings of
/// whoever runs the tests.
pub(crate) fn folkmoot<S: AsRef<OsStr>>(arguments: &[S]) -> Command {
    let other = std::env::var_os("FOLKMOOT_TEST_BINARY");
    let mut command = Command::new(other.unwrap_or_else(|| env!("CARGO_BIN_EXE_folkmoot").into()));
    for (name, _) in std::env::vars_os() {
        if ["FOLKMOOT_", "AWS_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
            command.env_remove(name);
        }
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Ran {
        Ran {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Itself, when the exit status is this one.
    #[track_caller]
    pub(crate) fn expect(self, status: i32) -> Ran {
        assert_eq!(self.status, Some(status), "stdout: {}\nstderr: {}", self.stdout, self.stderr);
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

/// Runs the program to its end.
pub(crate) fn run<S: AsRef<OsStr>>(arguments: &[S]) -> Ran {
    Ran::of(folkmoot(arguments).output().unwrap())
}

/// Runs the program with something on standard input.
pub(crate) fn run_with_input(arguments: &[&str], input: &str) -> Ran {
    let mut child = folkmoot(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    Ran::of(child.wait_with_output().unwrap())
}

/// Asks until the answer is `Some`.
#[track_caller]
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    for _ in 0..PATIENCE.as_millis() / STEP.as_millis() {
        if let Some(answer) = ask() {
            return answer;
        }
        thread::sleep(STEP);
    }
    panic!("{what} did not happen")
}

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    /// The line that said it was ready.
    pub(crate) ready: Value,
    log: PathBuf,
}

impl Server {
    /// `folkmoot serve` of a data directory.
    #[track_caller]
    pub(crate) fn serve(data: &Path) -> Server {
        Server::start(folkmoot(&["serve", "--data", text(data), "--listen", "127.0.0.1:0", "--json"]), data)
    }

    /// `folkmoot demo` in a data directory.
    #[track_caller]
    pub(crate) fn demo(data: &Path, people: &str) -> Server {
        let command = folkmoot(&[
            "demo",
            "--people",
            people,
            "--data",
            text(data),
            "--listen",
            "127.0.0.1:0",
            "--json",
        ]);
        Server::start(command, data)
    }

    /// Starts a command that serves, and waits until it says so. Its log goes next to the data directory.
    #[track_caller]
    pub(crate) fn start(mut command: Command, data: &Path) -> Server {
        let log = data.with_extension("log");
        let stderr = File::options().create(true).append(true).open(&log).unwrap();
        let mut child = command.stdout(Stdio::piped()).stderr(stderr).spawn().unwrap();
        let stdout = child.stdout.take().unwrap();
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines() {
                let Ok(line) = line else { return };
                let _ = tell.send(line);
            }
        });
        let Ok(line) = told.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            let status = child.wait();
            panic!("the server never was ready: {status:?}\n{}", fs::read_to_string(&log).unwrap_or_default())
        };
        let ready: Value = serde_json::from_str(&line).unwrap();
        let url = ready["url"].as_str().unwrap().to_owned();
        Server { child, url, ready, log }
    }

    /// Its address, without the scheme.
    pub(crate) fn address(&self) -> &str {
        self.url.strip_prefix("http://").unwrap()
    }

    /// A client of it.
    pub(crate) fn http(&self) -> Http {
        Http::at(self.address())
    }

    /// Who the line that said it was ready names.
    pub(crate) fn administrator(&self) -> Credentials {
        Credentials::new(self.ready["username"].as_str().unwrap(), self.ready["api_key"].as_str().unwrap())
    }

    /// `kill -9`, and nothing is left of the process.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends it a signal.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// SIGTERM; the exit status.
    pub(crate) fn terminate(mut self) -> Option<i32> {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
        let status = eventually("the server's end", || self.child.try_wait().unwrap());
        status.code()
    }

    /// What it has logged.
    pub(crate) fn log(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// Makes a store with the account `acme` and the administrator `ada`, and returns her key.
#[track_caller]
pub(crate) fn init(data: &Path) -> Credentials {
    let arguments = [
        "init",
        "--data",
        text(data),
        "--account",
        "acme",
        "--admin",
        "ada",
        "--email",
        "ada@acme.example",
        "--json",
    ];
    let made = run(&arguments).expect(0).json();
    Credentials::new("ada", made["api_key"].as_str().unwrap())
}

/// The export of a store's one account.
#[track_caller]
pub(crate) fn export(data: &Path, format: &str) -> String {
    run(&["export", "people", "--format", format, "--data", text(data)]).expect(0).stdout
}

/// The revision of a store's one account: what every change makes higher.
#[track_caller]
pub(crate) fn revision(data: &Path) -> u64 {
    let report = run(&["check", "--data", text(data), "--json"]).expect(0).json();
    report["changes"].as_u64().unwrap()
}

/// Everything that `check` finds, as lines.
#[track_caller]
pub(crate) fn findings(data: &Path, repair: bool) -> Vec<String> {
    let mut arguments = vec!["check", "--data", text(data), "--json"];
    if repair {
        arguments.push("--repair");
    }
    let ran = run(&arguments);
    let found = ran.json()["findings"].as_array().unwrap().clone();
    let sound = found.iter().all(|finding| finding["repaired"] == true);
    ran.expect(if sound { 0 } else { 5 });
    found
        .iter()
        .map(|finding| {
            format!("{}: {}", finding["place"].as_str().unwrap(), finding["what"].as_str().unwrap())
        })
        .collect()
}

/// `check` finds no damage; pictures that nobody has may lie about, can be removed, and then are gone.
#[track_caller]
pub(crate) fn assert_sound(data: &Path) {
    let found = findings(data, false);
    let damage: Vec<_> = found.iter().filter(|line| !line.ends_with("is nobody's picture")).collect();
    assert!(damage.is_empty(), "{damage:?}");
    if !found.is_empty() {
        assert_eq!(findings(data, true), found);
        assert_eq!(findings(data, false), Vec::<String>::new());
    }
}

/// The files of a folder that are not hidden, by name.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return BTreeMap::new() };
    entries
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.file_type().unwrap().is_file())
        .map(|entry| (entry.file_name().into_string().unwrap(), fs::read(entry.path()).unwrap()))
        .collect()
}

/// Copies a folder with everything below it.
pub(crate) fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// A small PNG; another one for each number.
pub(crate) fn png(number: u32) -> Vec<u8> {
    let [_, red, green, blue] = number.wrapping_mul(0x009e_3779).to_be_bytes();
    let picture = image::RgbImage::from_fn(24, 24, |x, y| {
        image::Rgb([red ^ (x as u8 * 8), green ^ (y as u8 * 8), blue ^ ((number >> 4) as u8)])
    });
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

/// A table of people in order: `person0` to the number before `count`, each managed by an earlier one.
pub(crate) fn people_csv(count: usize) -> String {
    let mut table =
        "username,email,first_name,last_name,hire_date,employee_num,manager,department\n".to_owned();
    for number in 0..count {
        let manager = if number == 0 { String::new() } else { format!("person{}", number / 7) };
        let _ = writeln!(
            table,
            "person{number},person{number}@acme.example,First{number},Last{number},2020-01-{:02},{},{manager},Unit {}",
            number % 28 + 1,
            5000 + number,
            number % 9
        );
    }
    table
}
