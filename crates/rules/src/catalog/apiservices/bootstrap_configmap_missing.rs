//! A missing ConfigMap kube-system/bootstrap that operators wait for.
//!
//! # Why it matters
//!
//! Since release 4.16 the operators `openshift-apiserver` and `authentication` manage their
//! APIServices only when ConfigMap `kube-system/bootstrap` says `status: complete`. It is created
//! once, at the end of the installation, and restored by nobody. Where it was deleted, or never
//! created, both operators go unavailable with `APIServicesAvailable: PreconditionNotReady` as
//! soon as they run 4.16, and the update stands still. The APIs themselves go on working, which
//! is why the APIServices look healthy.
//!
//! # What to do
//!
//! Create the ConfigMap, after making sure that the bootstrap host is gone: its presence
//! authorises the etcd operator to remove the member `etcd-bootstrap`.
//!
//! # Blind spots
//!
//! The list of ConfigMaps of kube-system must be in the archive, whole. An `oc adm inspect` of
//! the two operators does not hold it, and an insights archive never does. While an installation
//! runs the ConfigMap is missing by design, and this rule says nothing.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`,
//!   `pkg/operator/apiserver/controller/apiservice/apigroup.go`
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`
//! - <https://github.com/okd-project/okd/issues/2036>

use mustknow_gather::kinds::{
    AUTHENTICATION_CONFIG, CLUSTER_OPERATOR, ENDPOINT_SLICE, ENDPOINTS, OPERATOR_AUTHENTICATION,
    OPERATOR_ETCD, OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_gather::layout::Special;
use mustknow_gather::log::LogPattern;
use mustknow_gather::snapshot::{Missing, Searched};

use crate::catalog::prelude::*;
use crate::facts::{
    ApiPrecondition, ConfigMapState, EndpointsState, Waiting, completion_remedy, is_installing,
};

/// The network operator says so on its own account. Source: openshift/cluster-network-operator
/// `pkg/network/node_identity.go`.
static NETWORK_OPERATOR_WAITS: LogPattern = LogPattern::new(
    "network-node-identity webhook will not be applied, bootstrap is not complete",
    "openshift-network-operator",
    "network-operator",
);

pub(super) static META: Meta = Meta {
    id: "apiservices/bootstrap-configmap-missing",
    title: "operators that wait for the missing ConfigMap kube-system/bootstrap",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[
        Need::ConfigMap("kube-system", "bootstrap"),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
        Need::Special(Special::EtcdMembers),
        Need::Special(Special::EtcdHealth),
        Need::Log(&NETWORK_OPERATOR_WAITS),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let precondition = ApiPrecondition::of(case);
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let held: Vec<_> = precondition.held_by_config_map().collect();
    match &precondition.config_map {
        ConfigMapState::Complete(_) | ConfigMapState::Incomplete(_) => {
            Verdict::Healthy { examined: 1 }
        }
        _ if precondition.waiting.is_empty() => {
            Verdict::NotApplicable("no operator waits for its precondition".to_owned())
        }
        ConfigMapState::Absent(_)
            if precondition.waiting.iter().all(|w| w.checks_config_map() == Some(false)) =>
        {
            Verdict::NotApplicable("operators before 4.16 do not check the ConfigMap".to_owned())
        }
        ConfigMapState::Absent(searched) if held.is_empty() => {
            Verdict::Found(vec![next_blocker(case, &precondition, searched)])
        }
        ConfigMapState::Absent(searched) => {
            Verdict::Found(vec![finding(case, &precondition, &held, searched)])
        }
        ConfigMapState::Unknown(missing) => Verdict::Unknown(gap(&held, missing)),
    }
}

fn subject() -> Subject {
    Subject::namespaced("ConfigMap", "kube-system", "bootstrap")
}

fn finding(
    case: &Case<'_>,
    precondition: &ApiPrecondition<'_>,
    held: &[&Waiting<'_>],
    searched: &Searched,
) -> Finding {
    let logged: Vec<_> = case
        .log_hits(&NETWORK_OPERATOR_WAITS)
        .map(|hits| Evidence::logged(NETWORK_OPERATOR_WAITS.namespace, hits))
        .collect();
    let names: Vec<_> = held.iter().map(|waiting| waiting.operator).collect();
    let (certainty, doubt) =
        match (precondition.endpoints_hold(), held.len() > 1 || !logged.is_empty()) {
            _ if held.iter().any(|waiting| waiting.checks_config_map().is_none()) => (
                Certainty::Likely,
                "whether the operator's release asks for the ConfigMap is unknown",
            ),
            _ if held.iter().any(|waiting| waiting.is_unmanaged) => {
                (Certainty::Likely, "the operator is not managed, so what it says may be history")
            }
            (true, _) => (Certainty::Certain, ""),
            (false, true) => {
                (Certainty::Likely, "that the endpoints, the other half, are ready was not seen")
            }
            (false, false) => {
                (Certainty::Possible, "the endpoints, the other half, may be what is not ready")
            }
        };
    let summary = format!(
        "ConfigMap kube-system/bootstrap does not exist, and {} cannot become available without it",
        names.join(" and ")
    );
    let finding = Finding::new(subject(), summary, Evidence::missing(subject(), searched))
        .why(
            "The operator manages its APIServices only while kube-system/bootstrap says status \
             complete. The ConfigMap is written once, at the end of the installation, and nobody \
             restores it. The APIs go on working, so the APIServices themselves look healthy.",
        )
        .since(held.iter().filter_map(|waiting| waiting.since()).min())
        .certainty(certainty)
        .doubt(doubt)
        .evidence(held.iter().map(|waiting| waiting.evidence()))
        .evidence(held.iter().filter_map(|waiting| exonerate(waiting)))
        .evidence(logged)
        .remedy(completion_remedy(case, false));
    explain(finding, held)
}

/// The endpoints hold up the operators first; once they are ready, the ConfigMap will.
fn next_blocker(
    case: &Case<'_>,
    precondition: &ApiPrecondition<'_>,
    searched: &Searched,
) -> Finding {
    let names: Vec<_> = precondition.waiting.iter().map(|waiting| waiting.operator).collect();
    let summary = format!(
        "ConfigMap kube-system/bootstrap does not exist: it will hold up {} as soon as the \
         endpoints are ready",
        names.join(" and ")
    );
    Finding::new(subject(), summary, Evidence::missing(subject(), searched))
        .severity(Severity::Error)
        .why(
            "The operator looks at the endpoints of its API first and at kube-system/bootstrap \
             second. Mending the endpoints alone will not make it available.",
        )
        .remedy(completion_remedy(case, false))
}

/// The endpoints half of the precondition, seen to hold.
fn exonerate(waiting: &Waiting<'_>) -> Option<Evidence> {
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

fn explain(finding: Finding, held: &[&Waiting<'_>]) -> Finding {
    held.iter().fold(finding, |finding, waiting| finding.explains(waiting.subject(), "APIServices"))
}

fn gap(held: &[&Waiting<'_>], missing: &Missing) -> Gap {
    let gap = Gap::missing(missing)
        .asking(["oc get configmap bootstrap -n kube-system -o yaml".to_owned()])
        .concerning(held.iter().map(|waiting| waiting.subject()));
    held.iter()
        .filter(|waiting| matches!(waiting.endpoints, EndpointsState::Unknown(_)))
        .fold(gap, |gap, waiting| gap.ask(format!("oc get endpoints api -n {}", waiting.namespace)))
}
