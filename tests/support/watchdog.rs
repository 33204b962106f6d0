//! Fails a test that hangs. It does not measure speed: the time is a hundred times what an idle machine needs.

use std::panic::resume_unwind;
use std::process::{Child, Command, Output};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// What runs longer than this hangs, however busy the machine is.
pub(crate) const LONGEST: Duration = Duration::from_mins(10);

/// Waits for a process and returns its output; a process that hangs is killed and fails the test.
pub(crate) fn output_of(child: Child) -> Output {
    let id = child.id();
    let (send, done) = channel();
    thread::spawn(move || send.send(child.wait_with_output()));
    let Ok(output) = done.recv_timeout(LONGEST) else {
        let _ = Command::new("kill").args(["-KILL", &id.to_string()]).status();
        panic!("the program still runs after {LONGEST:?}");
    };
    output.expect("the output is read")
}

/// Runs something in this process; if it hangs, the test fails.
pub(crate) fn run<T: Send + 'static>(task: impl FnOnce() -> T + Send + 'static) -> T {
    let (send, done) = channel();
    let thread = thread::spawn(move || send.send(task()));
    match done.recv_timeout(LONGEST) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("the task still runs after {LONGEST:?}"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panicked) => resume_unwind(panicked),
            Ok(_) => panic!("the task ended without a result"),
        },
    }
}
