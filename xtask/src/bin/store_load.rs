//! Fills stores for the benchmarks, and writes to them as fast as they take it: what cannot be done over HTTP, or not
//! fast enough.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a tool for the terminal")]

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use clap::{Args, Parser, Subcommand};
use folkmoot_core::{Account, AccountId, ApiKey, Settings, Text, UserId};
use folkmoot_demo::{DemoCompany, DemoOptions};
use folkmoot_server::{SystemClock, SystemRandom};
use folkmoot_store::{Author, Blobs, Database, KeySource, Store, StoreOptions};
use serde_json::json;
use tokio::task::JoinSet;
use tokio::time::Instant;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    work: Work,
}

/// A store on PostgreSQL, which is made unless it is there.
#[derive(Args)]
struct Place {
    #[arg(long)]
    url: String,
    #[arg(long)]
    keys: PathBuf,
    #[arg(long)]
    blobs: PathBuf,
    /// The most connections.
    #[arg(long, default_value_t = 20)]
    connections: u32,
}

#[derive(Subcommand)]
enum Work {
    /// Makes companies, `company1` and so on, each with `ada` as its administrator.
    Fill {
        #[command(flatten)]
        place: Place,
        #[arg(long)]
        accounts: u64,
        #[arg(long)]
        people: usize,
        /// Companies that are written at a time.
        #[arg(long)]
        at_once: usize,
        /// Where to write a line for each company: its name, the administrator's name and API key.
        #[arg(long)]
        credentials: PathBuf,
    },
    /// Changes one row a transaction, the password of somebody, for some seconds.
    Write {
        #[command(flatten)]
        place: Place,
        /// Writers, each waiting for its commit before the next.
        #[arg(long)]
        clients: u64,
        /// They write to the first so many companies, chosen at random.
        #[arg(long)]
        accounts: u64,
        #[arg(long)]
        people: u64,
        #[arg(long)]
        seconds: u64,
    },
    /// Draws portraits, to be put as pictures.
    Portraits {
        #[arg(long)]
        out: PathBuf,
        #[arg(long)]
        count: usize,
    },
}

#[tokio::main]
async fn main() -> Result<()> {
    match Arguments::parse().work {
        Work::Fill { place, accounts, people, at_once, credentials } => {
            fill(&place.open().await?, accounts, people, at_once, &credentials).await
        }
        Work::Write { place, clients, accounts, people, seconds } => {
            write(&place.open().await?, clients, accounts, people, Duration::from_secs(seconds)).await
        }
        Work::Portraits { out, count } => portraits(&out, count),
    }
}

impl Place {
    async fn open(self) -> Result<Store> {
        let options = StoreOptions {
            database: Database::Postgres { url: self.url, connections: self.connections },
            blobs: Blobs::in_folder(self.blobs),
            keys: KeySource::File(self.keys),
        };
        let (clock, random) = (Arc::new(SystemClock), Arc::new(SystemRandom));
        Ok(if Store::exists(&options).await? {
            Box::pin(Store::open(options, clock, random)).await?
        } else {
            Box::pin(Store::create(options, clock, random)).await?
        })
    }
}

async fn fill(store: &Store, accounts: u64, people: usize, at_once: usize, credentials: &Path) -> Result<()> {
    let begun = Instant::now();
    let known = store.accounts().await?.len() as u64;
    ensure!(known <= accounts, "there are {known} companies already");
    let mut making = JoinSet::new();
    for number in known + 1..=accounts {
        if making.len() >= at_once {
            making.join_next().await.transpose()?.transpose()?;
        }
        let name = company(number);
        let account = store.create_account(&name, &name, Settings::default(), Author::OPERATOR).await??;
        ensure!(account.id.0.unsigned_abs() == number, "{name} has another number");
        making.spawn(people_of(store.clone(), account, people));
        if number % 500 == 0 {
            eprintln!("   {number} companies, {:.0} s", begun.elapsed().as_secs_f64());
        }
    }
    while let Some(made) = making.join_next().await {
        made??;
    }
    let lines = (1..=accounts).map(|number| format!("{} ada {}\n", company(number), key(number).expose()));
    fs::write(credentials, lines.collect::<String>())?;
    store.close().await;
    println!("{}", json!({ "made": accounts - known, "seconds": begun.elapsed().as_secs_f64() }));
    Ok(())
}

