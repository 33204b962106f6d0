//! What depends on the namespace and the distribution: the severity, and the command-line client.

use super::context::RuleContext;
use super::meta::Severity;

/// Whether a namespace belongs to the platform and not to a user.
pub fn is_platform(cx: &RuleContext<'_>, namespace: &str) -> bool {
    !cx.snapshot().is_openshift()
        || namespace.starts_with("openshift-")
        || namespace.starts_with("kube-")
        || matches!(namespace, "openshift" | "default")
}

/// The severity of a problem in `namespace`: at most a warning for workloads of users.
pub fn severity_in(cx: &RuleContext<'_>, namespace: &str, usual: Severity) -> Severity {
    if is_platform(cx, namespace) { usual } else { usual.min(Severity::Warning) }
}

/// The command-line client of the distribution.
pub fn client(cx: &RuleContext<'_>) -> &'static str {
    if cx.snapshot().is_openshift() { "oc" } else { "kubectl" }
}
