//! Progress bars on a terminal, for everything that takes more than a second; nothing in a pipe.
//!
//! Several archives have one bar for all, and below it one for each archive that is being read.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{
    BinaryBytes, HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle,
};
use mustknow_report::SafeText;

use crate::lock::lock;

/// How long something may take before it gets a bar.
const PATIENCE: Duration = Duration::from_secs(1);
/// The bar of all archives together.
const TOTAL: &str = "{prefix} [{bar:30}] {bytes}/{total_bytes} {msg}";
/// The bar of an input whose size is known, and of one whose size is not.
const SIZED: &str = "{msg} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}";
const UNSIZED: &str = "{msg} {spinner} {bytes} {binary_bytes_per_sec}";

static BARS: OnceLock<MultiProgress> = OnceLock::new();

fn bars() -> &'static MultiProgress {
    // indicatif draws on standard error, and only when that is a terminal.
    BARS.get_or_init(MultiProgress::new)
}

/// Shows no bars. To be called before the first bar.
pub(crate) fn hide() {
    // It fails only after the first bar.
    let _ = BARS.set(MultiProgress::with_draw_target(ProgressDrawTarget::hidden()));
}

/// Removes all bars from the terminal.
pub(crate) fn clear() {
    if let Some(bars) = BARS.get() {
        // Nothing can be done about a terminal that cannot be cleared.
        let _ = bars.clear();
    }
}

/// Runs `action`, which writes to the terminal, while the bars are hidden.
pub(crate) fn with_bars_hidden<T>(action: impl FnOnce() -> T) -> T {
    match BARS.get() {
        Some(bars) => bars.suspend(action),
        None => action(),
    }
}

/// The progress of all inputs together.
pub(crate) struct TotalProgress {
    inputs: usize,
    /// The bytes of the inputs whose size is known.
    bytes: u64,
    done: AtomicUsize,
    /// The bytes that were read or skipped.
    passed: AtomicU64,
    /// The bytes that were read.
    read: AtomicU64,
    begun: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl TotalProgress {
    /// The progress of inputs of these sizes, of which nothing has been read.
    pub(crate) fn new(sizes: impl Iterator<Item = Option<u64>>) -> Self {
        let (inputs, bytes) = sizes.fold((0, 0_u64), |(inputs, bytes), size| {
            (inputs + 1, bytes.saturating_add(size.unwrap_or(0)))
        });
        Self {
            inputs,
            bytes,
            done: AtomicUsize::new(0),
            passed: AtomicU64::new(0),
            read: AtomicU64::new(0),
            begun: Instant::now(),
            bar: Mutex::new(None),
        }
    }

    /// The progress of an input, which begins now.
    pub(crate) fn begin(&self, name: &str, size: Option<u64>) -> InputProgress<'_> {
        let path = Path::new(name);
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let name = SafeText::own_line(&name).to_string();
        let (counted, bar) = (AtomicU64::new(0), Mutex::new(None));
        InputProgress { total: self, name, size, counted, begun: Instant::now(), bar }
    }

    /// Removes the bar of all archives.
    pub(crate) fn finish(&self) {
        if let Some(bar) = lock(&self.bar).take() {
            bar.finish_and_clear();
        }
    }

    /// Adds bytes that were read or skipped.
    fn pass(&self, bytes: u64) {
        let passed = self.passed.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if self.inputs < 2 || self.begun.elapsed() < PATIENCE {
            return;
        }
        let mut bar = lock(&self.bar);
        let new = || bars().insert(0, styled(ProgressBar::new(self.bytes), TOTAL));
        let bar = bar.get_or_insert_with(new);
        // The size of a directory is not known until it has been read.
        if passed > self.bytes {
            bar.set_length(passed);
        }
        bar.set_position(passed);
        bar.set_prefix(self.count());
        bar.set_message(self.speed(self.begun.elapsed()));
    }

