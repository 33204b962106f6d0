//! OpenShiftSDN, which the next release does not have.
//!
//! # Why it matters
//!
//! Release 4.17 no longer brings OpenShiftSDN. In 4.16 the network operator keeps the cluster from
//! an update to it until the network is migrated to OVN-Kubernetes. The cluster itself is well.
//!
//! # What to do
//!
//! Migrate the network before the update, live or offline, by the documented procedure.
//!
//! # Blind spots
//!
//! A migration that has begun is `network/migration-stuck` when it takes too long.
//!
//! # References
//!
//! - openshift/cluster-network-operator, branch release-4.16,
//!   `pkg/controller/statusmanager/status_manager.go` (`OpenShiftSDNConfigured`)

use mustknow_gather::kinds::{ClusterOperator, Condition, OPERATOR_NETWORK, Operator};

use crate::catalog::prelude::*;
use crate::facts::{Report, excerpt};
use crate::meta::Releases;

const REASON: &str = "OpenShiftSDNConfigured";

pub(super) static META: Meta = Meta {
    id: "network/sdn-blocks-update",
    title: "OpenShiftSDN, which the next release does not have",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(16, 17)),
    needs: &[],
    uses: &[Need::Kind(&OPERATOR_NETWORK)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let own = case.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = case.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let mut sources = own.into_iter().chain(summary).peekable();
    if sources.peek().is_none() {
        return Verdict::Unknown(Report::gap(&OPERATOR_NETWORK, "network"));
    }
    let blocking = sources.find_map(|resource| {
        let condition = Condition::find(resource, "Upgradeable")?;
        (condition.is_false() && condition.reason() == REASON).then_some((resource, condition))
    });
    let finding = blocking.map(|(resource, condition)| {
        let evidence = Evidence::condition(resource, condition, excerpt(&condition.message()));
        Finding::new(
            Subject::cluster("Network", "cluster"),
            "the cluster network is OpenShiftSDN, and 4.17 does not have it: updates to 4.17 are \
             blocked until it is migrated to OVN-Kubernetes",
            evidence,
        )
        .since(condition.since())
        .saying(condition.reason())
        .why("The network operator says Upgradeable=False for it; patch releases stay possible.")
        .explains(Subject::cluster("ClusterVersion", "version"), REASON)
        .remedy(
            Remedy::new("Migrate the network to OVN-Kubernetes by the documented procedure.")
                .command("oc get networks.config.openshift.io cluster -o yaml")
                .verify("oc adm upgrade")
                .before(
                    "every MachineConfigPool is updated and no node is degraded",
                    Proof::ByHand("oc get machineconfigpools".to_owned()),
                )
                .side_effect("every node restarts, twice in a live migration"),
        )
    });
    Verdict::over(1, finding.into_iter().collect(), "")
}
