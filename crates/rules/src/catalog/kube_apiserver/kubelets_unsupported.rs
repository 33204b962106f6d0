//! Unsupported version skew between kubelets and the API server.
//!
//! A skew that would become unsupported with the next update only blocks that update, which
//! `update/minor-version-blocked` reports. With more than three nodes the operator reports their
//! number and not their names.
//!
//! - openshift/cluster-kube-apiserver-operator
//!   `pkg/operator/kubeletversionskewcontroller/kubelet_version_skew_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&OPERATOR_KUBE_API_SERVER], judge)
    // During an update each node may be behind until it is updated.
    .grace(Span::hours(3))
    .why(
        "A kubelet may be one or two minor versions older than the API server, and never newer. \
         A larger skew is not tested, and the next update of the control plane is refused.",
    )
    .fix(
        "Let the MachineConfigPools of the listed nodes update: resume a paused pool, and fix a \
         degraded one.",
    )
    .run(&["oc get machineconfigpools"])
    .verify(&["oc get nodes"]);

fn judge<'s>(cx: &RuleContext<'s>, own: &'s Resource) -> Result<Option<Finding>, NotJudged> {
    let condition = Condition::find(own, "KubeletMinorVersionUpgradeable");
    let condition = condition.ok_or_else(|| {
        not_applicable("this release does not compare kubelets with the API server")
    })?;
    let (reason, message) = (condition.reason(), condition.message());
    if !matches!(&*reason, "KubeletMinorVersionUnsupported" | "KubeletMinorVersionAhead") {
        return Ok(None);
    }
    let summary = format!("unsupported kubelet version skew: {}", excerpt(&message));
    let finding =
        Finding::new(Subject::of(own), summary, Evidence::condition(own, condition, reason))
            .since(condition.since())
            .keywords("KubeletMinorVersion")
            .keywords(message);
    let runs = cx.cluster_version().and_then(UpdatePhase::of).is_some_and(UpdatePhase::is_updating);
    Ok(Some(if runs { finding } else { finding.grace(Span::minutes(0)) }))
}
