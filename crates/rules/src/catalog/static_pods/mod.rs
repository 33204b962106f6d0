//! The static pods of the control plane and their installers.

rules! {
    crash_looping,
    installer_failed,
    missing,
    revision_behind,
}
