//! Node under PIDPressure.
//!
//! A single pod that reaches its own limit does not set a node condition.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`
//! - <https://kubernetes.io/docs/concepts/policy/pid-limiting/>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "Every thread uses a process ID. When they run out, no process or thread can start on \
         the node: containers, probes and the kubelet itself fail with errors that do not point \
         to the cause. The kubelet evicts pods under PIDPressure to prevent this.",
    )
    .fix(
        "Find the pod with the most threads and fix its leak. Set podPidsLimit in a \
         KubeletConfig to limit each pod.",
    );

const PRESSURE: Pressure =
    Pressure { condition: "PIDPressure", low_on: "process IDs", events: &["EvictionThresholdMet"] };

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_pressure(cx, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .run(command_on_node(
                cx,
                name,
                "sh -c 'ps -eLo pid,comm --no-headers | sort | uniq -c | sort -rn | head'",
            ))
            .verify(format!("{} describe node {name}", client(cx)))
    })
}
