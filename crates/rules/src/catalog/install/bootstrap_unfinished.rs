//! An installation whose bootstrap never completed.
//!
//! # Why it matters
//!
//! The installer writes ConfigMap kube-system/bootstrap with `status: complete` when the control
//! plane has taken over from the bootstrap host. Until then etcd keeps its bootstrap member and
//! the operators openshift-apiserver and authentication hold back their APIs, on purpose. After an
//! hour without it the bootstrap itself has failed.
//!
//! # What to do
//!
//! Gather the logs of the bootstrap host: the services bootkube and release-image say what did
//! not come up. The ConfigMap must not be written by hand: that lets the etcd operator remove
//! a bootstrap member that is still needed.
//!
//! # Blind spots
//!
//! The ConfigMaps of kube-system must be in the archive, whole. The logs of the bootstrap host
//! never are.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`
//! - <https://github.com/okd-project/okd/issues/2173>

use mustknow_gather::kinds::{
    AUTHENTICATION_CONFIG, CLUSTER_VERSION, ENDPOINT_SLICE, ENDPOINTS, HistoryEntry,
    OPERATOR_AUTHENTICATION, OPERATOR_OPENSHIFT_API_SERVER,
};

use crate::catalog::prelude::*;
use crate::facts::{ApiPrecondition, ConfigMapState, Update, Waiting, few, is_young_installation};

pub(super) static META: Meta = Meta {
    id: "install/bootstrap-unfinished",
    title: "an installation whose bootstrap never completed",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[
        Need::ConfigMap("kube-system", "bootstrap"),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(Update::Installing(entry)) = case.cluster_version().and_then(Update::of) else {
        return Verdict::NotApplicable("no installation runs".to_owned());
    };
    let precondition = ApiPrecondition::of(case);
    let evidence = match &precondition.config_map {
        ConfigMapState::Complete(_) => return Verdict::Healthy { examined: 1 },
        ConfigMapState::Incomplete(map) => {
            Evidence::field(map.resource(), &["data"], "its status is not complete")
        }
        ConfigMapState::Absent(searched) => Evidence::missing(subject(), searched),
        ConfigMapState::Unknown(missing) => {
            let ask = "oc get configmap bootstrap -n kube-system -o yaml".to_owned();
            let concerned = precondition.waiting.iter().map(Waiting::subject);
            return Verdict::Unknown(Gap::missing(missing).asking([ask]).concerning(concerned));
        }
    };
    Verdict::Found(vec![finding(case, entry, &precondition, evidence)])
}

fn subject() -> Subject {
    Subject::namespaced("ConfigMap", "kube-system", "bootstrap")
}

fn finding(
    case: &Case<'_>,
    entry: HistoryEntry<'_>,
    precondition: &ApiPrecondition<'_>,
    evidence: Evidence,
) -> Finding {
    let is_young = is_young_installation(case);
    let age = case.age(entry.started()).map(|age| format!(" after {age}")).unwrap_or_default();
    let names: Vec<_> = precondition.waiting.iter().map(|waiting| waiting.operator).collect();
    let waiting = match names.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} waits for it"),
        all => format!("; {} wait for it", few(all)),
    };
    let normal = if is_young { ", which is normal" } else { "" };
    let summary = format!(
        "the bootstrap of the installation of {} is not complete{age}{normal}{waiting}",
        entry.version()
    );
    let remedy = if is_young {
        Remedy::new("Wait until the bootstrap is complete.")
            .command("openshift-install wait-for bootstrap-complete --dir <installation directory>")
    } else {
        Remedy::new(
            "Gather the logs of the bootstrap host and mend what it waits for. Leave ConfigMap \
             kube-system/bootstrap to the installer.",
        )
        .command("openshift-install gather bootstrap --dir <installation directory>")
        .verify("openshift-install wait-for bootstrap-complete --dir <installation directory>")
    };
    let finding = Finding::new(subject(), summary, evidence)
        .severity(if is_young { Severity::Info } else { Severity::Error })
        .why(
            "The installer writes ConfigMap kube-system/bootstrap when the control plane has taken \
             over from the bootstrap host. Until then the operators openshift-apiserver and \
             authentication hold back their APIs on purpose and say PreconditionNotReady.",
        )
        .since(entry.started())
        .certainty(if is_young { Certainty::Certain } else { Certainty::Likely })
        .doubt("an installation of that age may also have failed for another reason")
        .evidence(precondition.waiting.iter().map(Waiting::evidence))
        .remedy(remedy);
    precondition
        .waiting
        .iter()
        .fold(finding, |finding, waiting| finding.explains(waiting.subject(), "APIServices"))
}
