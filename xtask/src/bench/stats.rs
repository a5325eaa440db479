//! Figures from rounds, and the machine they were taken on.

use std::fs;
use std::thread;

use super::Effort;
use crate::run;

/// The value in the middle; of an even number, the lower of the two. NaN when there is none.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<_> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len().saturating_sub(1) / 2).copied().unwrap_or(f64::NAN)
}

/// A line about what was measured, and the machine.
pub(super) fn measured(effort: Effort) -> String {
    let cpus = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus.lines().find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    let model = model.map_or("unknown processor", |(_, model)| model);
    let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let revision = run::output(run::program("git").args(["describe", "--always", "--dirty"]));
    let revision = match revision {
        Ok(revision) if effort.build => format!("revision {}", revision.trim()),
        Ok(_) | Err(_) => "an unknown revision".to_owned(),
    };
    let profile = effort.profile.remark();
    format!("Measured: {revision}{profile}, on {cores} cores ({model}), Linux {}.", kernel.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_a_value_that_was_measured() {
        assert_eq!(median([3.0, 1.0, 2.0]).total_cmp(&2.0), std::cmp::Ordering::Equal);
        assert_eq!(median([4.0, 1.0, 2.0, 3.0]).total_cmp(&2.0), std::cmp::Ordering::Equal);
        assert!(median([]).is_nan());
    }
}
