//! Access to data that threads share.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks `shared`, also after a thread has panicked: every change to shared data is one step.
pub(crate) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}
