//! What a person at a terminal sees while a scan runs; nothing at all in a pipe, and nothing for
//! what is done within a second.
//!
//! Of several archives there is one line for the whole, and below it one for each that is being read.

use std::path::Path;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{
    BinaryBytes, HumanDuration, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle,
};
use mustknow_report::SafeText;

use crate::scan::lock;

/// How long a scan may take before it says that it runs.
const PATIENCE: Duration = Duration::from_secs(1);
/// What the line of the whole says.
const WHOLE: &str = "{prefix} [{bar:30}] {bytes}/{total_bytes} {msg}";
/// What a line says of an input that has a known size, and of one that has none.
const SIZED: &str = "{msg} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}";
const UNSIZED: &str = "{msg} {spinner} {bytes} {binary_bytes_per_sec}";

static BARS: OnceLock<MultiProgress> = OnceLock::new();

fn bars() -> &'static MultiProgress {
    // indicatif draws on standard error, and only when that is a terminal.
    BARS.get_or_init(MultiProgress::new)
}

/// Shows nothing, whatever happens.
pub(crate) fn hide() {
    // Before the first bar, and so before there is anything that would have to go.
    let _ = BARS.set(MultiProgress::with_draw_target(ProgressDrawTarget::hidden()));
}

/// Takes every bar off the screen.
pub(crate) fn clear() {
    if let Some(bars) = BARS.get() {
        // A terminal that cannot be cleared is left as it is.
        let _ = bars.clear();
    }
}

/// Does something that writes to the terminal while bars may be on it.
pub(crate) fn with_bars_hidden<T>(deed: impl FnOnce() -> T) -> T {
    match BARS.get() {
        Some(bars) => bars.suspend(deed),
        None => deed(),
    }
}

/// The progress of all inputs together.
pub(crate) struct TotalProgress {
    inputs: usize,
    /// How many bytes the inputs have whose size is known.
    bytes: u64,
    done: AtomicUsize,
    /// How many are read, or need not be.
    passed: AtomicU64,
    /// How many of these were read by this call.
    read: AtomicU64,
    begun: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl TotalProgress {
    /// Nothing read yet of inputs of these sizes.
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

    /// An input of that name and size is being read.
    pub(crate) fn begin(&self, name: &str, size: Option<u64>) -> Progress<'_> {
        let path = Path::new(name);
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        // A name comes from outside like everything else.
        let name = SafeText::own_line(&name).to_string();
        let (told, bar) = (AtomicU64::new(0), Mutex::new(None));
        Progress { whole: self, name, size, told, begun: Instant::now(), bar }
    }

    /// Takes the line of the whole off the screen.
    pub(crate) fn finish(&self) {
        if let Some(bar) = lock(&self.bar).take() {
            bar.finish_and_clear();
        }
    }

    /// So many more bytes of some input have been consumed.
    fn pass(&self, bytes: u64) {
        let passed = self.passed.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        if self.inputs < 2 || self.begun.elapsed() < PATIENCE {
            return;
        }
        let mut bar = lock(&self.bar);
        let new = || bars().insert(0, styled(ProgressBar::new(self.bytes), WHOLE));
        let bar = bar.get_or_insert_with(new);
        // Folders have no size until they are read.
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

    /// How many bytes a second, and how long it takes still. What an earlier call has read says nothing of
    /// how quick this one is.
    fn speed(&self, elapsed: Duration) -> String {
        let read = u128::from(self.read.load(Ordering::Relaxed));
        let left = self.bytes.saturating_sub(self.passed.load(Ordering::Relaxed));
        let (millis, each) = (elapsed.as_millis().max(1), read.max(1));
        let a_second = u64::try_from(read * 1000 / millis).unwrap_or(u64::MAX);
        let still = u64::try_from(u128::from(left) * millis / each).unwrap_or(u64::MAX);
        let still = HumanDuration(Duration::from_millis(still));
        format!("{}/s {still:#}", BinaryBytes(a_second))
    }
}

/// The progress of one input.
pub(crate) struct Progress<'w> {
    whole: &'w TotalProgress,
    name: String,
    size: Option<u64>,
    /// How many bytes the whole knows of.
    told: AtomicU64,
    begun: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress<'_> {
    /// So many bytes of the input have been consumed.
    pub(crate) fn at(&self, bytes: u64) {
        let told = self.told.fetch_max(bytes, Ordering::Relaxed);
        let more = bytes.saturating_sub(told);
        self.whole.read.fetch_add(more, Ordering::Relaxed);
        self.whole.pass(more);
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

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if let Some(bar) = lock(&self.bar).take() {
            bar.finish_and_clear();
        }
        // What was not read is not to be waited for either.
        let told = self.told.load(Ordering::Relaxed);
        self.whole.done.fetch_add(1, Ordering::Relaxed);
        self.whole.pass(self.size.unwrap_or(0).saturating_sub(told));
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
    fn the_whole_counts_what_was_read_and_what_need_not_be() {
        let whole = TotalProgress::new([Some(100), None, Some(50)].into_iter());
        let first = whole.begin("d/a.tgz", Some(100));
        for bytes in [10, 30, 20] {
            first.at(bytes);
        }
        assert_eq!((first.name.as_str(), whole.passed.load(Ordering::Relaxed)), ("a.tgz", 30));
        assert_eq!(whole.count(), "0 of 3 archives");
        drop(first);
        let folder = whole.begin("folder", None);
        folder.at(7);
        drop(folder);
        assert_eq!((whole.passed.load(Ordering::Relaxed), whole.bytes), (107, 150));
        assert_eq!(whole.count(), "2 of 3 archives");
    }

    #[test]
    fn what_need_not_be_read_makes_it_no_quicker() {
        let whole =
            TotalProgress::new([Some(40 << 20), Some(20 << 20), Some(60 << 20)].into_iter());
        drop(whole.begin("done before", Some(40 << 20)));
        let reading = whole.begin("reading", Some(20 << 20));
        reading.at(20 << 20);
        assert_eq!(whole.speed(Duration::from_secs(10)), "2.00 MiB/s 30s");
        assert_eq!(TotalProgress::new([].into_iter()).speed(Duration::ZERO), "0 B/s 0s");
    }

    #[test]
    fn the_lines_are_written_in_a_form_that_is_understood() {
        for template in [WHOLE, SIZED, UNSIZED] {
            assert!(ProgressStyle::with_template(template).is_ok(), "{template}");
        }
    }
}
