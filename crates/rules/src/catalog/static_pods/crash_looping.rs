//! Crash-looping control-plane static pod.
//!
//! A ClusterOperator reports the condition two minutes late and in shortened form.
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/staticpodstate/staticpodstate_controller.go`
//! - <https://github.com/okd-project/okd/issues/764>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .condition(STATIC_PODS, &["StaticPodsDegraded"], finding)
    // Containers stop and start while a revision is rolled out.
    .note_until(Span::minutes(5))
    .why(
        "A container of etcd, kube-apiserver, kube-controller-manager or kube-scheduler \
         crash-loops on one node. The other nodes continue without redundancy, and a rollout of \
         a new revision stops there.",
    )
    .fix(
        "Fix the error at the end of the log of the container's previous run. It shows which file it cannot read, \
         which endpoint it cannot reach or which port it cannot bind.",
    )
    .run(&["oc logs -n {namespace} {pod} -c {container} --previous"])
    .verify(&["oc get pods -n {namespace}"]);

fn finding(bad: &OperatorCondition<'_>) -> Option<Finding> {
    let line = bad.state.message.lines().find(|line| {
        line.contains("is waiting: CrashLoopBackOff") || line.contains("is terminated: Error")
    })?;
    let behind = |mark: &str| line.split_once(mark).map(|(_, rest)| rest);
    let pod = behind("pod/").and_then(|rest| rest.split_whitespace().next());
    let container = behind("container \"").and_then(|rest| rest.split('"').next());
    let summary = format!("static pod of {} is crash-looping: {}", bad.operator, excerpt(line));
    let finding = bad.finding(summary).explains(bad.subject(), "at revision");
    Some(
        finding
            .with("pod", pod.unwrap_or_default())
            .with("container", container.unwrap_or_default()),
    )
}
