//! What depends on the namespace and the distribution: the severity, and the command-line client.

use super::context::RuleContext;
use super::meta::Severity;
use super::place::{Tier, Tiers};

/// Whether a namespace belongs to the platform.
pub fn is_platform(cx: &RuleContext<'_>, namespace: &str) -> bool {
    tier(cx, namespace) == Tier::Platform
}

/// The severity of a problem in `namespace` by the policy of [`place`](super::place), for findings
/// about something else than an object of it. That of an object the engine applies.
pub fn severity_in(cx: &RuleContext<'_>, namespace: &str, usual: Severity) -> Severity {
    tier(cx, namespace).severity(usual)
}

fn tier(cx: &RuleContext<'_>, namespace: &str) -> Tier {
    Tiers::get(cx.snapshot(), cx.memo()).of_namespace(namespace)
}

/// The command-line client of the distribution.
pub fn client(cx: &RuleContext<'_>) -> &'static str {
    if cx.snapshot().is_openshift() { "oc" } else { "kubectl" }
}
