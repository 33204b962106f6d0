//! A node that is short of process ids.
//!
//! # Why it matters
//!
//! Every thread takes a process id. When they run out nothing on the node can start a process or a
//! thread: containers, probes and the kubelet itself fail in ways that look like anything but this.
//! The kubelet evicts pods under `PIDPressure` to prevent that.
//!
//! # What to do
//!
//! Find the pod with most threads and mend its leak. `podPidsLimit` of a `KubeletConfig` bounds
//! each pod.
//!
//! # Blind spots
//!
//! A single pod that reaches its own limit does not make a node condition.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`
//! - <https://kubernetes.io/docs/concepts/policy/pid-limiting/>

use mustknow_gather::kinds::{EVENT, NODE};

use crate::catalog::prelude::*;
use crate::facts::{Pressure, client, on_node, pressed};

pub(super) static META: Meta = Meta {
    id: "nodes/pid-pressure",
    title: "a node that is short of process ids",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

static PRESSURE: Pressure = Pressure {
    condition: "PIDPressure",
    short_of: "process ids",
    events: &["EvictionThresholdMet"],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    pressed(case, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .why(
                "Every thread takes a process id. When they run out nothing on the node can start \
                 a process, a probe or a thread, the kubelet included.",
            )
            .remedy(
                Remedy::new("Find the pod with most threads and mend its leak.")
                    .command(on_node(
                        case,
                        name,
                        "sh -c 'ps -eLo pid,comm --no-headers | sort | uniq -c | sort -rn | head'",
                    ))
                    .verify(format!("{} describe node {name}", client(case))),
            )
    })
}
