//! Installation with an incomplete bootstrap.
//!
//! The complete list of ConfigMaps in kube-system must be in the archive. The logs of the bootstrap
//! host are never included.
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`
//! - openshift/cluster-etcd-operator `pkg/operator/bootstrapteardown/bootstrap_teardown_controller.go`
//! - <https://github.com/okd-project/okd/issues/2173>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[
        Need::ConfigMap("kube-system", "bootstrap"),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
    ])
    .check(check)
    .why(
        "The installer creates ConfigMap kube-system/bootstrap with status: complete when the \
         control plane has taken over from the bootstrap host. Until then etcd keeps its \
         bootstrap member, and the operators openshift-apiserver and authentication \
         intentionally do not enable their APIs. If the ConfigMap is still missing after an \
         hour, the bootstrap itself has failed.",
    )
    .fix(
        "Gather the logs of the bootstrap host: the services bootkube and release-image show \
         what did not start. Do not create the ConfigMap manually: it allows the etcd operator \
         to remove a bootstrap member that is still needed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(UpdatePhase::Installing(entry)) = cx.cluster_version().and_then(UpdatePhase::of)
    else {
        return Err(not_applicable("no installation is in progress"));
    };
    let precondition = ApiPrecondition::of(cx);
    let evidence = match &precondition.config_map {
        ConfigMapState::Complete(_) => return Ok(Checked::over(1, None)),
        ConfigMapState::Incomplete(map) => {
            Evidence::field(map.resource(), &["data"], "its status is not complete")
        }
        ConfigMapState::Absent(searched) => Evidence::missing(subject(), searched),
        ConfigMapState::Unknown(missing) => {
            let command = "oc get configmap bootstrap -n kube-system -o yaml".to_owned();
            let concerned = precondition.waiting.iter().map(WaitingOperator::subject);
            return Err(NotJudged::from(
                Gap::missing(missing).commands([command]).would_explain(concerned),
            ));
        }
    };
    Ok(Checked::over(1, vec![finding(cx, entry, &precondition, evidence)]))
}

fn subject() -> Subject {
    Subject::namespaced("ConfigMap", "kube-system", "bootstrap")
}

fn finding(
    cx: &RuleContext<'_>,
    entry: HistoryEntry<'_>,
    precondition: &ApiPrecondition<'_>,
    evidence: Evidence,
) -> Finding {
    let is_recent = is_recent_installation(cx);
    let age = cx.age(entry.started()).map(|age| format!(" after {age}")).unwrap_or_default();
    let names: Vec<_> = precondition.waiting.iter().map(|waiting| waiting.operator).collect();
    let waiting = match names.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} is waiting for it"),
        all => format!("; {} are waiting for it", name_list(all)),
    };
    let normal = if is_recent { ", which is normal" } else { "" };
    let summary = format!(
        "bootstrap of the installation of {} is not complete{age}{normal}{waiting}",
        entry.version()
    );
    let remedy = if is_recent {
        Remedy::new("Wait until the bootstrap is complete.")
            .command("openshift-install wait-for bootstrap-complete --dir <installation directory>")
    } else {
        Remedy::new(
            "Gather the logs of the bootstrap host and fix what it is waiting for. Do not create \
             ConfigMap kube-system/bootstrap manually, because the installer creates it.",
        )
        .command("openshift-install gather bootstrap --dir <installation directory>")
        .verify("openshift-install wait-for bootstrap-complete --dir <installation directory>")
    };
    let finding = Finding::new(subject(), summary, evidence)
        .severity(if is_recent { Info } else { Error })
        .since(entry.started())
        .certainty(if is_recent { Certainty::Certain } else { Certainty::Likely })
        .uncertainty("an installation of this age may also have failed for another reason")
        .evidence(precondition.waiting.iter().map(WaitingOperator::evidence))
        .remedy(remedy);
    precondition
        .waiting
        .iter()
        .fold(finding, |finding, waiting| finding.explains(waiting.subject(), "APIServices"))
}
