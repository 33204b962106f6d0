//! Node under MemoryPressure.
//!
//! The condition clears five minutes after the pressure ends. A node that ran out of memory so fast
//! that its kubelet died is reported by `nodes/kubelet-silent` instead.
//!
//! - kubernetes/kubernetes `pkg/kubelet/eviction/eviction_manager.go`,
//!   `pkg/kubelet/oom/oom_watcher_linux.go`
//! - openshift/runbooks `alerts/machine-config-operator/SystemMemoryExceedsReservation.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&NODE)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "Under MemoryPressure a kubelet evicts pods, starting with pods without requests, and \
         accepts no new pods without requests. If it is too slow, the kernel kills processes of \
         its own choice, which may include the kubelet or the container runtime.",
    )
    .fix(
        "Find the pods that use the most memory and set limits on them, or give the node more \
         memory. SystemOOM events show that the kernel already had to kill processes.",
    );

const PRESSURE: Pressure = Pressure {
    condition: "MemoryPressure",
    low_on: "memory",
    events: &["SystemOOM", "OOMKilling", "EvictionThresholdMet"],
};

fn check(cx: &RuleContext<'_>) -> Judged {
    judge_pressure(cx, &PRESSURE, |finding, node| {
        let name = node.name();
        finding
            .run(format!(
                "{} get pods --all-namespaces -o wide --field-selector spec.nodeName={name}",
                client(cx)
            ))
            .verify(format!("{} describe node {name}", client(cx)))
    })
}
