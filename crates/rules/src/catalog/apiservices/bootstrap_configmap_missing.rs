//! Missing ConfigMap kube-system/bootstrap (PreconditionNotReady).
//!
//! The complete list of ConfigMaps in kube-system must be in the archive. An `oc adm inspect` of
//! the two operators does not contain it, and an Insights archive never does. During an
//! installation the ConfigMap is missing by design, and this rule reports nothing.
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`,
//!   `pkg/operator/apiserver/controller/apiservice/apigroup.go`
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`
//! - <https://github.com/okd-project/okd/issues/2036>

use crate::catalog::prelude::*;

/// The network operator logs the missing ConfigMap independently of the other operators. Source:
/// openshift/cluster-network-operator `pkg/network/node_identity.go`.
const NETWORK_OPERATOR_WAITS: LogPattern = LogPattern::new(
    "network-node-identity webhook will not be applied, bootstrap is not complete",
    "openshift-network-operator",
    "network-operator",
);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[
        Need::ConfigMap("kube-system", "bootstrap"),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
        Need::KnownFile(KnownFile::EtcdMembers),
        Need::KnownFile(KnownFile::EtcdHealth),
        Need::Log(&NETWORK_OPERATOR_WAITS),
    ])
    .check(check)
    .why(
        "Since release 4.16 the operators openshift-apiserver and authentication manage their \
         APIServices only when ConfigMap kube-system/bootstrap has status: complete. The \
         ConfigMap is created once, at the end of the installation, and no controller restores \
         it. If it was deleted, or never created, both operators become unavailable with \
         APIServicesAvailable: PreconditionNotReady as soon as they run 4.16, and the update is \
         stuck. The APIs themselves continue to work, which is why the APIServices look \
         healthy.",
    )
    .fix(
        "Create the ConfigMap after you have verified that the bootstrap host is gone: the \
         ConfigMap authorizes the etcd operator to remove the member etcd-bootstrap.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let precondition = ApiPrecondition::of(cx);
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let blocked: Vec<_> = precondition.blocked_by_config_map().collect();
    match &precondition.config_map {
        ConfigMapState::Complete(_) | ConfigMapState::Incomplete(_) => Ok(Checked::over(1, None)),
        _ if precondition.waiting.is_empty() => {
            Err(not_applicable("no operator is waiting for its precondition"))
        }
        ConfigMapState::Absent(_)
            if precondition.waiting.iter().all(|w| w.checks_config_map() == Some(false)) =>
        {
            Err(not_applicable("operators before 4.16 do not check the ConfigMap"))
        }
        ConfigMapState::Absent(searched) if blocked.is_empty() => {
            Ok(Checked::over(1, vec![next_blocker(cx, &precondition, searched)]))
        }
        ConfigMapState::Absent(searched) => {
            Ok(Checked::over(1, vec![finding(cx, &precondition, &blocked, searched)]))
        }
        ConfigMapState::Unknown(missing) => Err(NotJudged::from(gap(&blocked, missing))),
    }
}

fn subject() -> Subject {
    Subject::namespaced("ConfigMap", "kube-system", "bootstrap")
}

fn finding(
    cx: &RuleContext<'_>,
    precondition: &ApiPrecondition<'_>,
    blocked: &[&WaitingOperator<'_>],
    searched: &Searched,
) -> Finding {
    let logged: Vec<_> = cx
        .log_hits(&NETWORK_OPERATOR_WAITS)
        .map(|hits| Evidence::logged(NETWORK_OPERATOR_WAITS.namespace, hits))
        .collect();
    let names: Vec<_> = blocked.iter().map(|waiting| waiting.operator).collect();
    let (certainty, uncertainty) =
        match (precondition.endpoints_are_ready(), blocked.len() > 1 || !logged.is_empty()) {
            _ if blocked.iter().any(|waiting| waiting.checks_config_map().is_none()) => (
                Certainty::Likely,
                "it is unknown whether the operator's release checks the ConfigMap",
            ),
            _ if blocked.iter().any(|waiting| waiting.is_unmanaged) => {
                (Certainty::Likely, "the operator is Unmanaged, so its conditions may be outdated")
            }
            (true, _) => (Certainty::Certain, ""),
            (false, true) => {
                (Certainty::Likely, "the archive does not show that the endpoints are ready")
            }
            (false, false) => {
                (Certainty::Possible, "the endpoints may be the part that is not ready")
            }
        };
    let summary = format!(
        "ConfigMap kube-system/bootstrap does not exist, so {} cannot become available",
        names.join(" and ")
    );
    let finding = Finding::new(subject(), summary, Evidence::missing(subject(), searched))
        .why(
            "The operator manages its APIServices only while ConfigMap kube-system/bootstrap has \
             status complete. The ConfigMap is created once, at the end of the installation, and \
             no controller restores it. The APIs continue to work, so the APIServices themselves \
             look healthy.",
        )
        .since(blocked.iter().filter_map(|waiting| waiting.since()).min())
        .certainty(certainty)
        .uncertainty(uncertainty)
        .evidence(blocked.iter().map(|waiting| waiting.evidence()))
        .evidence(blocked.iter().filter_map(|waiting| ready_endpoints_evidence(waiting)))
        .evidence(logged)
        .remedy(completion_remedy(cx, false));
    explain(finding, blocked)
}

/// The endpoints block the operators first. Once they are ready, the missing ConfigMap will.
fn next_blocker(
    cx: &RuleContext<'_>,
    precondition: &ApiPrecondition<'_>,
    searched: &Searched,
) -> Finding {
    let names: Vec<_> = precondition.waiting.iter().map(|waiting| waiting.operator).collect();
    let summary = format!(
        "ConfigMap kube-system/bootstrap does not exist, which will block {} once the endpoints \
         are ready",
        names.join(" and ")
    );
    Finding::new(subject(), summary, Evidence::missing(subject(), searched))
        .severity(Error)
        .why(
            "The operator checks the endpoints of its API first and ConfigMap \
             kube-system/bootstrap second. Fixing only the endpoints does not make the operator \
             available.",
        )
        .remedy(completion_remedy(cx, false))
}

/// Evidence that the endpoints half of the precondition holds.
fn ready_endpoints_evidence(waiting: &WaitingOperator<'_>) -> Option<Evidence> {
    match waiting.endpoints {
        EndpointsState::Ready(resource, ready) => {
            let path: &[&str] =
                if resource.key().kind.name == "Endpoints" { &["subsets"] } else { &["endpoints"] };
            let note = format!("the other half of the precondition holds: {ready} ready addresses");
            Some(Evidence::field(resource, path, note))
        }
        _ => None,
    }
}

fn explain(finding: Finding, blocked: &[&WaitingOperator<'_>]) -> Finding {
    blocked
        .iter()
        .fold(finding, |finding, waiting| finding.explains(waiting.subject(), "APIServices"))
}

fn gap(blocked: &[&WaitingOperator<'_>], missing: &Missing) -> Gap {
    let gap = Gap::missing(missing)
        .commands(["oc get configmap bootstrap -n kube-system -o yaml".to_owned()])
        .would_explain(blocked.iter().map(|waiting| waiting.subject()));
    blocked
        .iter()
        .filter(|waiting| matches!(waiting.endpoints, EndpointsState::Unknown(_)))
        .fold(gap, |gap, waiting| {
            gap.command(format!("oc get endpoints api -n {}", waiting.namespace))
        })
}