    fn count(&self) -> String {
        format!("{} of {} archives", self.done.load(Ordering::Relaxed), self.inputs)
    }

    /// The bytes read in a second, and the remaining time. What was skipped says nothing about the
    /// speed.
    fn speed(&self, elapsed: Duration) -> String {
        let read = u128::from(self.read.load(Ordering::Relaxed));
        let left = self.bytes.saturating_sub(self.passed.load(Ordering::Relaxed));
        let (millis, each) = (elapsed.as_millis().max(1), read.max(1));
        let a_second = u64::try_from(read * 1000 / millis).unwrap_or(u64::MAX);
        let remaining = u64::try_from(u128::from(left) * millis / each).unwrap_or(u64::MAX);
        let remaining = HumanDuration(Duration::from_millis(remaining));
        format!("{}/s {remaining:#}", BinaryBytes(a_second))
    }
}

/// The progress of one input.
pub(crate) struct InputProgress<'t> {
    total: &'t TotalProgress,
    name: String,
    size: Option<u64>,
    /// The bytes that the total has counted.
    counted: AtomicU64,
    begun: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl InputProgress<'_> {
    /// Sets how many bytes of the input have been read.
    pub(crate) fn advance_to(&self, bytes: u64) {
        let counted = self.counted.fetch_max(bytes, Ordering::Relaxed);
        let more = bytes.saturating_sub(counted);
        self.total.read.fetch_add(more, Ordering::Relaxed);
        self.total.pass(more);
        if self.begun.elapsed() < PATIENCE {
            return;
        }
        let mut bar = lock(&self.bar);
        let new = || {
            let bar = match self.size {
                Some(size) => styled(ProgressBar::new(size), SIZED),
                None => styled(ProgressBar::no_length(), UNSIZED),
            };
            bars().add(bar.with_message(self.name.clone()))
        };
        bar.get_or_insert_with(new).set_position(bytes);
    }
}

impl Drop for InputProgress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = lock(&self.bar).take() {
            bar.finish_and_clear();
        }
        let counted = self.counted.load(Ordering::Relaxed);
        self.total.done.fetch_add(1, Ordering::Relaxed);
        // The rest of the input will not be read.
        self.total.pass(self.size.unwrap_or(0).saturating_sub(counted));
    }
}

fn styled(bar: ProgressBar, template: &str) -> ProgressBar {
    match ProgressStyle::with_template(template) {
        Ok(style) => bar.with_style(style.progress_chars("=> ")),
        Err(_) => bar,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_counts_what_was_read_and_what_was_skipped() {
        let total = TotalProgress::new([Some(100), None, Some(50)].into_iter());
        let first = total.begin("d/a.tgz", Some(100));
        for bytes in [10, 30, 20] {
            first.advance_to(bytes);
        }
        assert_eq!((first.name.as_str(), total.passed.load(Ordering::Relaxed)), ("a.tgz", 30));
        assert_eq!(total.count(), "0 of 3 archives");
        drop(first);
        let folder = total.begin("folder", None);
        folder.advance_to(7);
        drop(folder);
        assert_eq!((total.passed.load(Ordering::Relaxed), total.bytes), (107, 150));
        assert_eq!(total.count(), "2 of 3 archives");
    }

    #[test]
    fn what_is_skipped_does_not_count_as_speed() {
        let total =
            TotalProgress::new([Some(40 << 20), Some(20 << 20), Some(60 << 20)].into_iter());
        drop(total.begin("done before", Some(40 << 20)));
        let reading = total.begin("reading", Some(20 << 20));
        reading.advance_to(20 << 20);
        assert_eq!(total.speed(Duration::from_secs(10)), "2.00 MiB/s 30s");
        assert_eq!(TotalProgress::new([].into_iter()).speed(Duration::ZERO), "0 B/s 0s");
    }

    #[test]
    fn the_templates_of_the_bars_are_valid() {
        for template in [TOTAL, SIZED, UNSIZED] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
