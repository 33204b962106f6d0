//! Operators that wait for a ConfigMap kube-system/bootstrap that is there but not complete.
//!
//! # Why it matters
//!
//! Since release 4.16 the operators `openshift-apiserver` and `authentication` manage their
//! APIServices only when `data.status` of ConfigMap `kube-system/bootstrap` is exactly `complete`.
//! Any other value, or none, has the same effect as no ConfigMap at all: both go unavailable with
//! `APIServicesAvailable: PreconditionNotReady` and the update stands still.
//!
//! # What to do
//!
//! Set the status, after making sure that the bootstrap host is gone.
//!
//! # Blind spots
//!
//! Who changed the value is seen only as far as `managedFields` name a manager. A missing
//! ConfigMap is `apiservices/bootstrap-configmap-missing`.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`
//! - openshift/installer `data/data/bootstrap/files/usr/local/bin/report-progress.sh`

use mustknow_gather::kinds::{
    AUTHENTICATION_CONFIG, ConfigMap, ENDPOINT_SLICE, ENDPOINTS, OPERATOR_AUTHENTICATION,
    OPERATOR_ETCD, OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_gather::layout::Special;

use crate::catalog::prelude::*;
use crate::facts::{ApiPrecondition, ConfigMapState, Waiting, completion_remedy, is_installing};

pub(super) static META: Meta = Meta {
    id: "apiservices/bootstrap-configmap-incomplete",
    title: "operators that wait for ConfigMap kube-system/bootstrap to be complete",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::ConfigMap("kube-system", "bootstrap")],
    uses: &[
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
        Need::Special(Special::EtcdMembers),
        Need::Special(Special::EtcdHealth),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let precondition = ApiPrecondition::of(case);
    let held: Vec<_> = precondition.held_by_config_map().collect();
    match precondition.config_map {
        ConfigMapState::Incomplete(_) if held.is_empty() => {
            Verdict::NotApplicable("no operator waits for it".to_owned())
        }
        ConfigMapState::Incomplete(map) => Verdict::Found(vec![finding(case, map, &held)]),
        ConfigMapState::Complete(_) => Verdict::Healthy { examined: 1 },
        ConfigMapState::Absent(_) => Verdict::NotApplicable("it does not exist".to_owned()),
        ConfigMapState::Unknown(missing) => Verdict::Unknown(
            Gap::missing(&missing)
                .asking(["oc get configmap bootstrap -n kube-system -o yaml".to_owned()]),
        ),
    }
}

fn finding(case: &Case<'_>, map: ConfigMap<'_>, held: &[&Waiting<'_>]) -> Finding {
    let names: Vec<_> = held.iter().map(|waiting| waiting.operator).collect();
    let status = match map.data("status") {
        Some(status) => format!("status {status:?}"),
        None => "no status".to_owned(),
    };
    let summary = format!(
        "ConfigMap kube-system/bootstrap has {status} instead of \"complete\", and {} cannot \
         become available without it",
        names.join(" and ")
    );
    let evidence = Evidence::field(map.resource(), &["data", "status"], "only complete will do");
    let finding = Finding::new(Subject::view(map), summary, evidence)
        .why(
            "The operator manages its APIServices only while kube-system/bootstrap says status \
             complete; any other value counts as if the bootstrap had not finished.",
        )
        .since(held.iter().filter_map(|waiting| waiting.since()).min())
        .evidence(held.iter().map(|waiting| waiting.evidence()))
        .remedy(completion_remedy(case, true));
    held.iter().fold(finding, |finding, waiting| finding.explains(waiting.subject(), "APIServices"))
}
