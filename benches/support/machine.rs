//! The machine that the figures were measured on.

use std::fmt::Write as _;
use std::{fs, thread};

/// How many cores there are.
pub(crate) fn cores() -> f64 {
    let cores = thread::available_parallelism().map_or(1, usize::from);
    f64::from(u32::try_from(cores).unwrap_or(u32::MAX))
}

/// A count as a number to calculate with.
pub(crate) fn whole(count: u64) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX))
}

/// Cores, model of the processor and load, where the system reports them.
pub(crate) fn describe() -> String {
    let mut text = format!("{} cores", cores());
    let models = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = models.lines().find_map(|line| line.strip_prefix("model name"));
    if let Some((_, model)) = model.and_then(|rest| rest.split_once(':')) {
        let _ = write!(text, ", {}", model.trim());
    }
    let load = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    if let Some(load) = load.split(' ').next().filter(|load| !load.is_empty()) {
        let _ = write!(text, ", load {load} before the first round");
    }
    text
}
