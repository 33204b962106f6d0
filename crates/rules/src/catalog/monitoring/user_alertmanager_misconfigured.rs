//! Two settings for where user-defined alerts go that contradict each other.
//!
//! # Why it matters
//!
//! The platform's Alertmanager is told to take the alerts of user projects, and an Alertmanager of their
//! own is switched on too. The latter takes precedence: receivers that users configured for the former
//! get nothing.
//!
//! # What to do
//!
//! Remove `enableUserAlertmanagerConfig` from ConfigMap openshift-monitoring/cluster-monitoring-config.
//!
//! # Blind spots
//!
//! The operator says so only where Prometheus has persistent storage: else it has that to say.
//!
//! # References
//!
//! - openshift/cluster-monitoring-operator `pkg/client/status_reporter.go`
//!   (`UserAlermanagerConfigMisconfiguredReason`), `pkg/operator/operator.go`

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

pub(super) static META: Meta = Meta {
    id: "monitoring/user-alertmanager-misconfigured",
    title: "two settings for where user-defined alerts go that contradict each other",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let degraded = case
        .find::<ClusterOperator<'_>>("", "monitoring")
        .and_then(|operator| Some((operator, operator.condition("Degraded")?)));
    let Some((operator, condition)) = degraded else {
        let what = "ClusterOperator/monitoring and its condition Degraded: not collected";
        let ask = "oc get clusteroperator monitoring -o yaml";
        return Verdict::Unknown(Gap::new(GapKind::NotCollected, what).ask(ask));
    };
    if condition.reason() != "UserAlertmanagerMisconfigured" {
        return Verdict::Healthy { examined: 1 };
    }
    let message = condition.message();
    let finding = Finding::new(
        Subject::namespaced("ConfigMap", "openshift-monitoring", "cluster-monitoring-config"),
        "receivers of user-defined alerts in the platform's Alertmanager get nothing: the user \
         projects have an Alertmanager of their own",
        Evidence::condition(operator.resource(), condition, excerpt(&message)),
    )
    .saying(&message)
    .why("The Alertmanager of the user projects takes precedence over the platform's.")
    .remedy(
        Remedy::new("Remove enableUserAlertmanagerConfig from the ConfigMap.")
            .command("oc get configmap -n openshift-monitoring cluster-monitoring-config -o yaml")
            .before(
                "the receivers that users need are configured in the Alertmanager of the user \
                 projects",
                Proof::ByHand("oc get alertmanagerconfigs --all-namespaces".to_owned()),
            )
            .verify("oc get clusteroperator monitoring -o yaml"),
    );
    Verdict::Found(vec![finding])
}
