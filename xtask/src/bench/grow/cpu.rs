//! Processor time of processes that go on running.

use std::fs;

use anyhow::{Context, Result};

/// Ticks in a second, as Linux counts them for programs.
const TICKS: f64 = 100.0;

/// Seconds of processor time that a process has taken so far.
pub(super) fn of(pid: u32) -> Result<f64> {
    Ok(read(&fs::read_to_string(format!("/proc/{pid}/stat"))?).context("/proc/PID/stat")?.own)
}

/// Seconds of processor time that a process and its children have taken so far, those that have ended included.
pub(super) fn of_family(parent: u32) -> Result<f64> {
    let mut seconds = 0.0;
    for entry in fs::read_dir("/proc")?.flatten() {
        let Some(pid) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        // Processes end while one looks.
        let Some(stat) = fs::read_to_string(entry.path().join("stat")).ok().as_deref().and_then(read) else {
            continue;
        };
        if pid == parent {
            seconds += stat.own + stat.ended_children;
        } else if stat.parent == parent {
            seconds += stat.own;
        }
    }
    Ok(seconds)
}

#[derive(Debug, PartialEq)]
struct Stat {
    parent: u32,
    own: f64,
    ended_children: f64,
}

/// Reads the line of `/proc/PID/stat`; a program's name may hold anything, so one begins after it.
fn read(line: &str) -> Option<Stat> {
    let fields: Vec<&str> = line.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |at: usize| fields.get(at)?.parse::<u32>().ok();
    let seconds = |at: usize| Some(f64::from(number(at)? + number(at + 1)?) / TICKS);
    Some(Stat { parent: number(1)?, own: seconds(11)?, ended_children: seconds(13)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_whatever_the_program_is_called() {
        let line = "42 (a) b) S 7 42 42 0 -1 4194560 1 2 3 4 150 50 10 20 20 0 1 0 100 1 1";
        assert_eq!(read(line), Some(Stat { parent: 7, own: 2.0, ended_children: 0.3 }));
        assert_eq!(read("42 nothing"), None);
    }
}
