//! Incomplete ConfigMap kube-system/bootstrap (PreconditionNotReady).
//!
//! The component that changed the value is visible only if `managedFields` names a manager. A
//! missing ConfigMap is reported by `apiservices/bootstrap-configmap-missing`.
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`
//! - openshift/installer `data/data/bootstrap/files/usr/local/bin/report-progress.sh`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::ConfigMap("kube-system", "bootstrap")])
    .reads(BOOTSTRAP_USES)
    .check(check)
    .at_once("no controller completes it after the installation")
    .why(
        "Since release 4.16 the operators openshift-apiserver and authentication manage their \
         APIServices only when data.status of ConfigMap kube-system/bootstrap is exactly \
         complete. Any other value, or a missing value, has the same effect as a missing \
         ConfigMap: both operators become unavailable with APIServicesAvailable: \
         PreconditionNotReady and the update is stuck.",
    )
    .fix("Set the status to complete after you have verified that the bootstrap host is gone.");

fn check(cx: &RuleContext<'_>) -> Judged {
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let precondition = ApiPrecondition::of(cx);
    let blocked: Vec<_> = precondition.blocked_by_config_map().collect();
    match precondition.config_map {
        ConfigMapState::Incomplete(_) if blocked.is_empty() => {
            Err(not_applicable("no operator is waiting for it"))
        }
        ConfigMapState::Incomplete(map) => Ok(Checked::over(1, [finding(cx, map, &blocked)])),
        ConfigMapState::Complete(_) => Ok(Checked::over(1, None)),
        ConfigMapState::Absent(_) => Err(not_applicable("it does not exist")),
        ConfigMapState::Unknown(missing) => Err(missing.into()),
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
    let finding = Finding::new(Subject::view(map), summary, evidence);
    explain_waiting(finding, blocked).remedy(completion_remedy(cx, true))
}
