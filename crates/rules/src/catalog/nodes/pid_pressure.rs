//! Node under PIDPressure.
//!
//! A single pod that reaches its own limit does not set a node condition.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`
//! - <https://kubernetes.io/docs/concepts/policy/pid-limiting/>

use crate::catalog::prelude::*;

const PRESSURE: Pressure =
    Pressure { condition: "PIDPressure", low_on: "process IDs", events: &["EvictionThresholdMet"] };

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&NODE], |cx, node| PRESSURE.judge(cx, node))
    .reads(&[Need::Kind(&EVENT)])
    .at_once("the kubelet evicts pods as soon as it reports the pressure")
    .why(
        "Every thread uses a process ID. When they run out, no process or thread can start on \
         the node: containers, probes and the kubelet itself fail with errors that do not point \
         to the cause. The kubelet evicts pods under PIDPressure to prevent this.",
    )
    .fix(
        "Find the pod with the most threads and fix its leak. Set podPidsLimit in the \
         configuration of the kubelet to limit each pod.",
    )
    .run(&["oc debug node/{name} -- chroot /host sh -c 'ps -eLo pid,comm --no-headers | sort | \
         uniq -c | sort -rn | head'"])
    .verify(&["oc describe node {name}"]);
