//! Misscheduled `DaemonSet` pods.
//!
//! The `DaemonSet` does not report which nodes are affected. During a rollout the counter may be
//! above zero for a short time.
//!
//! - kubernetes/kubernetes `pkg/controller/daemon/daemon_controller.go` (`numberMisscheduled`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeDaemonSetMisScheduled.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .each(&[&DAEMON_SET], |_, daemon_set| {
        let path = ["status", "numberMisscheduled"];
        let number = daemon_set.at(&path).and_then(Value::as_i64).unwrap_or(0);
        let pods = pluralize(usize::try_from(number).unwrap_or(0), "pod");
        let subject = Subject::of(daemon_set);
        let summary = format!("{subject} has {pods} on nodes where they should not run");
        let evidence = Evidence::field(daemon_set, &path, "misscheduled pods");
        let finding = Finding::new(subject, summary, evidence).keywords(daemon_set.name());
        Ok((number > 0).then_some(finding))
    })
    .at_once("it is a note, and a DaemonSet has no times in its status")
    .why(
        "A node was tainted, or lost a label, after the pod was started. The DaemonSet would \
         not schedule the pod there now, but leaves it running. This does no harm by itself, \
         but the taint or the node selector may be wrong, and the pod is not started again \
         after it is deleted.",
    )
    .fix(
        "Compare the taints and labels of the nodes with the tolerations and the node selector \
         of the DaemonSet. If the pod is wanted, add the toleration. Otherwise delete the pod.",
    )
    .run(&[
        "oc describe daemonset -n {namespace} {name}",
        "oc get pods -n {namespace} -o wide",
        "oc describe nodes",
    ])
    .verify(&["oc get daemonset -n {namespace} {name} -o jsonpath={.status.numberMisscheduled}"]);
