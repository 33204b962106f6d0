//! What depends on where something runs: how severe it is, and which command line client applies.

use super::context::RuleContext;
use super::meta::Severity;

/// Whether a namespace belongs to the platform and not to a user of it.
pub fn is_platform(cx: &RuleContext<'_>, namespace: &str) -> bool {
    !cx.snapshot().is_openshift()
        || namespace.starts_with("openshift-")
        || namespace.starts_with("kube-")
        || matches!(namespace, "openshift" | "default")
}

/// The severity of what goes on in `namespace`: what users run is a warning at most.
pub fn severity_in(cx: &RuleContext<'_>, namespace: &str, usual: Severity) -> Severity {
    if is_platform(cx, namespace) { usual } else { usual.min(Severity::Warning) }
}

/// The command line client of the cluster.
pub fn client(cx: &RuleContext<'_>) -> &'static str {
    if cx.snapshot().is_openshift() { "oc" } else { "kubectl" }
}
