//! The APIs of the cluster: removed API versions, and the migration of stored objects.

rules! {
    definition_outdated,
    removed_api_in_use,
    storage_migration_failed,
}
