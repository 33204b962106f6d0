//! Pods of a `DaemonSet` on nodes where they should not run.
//!
//! # Why it matters
//!
//! A node was tainted, or lost a label, after the pod had come: the `DaemonSet` would not place it
//! there now, and leaves it. It does no harm by itself; it tells of a taint or a selector that was
//! meant otherwise, and of a pod that does not come back once it goes.
//!
//! # What to do
//!
//! Compare the taints and labels of the nodes with the tolerations and the selector of the
//! `DaemonSet`. Where the pod is wanted, give it the toleration; else delete it.
//!
//! # Blind spots
//!
//! On which nodes is not written down. During a rollout the counter may be right for a moment.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/daemon/daemon_controller.go` (`numberMisscheduled`)
//! - openshift/runbooks `alerts/cluster-monitoring-operator/KubeDaemonSetMisScheduled.md`

use mustknow_gather::kinds::DAEMON_SET;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{client, count};

pub(super) static META: Meta = Meta {
    id: "workloads/daemon-set-misplaced",
    title: "pods of a DaemonSet on nodes where they should not run",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[Need::Kind(&DAEMON_SET)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let all = case.snapshot().of_kind(&DAEMON_SET);
    let findings = all
        .iter()
        .filter_map(|daemon_set| {
            let path = ["status", "numberMisscheduled"];
            let number = daemon_set.at(&path).and_then(Value::as_i64).filter(|n| *n > 0)?;
            let subject = Subject::of(daemon_set);
            let (client, namespace) = (client(case), daemon_set.namespace());
            let pods = count(usize::try_from(number).unwrap_or(0), "pod");
            Some(
                Finding::new(
                    subject.clone(),
                    format!("{subject} has {pods} on nodes where it would place none now"),
                    Evidence::field(daemon_set, &path, "as the DaemonSet counts them"),
                )
                .saying(daemon_set.name())
                .why(
                    "A taint or a label of the node changed after the pod had come. When it goes, \
                     it does not come back.",
                )
                .remedy(
                    Remedy::new("Compare the nodes' taints and labels with what it tolerates.")
                        .command(format!(
                            "{client} describe daemonset -n {namespace} {}",
                            daemon_set.name()
                        ))
                        .command(format!("{client} get pods -n {namespace} -o wide"))
                        .command(format!("{client} describe nodes")),
                ),
            )
        })
        .collect();
    Verdict::over(all.len(), findings, "no DaemonSet in the archive")
}
