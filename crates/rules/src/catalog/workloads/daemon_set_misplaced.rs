//! Misscheduled `DaemonSet` pods.
//!
//! The `DaemonSet` does not report which nodes are affected. During a rollout the counter may be
//! above zero for a short time.
//!
//! - kubernetes/kubernetes `pkg/controller/daemon/daemon_controller.go` (`numberMisscheduled`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeDaemonSetMisScheduled.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .needs(&[Need::Kind(&DAEMON_SET)])
    .check(check)
    .why(
        "A node was tainted, or lost a label, after the pod was started. The DaemonSet would \
         not schedule the pod there now, but leaves it running. This does no harm by itself, \
         but the taint or the node selector may be wrong, and the pod is not started again \
         after it is deleted.",
    )
    .fix(
        "Compare the taints and labels of the nodes with the tolerations and the node selector \
         of the DaemonSet. If the pod is wanted, add the toleration. Otherwise delete the pod.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let all = cx.snapshot().of_kind(&DAEMON_SET);
    let findings = all.iter().filter_map(|daemon_set| {
        let path = ["status", "numberMisscheduled"];
        let number = daemon_set.at(&path).and_then(Value::as_i64).filter(|n| *n > 0)?;
        let subject = Subject::of(daemon_set);
        let (client, namespace) = (client(cx), daemon_set.namespace());
        let pods = pluralize(usize::try_from(number).unwrap_or(0), "pod");
        Some(
            Finding::new(
                subject.clone(),
                format!("{subject} has {pods} on nodes where they should not run"),
                Evidence::field(daemon_set, &path, "misscheduled pods"),
            )
            .keywords(daemon_set.name())
            .run(format!("{client} describe daemonset -n {namespace} {}", daemon_set.name()))
            .run(format!("{client} get pods -n {namespace} -o wide"))
            .run(format!("{client} describe nodes")),
        )
    });
    Ok(Checked::over(all.len(), findings))
}
