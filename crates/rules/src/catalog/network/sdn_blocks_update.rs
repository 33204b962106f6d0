//! OpenShiftSDN blocking the update to 4.17.
//!
//! A migration that is in progress and takes too long is reported by `network/migration-stuck`.
//!
//! - openshift/cluster-network-operator, branch release-4.16,
//!   `pkg/controller/statusmanager/status_manager.go` (`OpenShiftSDNConfigured`)

use crate::catalog::prelude::*;

const REASON: &str = "OpenShiftSDNConfigured";

pub(super) const RULE: Rule = rule(Warning, Cause, releases(16, 17))
    .reads(&[Need::Kind(&OPERATOR_NETWORK)])
    .check(check)
    .why(
        "Release 4.17 no longer includes OpenShiftSDN. In 4.16 the network operator blocks an \
         update to 4.17 until the network is migrated to OVN-Kubernetes. The cluster itself is \
         healthy.",
    )
    .fix("Migrate the network before the update, live or offline, with the documented procedure.")
    .run(&["oc get networks.config.openshift.io cluster -o yaml"])
    .verify(&["oc adm upgrade"])
    .side_effects(&["every node restarts, twice in a live migration"])
    .before(&[(
        "every MachineConfigPool is updated and no node is degraded",
        "oc get machineconfigpools",
    )]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find_as::<Operator<'_>>(&OPERATOR_NETWORK, "", "cluster").map(View::resource);
    let summary = cx.find::<ClusterOperator<'_>>("", "network").map(View::resource);
    let mut sources = own.into_iter().chain(summary).peekable();
    if sources.peek().is_none() {
        return Err(NotJudged::from(ConditionReport::gap(&OPERATOR_NETWORK, "network")));
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
        .explains(Subject::cluster("ClusterVersion", "version"), REASON)
    });
    Ok(Checked::over(1, finding.into_iter()))
}
