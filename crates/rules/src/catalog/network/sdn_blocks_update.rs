//! OpenShiftSDN blocking the update to 4.17.
//!
//! # Why it matters
//!
//! Release 4.17 no longer includes OpenShiftSDN. In 4.16 the network operator blocks an update to
//! 4.17 until the network is migrated to OVN-Kubernetes. The cluster itself is healthy.
//!
//! # What to do
//!
//! Migrate the network before the update, live or offline, with the documented procedure.
//!
//! # Blind spots
//!
//! A migration that is in progress and takes too long is reported by `network/migration-stuck`.
//!
//! # References
//!
//! - openshift/cluster-network-operator, branch release-4.16,
//!   `pkg/controller/statusmanager/status_manager.go` (`OpenShiftSDNConfigured`)

use mustknow_cluster::model::kinds::OPERATOR_NETWORK;
use mustknow_cluster::views::{ClusterOperator, Condition, Operator};

use crate::catalog::prelude::*;
use crate::engine::excerpt;
use crate::engine::meta::Releases;
use crate::signals::ConditionReport;

const REASON: &str = "OpenShiftSDNConfigured";

pub(super) static META: Meta = Meta {
    id: "network/sdn-blocks-update",
    title: "OpenShiftSDN blocking the update to 4.17",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(16, 17)),
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = cx.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let mut sources = own.into_iter().chain(summary).peekable();
    if sources.peek().is_none() {
        return Verdict::Unknown(ConditionReport::gap(&OPERATOR_NETWORK, "network"));
    }
    let blocking = sources.find_map(|resource| {
        let condition = Condition::find(resource, "Upgradeable")?;
        (condition.is_false() && condition.reason() == REASON).then_some((resource, condition))
    });
    let finding = blocking.map(|(resource, condition)| {
        let evidence = Evidence::condition(resource, condition, excerpt(&condition.message()));
        Finding::new(
            Subject::cluster("Network", "cluster"),
            "the cluster network is OpenShiftSDN, which blocks updates to 4.17 until it is \
             migrated to OVN-Kubernetes",
            evidence,
        )
        .since(condition.since())
        .keywords(condition.reason())
        .why(
            "The network operator reports Upgradeable=False because of it. Patch releases are \
             still possible.",
        )
        .explains(Subject::cluster("ClusterVersion", "version"), REASON)
        .remedy(
            Remedy::new("Migrate the network to OVN-Kubernetes with the documented procedure.")
                .command("oc get networks.config.openshift.io cluster -o yaml")
                .verify("oc adm upgrade")
                .precondition(
                    "every MachineConfigPool is updated and no node is degraded",
                    Proof::ByHand("oc get machineconfigpools".to_owned()),
                )
                .side_effect("every node restarts, twice in a live migration"),
        )
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}
