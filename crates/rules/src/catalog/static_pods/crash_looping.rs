//! A static pod of the control plane that crashes.
//!
//! # Why it matters
//!
//! A container of etcd, kube-apiserver, kube-controller-manager or kube-scheduler ends again and
//! again on one node. The others carry on, without the redundancy; a roll to a new revision stops
//! there.
//!
//! # What to do
//!
//! Read the log of the container's previous run. It names what it cannot read, reach or bind.
//!
//! # Blind spots
//!
//! The operators' own objects must be in the archive: a ClusterOperator sums them up too late and
//! too briefly. While a revision is rolled out containers end and are started; what is younger than
//! five minutes is only noted.
//!
//! # References
//!
//! - openshift/library-go
//!   `pkg/operator/staticpod/controller/staticpodstate/staticpodstate_controller.go`
//! - <https://github.com/okd-project/okd/issues/764>

use mustknow_gather::kinds::{
    Condition, OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER, OPERATOR_KUBE_CONTROLLER_MANAGER,
    OPERATOR_KUBE_SCHEDULER,
};

use crate::catalog::prelude::*;
use crate::facts::{Patience, StaticPodOperator, excerpt, is_plain, static_pod_operators};

/// How long containers of a revision that is rolled out may come and go.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "static-pods/crash-looping",
    title: "a static pod of the control plane that crashes",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
        Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operators = match static_pod_operators(case) {
        Ok(operators) => operators,
        Err(unknown) => return unknown,
    };
    let findings = operators.iter().filter_map(|operator| {
        let condition = operator.complains("StaticPodsDegraded")?;
        let finding = finding(*operator, condition)?;
        Some(Patience::of(case, condition.since(), GRACE).weigh(finding, META.severity))
    });
    Verdict::over(operators.len(), findings.collect(), "no operator of static pods in the archive")
}

fn finding(operator: StaticPodOperator<'_>, condition: Condition<'_>) -> Option<Finding> {
    let message = condition.message();
    let line = message.lines().find(|line| {
        line.contains("is waiting: CrashLoopBackOff") || line.contains("is terminated: Error")
    })?;
    let summary = format!("a static pod of {} crashes: {}", operator.name, excerpt(line));
    let finding = operator
        .finding(summary, condition, "StaticPodsDegraded is True")
        .why(
            "The container ends again and again on this node. The other control-plane nodes carry \
             on without it, and a roll to a new revision stops here.",
        )
        .remedy(remedy(operator, line));
    Some(operator.explaining_lag(finding))
}

fn remedy(operator: StaticPodOperator<'_>, line: &str) -> Remedy {
    let namespace = operator.namespace();
    let quoted = line.split_once("container \"").and_then(|(_, rest)| rest.split_once('"'));
    let container =
        quoted.map(|(name, _)| name).filter(|name| is_plain(name)).unwrap_or("<container>");
    let pod = line.split_once("pod/").and_then(|(_, rest)| rest.split_whitespace().next());
    Remedy::new("Read the log of the previous run and mend what it names.")
        .command(format!(
            "oc logs -n {namespace} {} -c {container} --previous",
            pod.filter(|name| is_plain(name)).unwrap_or("<pod>")
        ))
        .verify(format!("oc get pods -n {namespace}"))
}
