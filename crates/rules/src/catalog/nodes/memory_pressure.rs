//! Node under MemoryPressure.
//!
//! The condition clears five minutes after the pressure ends. A node that ran out of memory so fast
//! that its kubelet died is reported by `nodes/kubelet-silent` instead.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/oom/oom_watcher_linux.go`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use crate::catalog::prelude::*;

const PRESSURE: Pressure = Pressure {
    condition: "MemoryPressure",
    low_on: "memory",
    events: &["SystemOOM", "OOMKilling", "EvictionThresholdMet"],
};

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .each(&[&NODE], |cx, node| PRESSURE.judge(cx, node))
    .reads(&[Need::Kind(&EVENT)])
    .at_once("the kubelet evicts pods as soon as it reports the pressure")
    .why(
        "Under MemoryPressure a kubelet evicts pods, starting with pods without requests, and \
         accepts no new pods without requests. If it is too slow, the kernel kills processes of \
         its own choice, which may include the kubelet or the container runtime.",
    )
    .fix(
        "Find the pods that use the most memory and set limits on them, or give the node more \
         memory. SystemOOM events show that the kernel already had to kill processes.",
    )
    .run(&["oc get pods --all-namespaces -o wide --field-selector spec.nodeName={name}"])
    .verify(&["oc describe node {name}"]);
