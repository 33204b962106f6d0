//! The kube-apiserver: its storage, its load and the versions of its kubelets.

rules! {
    audit_log_failing,
    cert_rotation_overridden,
    encryption_stuck,
    error_budget_burning,
    etcd_errors,
    kubelets_unsupported,
    leases_lost,
    pod_security_violated,
    requests_terminated,
    terminated_abruptly,
}
