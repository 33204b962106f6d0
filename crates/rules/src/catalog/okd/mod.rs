//! Known issues of OKD, each limited to the affected releases.

rules! {
    ccm_not_upgradeable_as_expected,
    ci_registry_image,
    infrastructures_crd_invalid,
    kubelet_cgroup_not_found,
    kubelet_without_root_file_system,
    layered_packages,
    network_type_changed_early,
    node_lost_in_pivot,
    ovnkube_daemonset_invalid,
    payload_image_missing,
    pivot_refs_equal,
    red_hat_catalogs,
    registries_conf_unreadable,
    runtime_pinned_to_runc,
    samples_not_imported,
    sdn_on_centos_stream,
    service_without_address,
    short_image_names,
    update_service_gone,
}