async fn people_of(store: Store, account: Account, count: usize) -> Result<()> {
    let (id, number) = (account.id, account.id.0.unsigned_abs());
    let options = DemoOptions {
        people: count,
        seed: number,
        admin_username: Text::from("ada"),
        ..DemoOptions::new(store.clock().today(), store.clock().now())
    };
    let seal = |plain: &str| store.keys().seal_government_id(id, plain);
    let DemoCompany { org, mut people, sequences, .. } = folkmoot_demo::company(&options, &seal);
    let encrypted: HashSet<_> =
        org.custom_fields.values().filter(|field| field.encrypted).map(|field| field.id).collect();
    let administrator = &mut people.first_mut().context("nobody")?.user;
    administrator.api_key_hash = Some(store.keys().hash_api_key(id, &key(number)));
    administrator.api_key = Some(store.keys().seal_api_key(id, &key(number)));
    let mut tx = store.begin(id, Author::OPERATOR).await?;
    tx.add_org(&org).await?;
    tx.add_people(&people, &encrypted).await?;
    tx.set_sequences(&sequences).await?;
    tx.commit().await?;
    Ok(())
}

fn company(number: u64) -> String {
    format!("company{number}")
}

/// The API key of a company's administrator: known beforehand, as only a benchmark's may be.
fn key(number: u64) -> ApiKey {
    let mut bytes = [0x5a; 20];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    ApiKey::from_bytes(bytes)
}

async fn write(store: &Store, clients: u64, accounts: u64, people: u64, time: Duration) -> Result<()> {
    let turn = Arc::new(AtomicU64::new(0));
    let begun = Instant::now();
    let mut writing = JoinSet::new();
    for client in 0..clients {
        let (store, turn) = (store.clone(), Arc::clone(&turn));
        writing.spawn(async move {
            let mut chosen = Chosen(client + 1);
            let mut latencies = Vec::new();
            while begun.elapsed() < time {
                let account = AccountId(chosen.next(accounts) as i64 + 1);
                let user = UserId(chosen.next(people) as i64 + 1);
                let hash = format!("$argon2id$v=19$m=19456,t=2,p=1${}", turn.fetch_add(1, Ordering::Relaxed));
                let before = Instant::now();
                let mut tx = store.begin_together(account, Author::OPERATOR).await?;
                tx.set_password_hash(user, &hash).await?;
                tx.commit().await?;
                latencies.push(before.elapsed().as_secs_f64());
            }
            anyhow::Ok(latencies)
        });
    }
    let mut latencies = Vec::new();
    while let Some(written) = writing.join_next().await {
        latencies.extend(written??);
    }
    let seconds = begun.elapsed().as_secs_f64();
    latencies.sort_by(f64::total_cmp);
    let at = |share: usize| latencies.get(latencies.len() * share / 100).map(|latency| latency * 1000.0);
    store.close().await;
    println!("{}", json!({ "rate": latencies.len() as f64 / seconds, "p50": at(50), "p99": at(99) }));
    Ok(())
}

/// Numbers without order, the same in every run.
struct Chosen(u64);

impl Chosen {
    fn next(&mut self, below: u64) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % below
    }
}

fn portraits(out: &Path, count: usize) -> Result<()> {
    fs::create_dir_all(out)?;
    let drawn = (1..).filter_map(|id| folkmoot_demo::portrait(1, UserId(id))).take(count);
    for (number, portrait) in drawn.enumerate() {
        fs::write(out.join(format!("{number}.jpg")), portrait)?;
    }
    Ok(())
}
