//! `cargo xtask faults`: two nodes on PostgreSQL and S3, writers with a ledger of what was promised to them, and
//! everything that can go wrong, at random. In the end every promise is held against what is there.

mod client;
mod hooks;
mod ledger;
mod picture;
mod proxy;
mod random;
mod stage;
mod trouble;
mod writer;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use anyhow::{Result, ensure};
use clap::Args;
use hooks::Hooks;
use ledger::Ledger;
use random::Chance;
use stage::{PEOPLE, Programs, Stage};
use writer::{Run, WITH_KEYS, WRITERS};

use crate::clock::Stopwatch;
use crate::run::{self, cargo};
use crate::tools::{self, Tool};

/// What is needed besides Rust.
const NEEDED: &[Tool] = &[
    Tool::apt("psql", "postgresql"),
    Tool::apt("faketime", "faketime"),
    Tool::apt("runuser", "util-linux"),
    Tool::apt("mount", "mount"),
];

/// Kills, cuts, fills and shifts what two nodes stand on while they are written to, and sees that nothing is lost
#[derive(Args)]
pub(crate) struct Faults {
    /// For how long
    #[arg(long, default_value_t = 15)]
    minutes: u64,
    /// What chance begins with, to have a run again as far as that goes [default: 1]
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Keep the logs, in this folder
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    /// Use the binaries that are there
    #[arg(long)]
    no_build: bool,
}

impl Faults {
    pub(crate) fn run(&self) -> Result<()> {
        tools::require(NEEDED, true)?;
        if !self.no_build {
            run::run(&mut cargo([
                "build",
                "--locked",
                "--release",
                "-p",
                "folkmoot",
                "-p",
                "folkmoot-testing",
                "--features",
                "folkmoot-testing/stores",
            ]))?;
        }
        let built = run::target().join("release");
        let programs = Programs { folkmoot: built.join("folkmoot"), s3: built.join("s3-server") };
        let temporary = tempfile::tempdir()?;
        let folder = match &self.keep {
            Some(folder) => {
                std::fs::create_dir_all(folder)?;
                folder.canonicalize()?
            }
            None => temporary.path().to_owned(),
        };
        println!("Setting up PostgreSQL, S3 and two nodes; seed {}.", self.seed);
        let stage = Stage::set(&folder, programs)?;
        self.play(&stage)
    }

    fn play(&self, stage: &Stage) -> Result<()> {
        let (ledger, chance) = (Ledger::default(), Chance::seeded(self.seed));
        let hooks = Hooks::new(self.seed)?;
        let told_from = stage.subscribe(hooks.url())?;
        let run = Run {
            stage,
            hooks: &hooks,
            ledger: &ledger,
            chance: &chance,
            over: AtomicBool::new(false),
            healthy: AtomicBool::new(false),
            attempts: AtomicU32::new(1),
            keys: Mutex::new(vec![None; WITH_KEYS as usize]),
            broken: Mutex::default(),
        };
        let watch = Stopwatch::start();
        let made = thread::scope(|scope| {
            for writer in 0..WRITERS {
                let run = &run;
                scope.spawn(move || run.write_pictures(writer));
            }
            scope.spawn(|| run.give_keys());
            let made = run.make_trouble(Duration::from_secs(self.minutes * 60));
            run.over.store(true, Ordering::SeqCst);
            made
        })?;
        println!("Everything is put right; looking at what is there.");
        stage.wait_until_well()?;
        run.hold_hooks_to_account(told_from)?;
        run.hold_to_account()?;
        let mut kinds: BTreeMap<&str, u32> = BTreeMap::new();
        for trouble in &made {
            *kinds.entry(trouble.name()).or_default() += 1;
        }
        let counts = ledger.counts();
        println!("{} troubles in {:.0} s: {kinds:?}", made.len(), watch.elapsed().as_secs_f64());
        println!(
            "{} writes acknowledged, {} of which nothing is known, {} keys given, {} writes read back on the other \
             node at once",
            counts.acknowledged, counts.unknown, counts.keys, counts.reads
        );
        let broken = run.broken.into_inner().unwrap_or_else(PoisonError::into_inner);
        ensure!(broken.is_empty(), "{} promises were broken:\n{}", broken.len(), broken.join("\n"));
        println!("Nothing is lost, nothing is half there.");
        Ok(())
    }
}

impl Run<'_> {
    /// Compares what both nodes show with the ledger, and has the store check itself.
    fn hold_to_account(&self) -> Result<()> {
        for user in 2..2 + PEOPLE - WITH_KEYS {
            let entry = self.ledger.entry(user);
            let mut shown = Vec::new();
            for node in 0..self.stage.nodes.len() {
                match self.read(node, user) {
                    Ok(content) if entry.allows(content) => shown.push(content),
                    Ok(content) => {
                        self.broken(format!("user {user}: {entry:?}, and node {node} shows {content:?}"));
                    }
                    Err(error) => self.broken(format!("user {user}: {error:#}")),
                }
            }
            if shown.windows(2).any(|pair| pair[0] != pair[1]) {
                self.broken(format!("user {user}: the nodes show {shown:?}"));
            }
        }
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (number, key) in keys.iter().enumerate() {
            let Some(key) = key else { continue };
            let name = format!("user{}", PEOPLE as usize - WITH_KEYS as usize + number);
            for node in &self.stage.nodes {
                let answer = client::ask(node.address, "GET", "/users/me.json", &name, key, None)?;
                if answer.status != 200 {
                    self.broken(format!("{name}: a key that was given is answered with {}", answer.status));
                }
            }
        }
        for at in 0..self.stage.nodes.len() {
            self.stage.stop_node(at)?;
        }
        self.check()?;
        let logs = self.stage.logs()?;
        for line in logs.lines().filter(|line| line.contains("panicked")) {
            self.broken(format!("a node panicked: {line}"));
        }
        let secrets = keys.iter().flatten().chain([&self.stage.key]);
        for secret in secrets.filter(|secret| logs.contains(secret.as_str())) {
            self.broken(format!("a node's log holds a key: {}…", &secret[..4]));
        }
        Ok(())
    }

    /// `folkmoot check`: rows, change log without gaps, pictures. What was written for a change that then failed is
    /// nobody's, and is removed by the job that looks for it; here it is done at once, and nothing else may be found.
    fn check(&self) -> Result<()> {
        let repaired = self.stage.folkmoot(&["check", "--repair", "--json"])?;
        let findings = repaired["findings"].as_array().cloned().unwrap_or_default();
        for finding in findings.iter().filter(|finding| finding["repaired"] != true) {
            self.broken(format!("check: {} {}", finding["place"], finding["what"]));
        }
        let clean = self.stage.folkmoot(&["check", "--json"])?;
        if clean["findings"].as_array().is_none_or(|findings| !findings.is_empty()) {
            self.broken(format!("check is not clean: {}", clean["findings"]));
        }
        // Each picture is another, so each that was acknowledged is a change; so is each key.
        let (changes, counts) = (clean["changes"].as_u64().unwrap_or(0), self.ledger.counts());
        if changes < counts.pictures + counts.keys {
            self.broken(format!("{changes} changes, and {counts:?} were acknowledged"));
        }
        println!(
            "check: {changes} changes without a gap, {} pictures, {} left over",
            clean["pictures"],
            findings.len()
        );
        Ok(())
    }
}
