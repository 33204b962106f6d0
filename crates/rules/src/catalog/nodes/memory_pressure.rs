//! A node that is short of memory.
//!
//! # Why it matters
//!
//! A kubelet under `MemoryPressure` evicts pods, those without requests first, and takes no new
//! pods without requests. When it is too slow the kernel kills processes of its own choice, which
//! may be the kubelet or the container runtime.
//!
//! # What to do
//!
//! Find the pods that use most, give them limits, or give the node more memory. Events `SystemOOM`
//! say that the kernel had to kill already.
//!
//! # Blind spots
//!
//! The condition falls five minutes after the pressure. A node that ran out so fast that its
//! kubelet died shows as `nodes/kubelet-silent` instead.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/oom/oom_watcher_linux.go`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use mustknow_gather::kinds::{EVENT, NODE};

use crate::catalog::prelude::*;
use crate::facts::{Pressure, client, pressed};

pub(super) static META: Meta = Meta {
    id: "nodes/memory-pressure",
    title: "a node that is short of memory",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

static PRESSURE: Pressure = Pressure {
    condition: "MemoryPressure",
    short_of: "memory",
    events: &["SystemOOM", "OOMKilling", "EvictionThresholdMet"],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    pressed(case, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .why(
                "Under MemoryPressure the kubelet evicts pods and takes none without requests. \
                 When it is too slow the kernel kills processes, which may be the kubelet itself.",
            )
            .remedy(
                Remedy::new(
                    "Find the pods that use most memory, limit them or give the node more.",
                )
                .command(format!(
                    "{} get pods --all-namespaces -o wide --field-selector spec.nodeName={name}",
                    client(case)
                ))
                .verify(format!("{} describe node {name}", client(case))),
            )
    })
}
