//! The control-plane static pods and their installers.

rules! {
    crash_looping,
    guard_unfounded,
    installer_failed,
    installer_pending,
    installer_resources_missing,
    missing,
    none_active,
    revision_behind,
    revision_files_missing,
    revision_not_created,
    rolled_back,
    startup_monitor_failing,
}
