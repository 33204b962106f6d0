//! Incomplete ConfigMap kube-system/bootstrap (PreconditionNotReady).
//!
//! # Why it matters
//!
//! Since release 4.16 the operators `openshift-apiserver` and `authentication` manage their
//! APIServices only when `data.status` of ConfigMap `kube-system/bootstrap` is exactly `complete`.
//! Any other value, or a missing value, has the same effect as a missing ConfigMap: both operators
//! become unavailable with `APIServicesAvailable: PreconditionNotReady` and the update is stuck.
//!
//! # What to do
//!
//! Set the status to `complete` after you have verified that the bootstrap host is gone.
//!
//! # Blind spots
//!
//! The component that changed the value is visible only if `managedFields` names a manager. A
//! missing ConfigMap is reported by `apiservices/bootstrap-configmap-missing`.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`
//! - openshift/installer `data/data/bootstrap/files/usr/local/bin/report-progress.sh`

use mustknow_cluster::model::kinds::{
    AUTHENTICATION_CONFIG, ENDPOINT_SLICE, ENDPOINTS, OPERATOR_AUTHENTICATION, OPERATOR_ETCD,
    OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_cluster::model::known_file::KnownFile;
use mustknow_cluster::views::ConfigMap;

use crate::catalog::prelude::*;
use crate::domain::{ApiPrecondition, ConfigMapState, WaitingOperator, completion_remedy};
use crate::engine::is_installing;

pub(super) static META: Meta = Meta {
    id: "apiservices/bootstrap-configmap-incomplete",
    title: "incomplete ConfigMap kube-system/bootstrap (PreconditionNotReady)",
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
        Need::KnownFile(KnownFile::EtcdMembers),
        Need::KnownFile(KnownFile::EtcdHealth),
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    if is_installing(cx) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let precondition = ApiPrecondition::of(cx);
    let blocked: Vec<_> = precondition.blocked_by_config_map().collect();
    match precondition.config_map {
        ConfigMapState::Incomplete(_) if blocked.is_empty() => {
            Verdict::NotApplicable("no operator is waiting for it".to_owned())
        }
        ConfigMapState::Incomplete(map) => Verdict::Found(vec![finding(cx, map, &blocked)]),
        ConfigMapState::Complete(_) => Verdict::Healthy { examined: 1 },
        ConfigMapState::Absent(_) => Verdict::NotApplicable("it does not exist".to_owned()),
        ConfigMapState::Unknown(missing) => Verdict::Unknown(
            Gap::missing(&missing)
                .commands(["oc get configmap bootstrap -n kube-system -o yaml".to_owned()]),
        ),
    }
}

fn finding(cx: &RuleContext<'_>, map: ConfigMap<'_>, blocked: &[&WaitingOperator<'_>]) -> Finding {
    let names: Vec<_> = blocked.iter().map(|waiting| waiting.operator).collect();
    let status = match map.data("status") {
        Some(status) => format!("status {status:?}"),
        None => "no status".to_owned(),
    };
    let summary = format!(
        "ConfigMap kube-system/bootstrap has {status} instead of \"complete\", so {} cannot become \
         available",
        names.join(" and ")
    );
    let evidence =
        Evidence::field(map.resource(), &["data", "status"], "must be exactly `complete`");
    let finding = Finding::new(Subject::view(map), summary, evidence)
        .why(
            "The operator manages its APIServices only while ConfigMap kube-system/bootstrap has \
             status complete. Any other value is treated as an unfinished bootstrap.",
        )
        .since(blocked.iter().filter_map(|waiting| waiting.since()).min())
        .evidence(blocked.iter().map(|waiting| waiting.evidence()))
        .remedy(completion_remedy(cx, true));
    blocked
        .iter()
        .fold(finding, |finding, waiting| finding.explains(waiting.subject(), "APIServices"))
}
