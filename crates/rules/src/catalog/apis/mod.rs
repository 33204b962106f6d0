//! The APIs of the cluster: those that go away, and how what is stored follows them.

rules! {
    removed_api_in_use,
    storage_migration_failed,
}
