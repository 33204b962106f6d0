//! Operators installed by the Operator Lifecycle Manager, and their catalogs.

rules! {
    blocks_update,
    bundle_unpack_failed,
    catalog_unhealthy,
    csv_failed,
    deprecated,
    extension_failed,
    install_plan_awaits_approval,
    install_plan_failed,
    install_plan_missing,
    operator_groups_conflict,
    package_server_down,
    resolution_failed,
}
