//! What a person at a terminal sees while a scan runs; nothing at all in a pipe, and nothing for
//! what is done within a second.

use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle};
use mustknow_report::safe::Words;

/// How long a scan may take before it says that it runs.
const PATIENCE: Duration = Duration::from_secs(1);

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
pub(crate) fn beside<T>(deed: impl FnOnce() -> T) -> T {
    match BARS.get() {
        Some(bars) => bars.suspend(deed),
        None => deed(),
    }
}

/// The progress of one input.
pub(crate) struct Progress {
    name: String,
    size: Option<u64>,
    begun: Instant,
    bar: Mutex<Option<ProgressBar>>,
}

impl Progress {
    pub(crate) fn new(path: &Path, size: Option<u64>) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        // A name comes from outside like everything else.
        let name = Words::name(&name).to_string();
        Self { name, size, begun: Instant::now(), bar: Mutex::new(None) }
    }

    /// So many bytes of the input have been consumed.
    pub(crate) fn at(&self, bytes: u64) {
        if self.begun.elapsed() < PATIENCE {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        bar.get_or_insert_with(|| bars().add(self.bar())).set_position(bytes);
    }

    fn bar(&self) -> ProgressBar {
        let (bar, template) = match self.size {
            Some(size) => (
                ProgressBar::new(size),
                "{msg} [{bar:30}] {bytes}/{total_bytes} {binary_bytes_per_sec} {eta}",
            ),
            None => (ProgressBar::no_length(), "{msg} {spinner} {bytes} {binary_bytes_per_sec}"),
        };
        let style = ProgressStyle::with_template(template);
        let bar = match style {
            Ok(style) => bar.with_style(style.progress_chars("=> ")),
            Err(_) => bar,
        };
        bar.with_message(self.name.clone())
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = self.bar.lock().unwrap_or_else(PoisonError::into_inner).take() {
            bar.finish_and_clear();
        }
    }
}
