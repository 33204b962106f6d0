//! Node under MemoryPressure.
//!
//! # Why it matters
//!
//! Under `MemoryPressure` a kubelet evicts pods, starting with pods without requests, and accepts
//! no new pods without requests. If it is too slow, the kernel kills processes of its own choice,
//! which may include the kubelet or the container runtime.
//!
//! # What to do
//!
//! Find the pods that use the most memory and set limits on them, or give the node more memory.
//! `SystemOOM` events show that the kernel already had to kill processes.
//!
//! # Blind spots
//!
//! The condition clears five minutes after the pressure ends. A node that ran out of memory so fast
//! that its kubelet died is reported by `nodes/kubelet-silent` instead.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/oom/oom_watcher_linux.go`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use mustknow_cluster::model::kinds::{EVENT, NODE};

use crate::catalog::prelude::*;
use crate::domain::{Pressure, judge_pressure};
use crate::engine::client;

pub(super) static META: Meta = Meta {
    id: "nodes/memory-pressure",
    title: "node under MemoryPressure",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

static PRESSURE: Pressure = Pressure {
    condition: "MemoryPressure",
    low_on: "memory",
    events: &["SystemOOM", "OOMKilling", "EvictionThresholdMet"],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_pressure(cx, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .why(
                "Under MemoryPressure the kubelet evicts pods and accepts none without requests. \
                 If it is too slow, the kernel kills processes, possibly the kubelet itself.",
            )
            .remedy(
                Remedy::new(
                    "Find the pods that use the most memory. Limit them, or add node memory.",
                )
                .command(format!(
                    "{} get pods --all-namespaces -o wide --field-selector spec.nodeName={name}",
                    client(cx)
                ))
                .verify(format!("{} describe node {name}", client(cx))),
            )
    })
}
