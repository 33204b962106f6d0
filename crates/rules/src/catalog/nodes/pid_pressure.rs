//! Node under PIDPressure.
//!
//! # Why it matters
//!
//! Every thread uses a process ID. When they run out, no process or thread can start on the node:
//! containers, probes and the kubelet itself fail with errors that do not point to the cause. The
//! kubelet evicts pods under `PIDPressure` to prevent this.
//!
//! # What to do
//!
//! Find the pod with the most threads and fix its leak. Set `podPidsLimit` in a `KubeletConfig` to
//! limit each pod.
//!
//! # Blind spots
//!
//! A single pod that reaches its own limit does not set a node condition.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`
//! - <https://kubernetes.io/docs/concepts/policy/pid-limiting/>

use mustknow_cluster::model::kinds::{EVENT, NODE};

use crate::catalog::prelude::*;
use crate::domain::{Pressure, command_on_node, judge_pressure};
use crate::engine::client;

pub(super) static META: Meta = Meta {
    id: "nodes/pid-pressure",
    title: "node under PIDPressure",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&NODE)],
    uses: &[Need::Kind(&EVENT)],
};

static PRESSURE: Pressure =
    Pressure { condition: "PIDPressure", low_on: "process IDs", events: &["EvictionThresholdMet"] };

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_pressure(cx, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .why(
                "Every thread uses a process ID. When they run out, no process, probe or thread \
                 can start on the node, including those of the kubelet.",
            )
            .remedy(
                Remedy::new("Find the pod with the most threads and fix its leak.")
                    .command(command_on_node(
                        cx,
                        name,
                        "sh -c 'ps -eLo pid,comm --no-headers | sort | uniq -c | sort -rn | head'",
                    ))
                    .verify(format!("{} describe node {name}", client(cx))),
            )
    })
}
