//! What goes wrong, and how it is put right again.

use std::sync::atomic::Ordering;
use std::thread;
use std::time::Duration;

use anyhow::Result;

use super::writer::Run;
use crate::clock::Stopwatch;

/// After trouble has ended, how long until a system that keeps its promises is itself again: nodes count each other as
/// living again within this, and what was cut has been noticed.
const SETTLING: Duration = Duration::from_secs(4);

/// A kind of trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Trouble {
    NodeKilled(usize),
    NodeStopped(usize),
    BothNodesKilled,
    PostgresKilled,
    S3Killed,
    DatabaseWireCut(usize),
    DatabaseWireDead(usize),
    S3WireCut(usize),
    S3WireDead(usize),
    DiskFull,
    ClockJumps(usize),
}

impl Trouble {
    pub(super) const ALL: [Trouble; 18] = [
        Trouble::NodeKilled(0),
        Trouble::NodeKilled(1),
        Trouble::NodeStopped(0),
        Trouble::NodeStopped(1),
        Trouble::BothNodesKilled,
        Trouble::PostgresKilled,
        Trouble::PostgresKilled,
        Trouble::S3Killed,
        Trouble::DatabaseWireCut(0),
        Trouble::DatabaseWireCut(1),
        Trouble::DatabaseWireDead(0),
        Trouble::DatabaseWireDead(1),
        Trouble::S3WireCut(0),
        Trouble::S3WireDead(1),
        Trouble::DiskFull,
        Trouble::DiskFull,
        Trouble::ClockJumps(0),
        Trouble::ClockJumps(1),
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Trouble::NodeKilled(_) => "node killed",
            Trouble::NodeStopped(_) => "node stopped",
            Trouble::BothNodesKilled => "both nodes killed",
            Trouble::PostgresKilled => "PostgreSQL killed",
            Trouble::S3Killed => "S3 server killed",
            Trouble::DatabaseWireCut(_) => "connections to PostgreSQL cut",
            Trouble::DatabaseWireDead(_) => "wire to PostgreSQL dead",
            Trouble::S3WireCut(_) => "connections to S3 cut",
            Trouble::S3WireDead(_) => "wire to S3 dead",
            Trouble::DiskFull => "disk full",
            Trouble::ClockJumps(_) => "clock jumped",
        }
    }
}

impl Run<'_> {
    /// Makes trouble until the time is over, and leaves everything in order; what was made, in order.
    pub(super) fn make_trouble(&self, time: Duration) -> Result<Vec<Trouble>> {
        let watch = Stopwatch::start();
        let mut made = Vec::new();
        self.stage.wait_until_well()?;
        while watch.elapsed() < time {
            // A while in which all is well, and must be.
            thread::sleep(SETTLING);
            self.healthy.store(true, Ordering::SeqCst);
            thread::sleep(Duration::from_millis(self.chance.between(500, 3000)));
            self.healthy.store(false, Ordering::SeqCst);
            let trouble = *self.chance.pick(&Trouble::ALL);
            println!(
                "{:7.1} s  {}: {:?}",
                watch.elapsed().as_secs_f64(),
                trouble.name(),
                self.ledger.counts()
            );
            made.push(trouble);
            self.make(trouble)?;
            self.stage.wait_until_well()?;
        }
        Ok(made)
    }

    fn make(&self, trouble: Trouble) -> Result<()> {
        let stage = self.stage;
        let node = |at: usize| &stage.nodes[at];
        match trouble {
            Trouble::NodeKilled(at) => {
                stage.kill_node(at)?;
                self.pause(0, 2500);
                stage.start_node(at)
            }
            Trouble::NodeStopped(at) => {
                stage.stop_node(at)?;
                self.pause(0, 1000);
                stage.start_node(at)
            }
            Trouble::BothNodesKilled => {
                stage.kill_node(0)?;
                stage.kill_node(1)?;
                stage.start_node(1)?;
                self.pause(0, 1000);
                stage.start_node(0)
            }
            Trouble::PostgresKilled => {
                stage.kill_postgres()?;
                self.pause(0, 2000);
                stage.restart_postgres()
            }
            Trouble::S3Killed => {
                stage.kill_s3()?;
                self.pause(200, 3000);
                stage.restart_s3()
            }
            Trouble::DatabaseWireCut(at) => {
                for _ in 0..self.chance.between(1, 6) {
                    node(at).to_postgres.cut();
                    self.pause(0, 500);
                }
                Ok(())
            }
            Trouble::S3WireCut(at) => {
                for _ in 0..self.chance.between(1, 6) {
                    node(at).to_s3.cut();
                    self.pause(0, 300);
                }
                Ok(())
            }
            Trouble::DatabaseWireDead(at) => {
                node(at).to_postgres.set_dead(true);
                self.pause(500, 6000);
                node(at).to_postgres.set_dead(false);
                Ok(())
            }
            Trouble::S3WireDead(at) => {
                node(at).to_s3.set_dead(true);
                self.pause(500, 6000);
                node(at).to_s3.set_dead(false);
                Ok(())
            }
            Trouble::DiskFull => {
                stage.fill_disk()?;
                self.pause(500, 4000);
                stage.empty_disk()?;
                // A PostgreSQL that could not write its log has stopped, rather than lie.
                thread::sleep(Duration::from_millis(500));
                if stage.postgres_answers() { Ok(()) } else { stage.restart_postgres() }
            }
            Trouble::ClockJumps(at) => {
                let offsets = ["-86400s", "-3600s", "-60s", "+60s", "+3600s", "+86400s", "+31536000s"];
                self.hooks.may_fail(false);
                for _ in 0..self.chance.between(1, 4) {
                    node(at).set_clock(self.chance.pick::<&str>(&offsets))?;
                    self.pause(500, 3000);
                }
                node(at).set_clock("+0")?;
                // The clock is looked at once a second.
                thread::sleep(Duration::from_secs(2));
                self.hooks.may_fail(true);
                Ok(())
            }
        }
    }

    fn pause(&self, low: u64, high: u64) {
        thread::sleep(Duration::from_millis(self.chance.between(low, high)));
    }
}
