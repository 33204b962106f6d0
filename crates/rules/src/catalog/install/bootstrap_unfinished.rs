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
    .each(&[&CLUSTER_VERSION], judge)
    .reads(PRECONDITION_USES)
    .note_until(INSTALLATION)
    .why(
        "The installer creates ConfigMap kube-system/bootstrap with status: complete when the \
         control plane has taken over from the bootstrap host. Until then etcd keeps its \
         bootstrap member, and the operators openshift-apiserver and authentication \
         intentionally do not enable their APIs. If the ConfigMap is still missing after an \
         hour, the bootstrap itself has failed.",
    )
    .fix(
        "Within the first hour, wait. Later gather the logs of the bootstrap host: the services \
         bootkube and release-image show what did not start. Do not create the ConfigMap \
         manually: it allows the etcd operator to remove a bootstrap member that is still needed.",
    )
    .run(&["openshift-install gather bootstrap --dir <installation directory>"])
    .verify(&["openshift-install wait-for bootstrap-complete --dir <installation directory>"]);

fn judge<'s>(cx: &RuleContext<'s>, object: &'s Resource) -> Result<Option<Finding>, NotJudged> {
    let Some(UpdatePhase::Installing(entry)) = UpdatePhase::of(ClusterVersion::of(object)) else {
        return Err(not_applicable("no installation is in progress"));
    };
    let subject = Subject::namespaced("ConfigMap", "kube-system", "bootstrap");
    let precondition = ApiPrecondition::of(cx);
    let waiting = &precondition.waiting;
    let evidence = match &precondition.config_map {
        ConfigMapState::Complete(_) => return Ok(None),
        ConfigMapState::Incomplete(map) => {
            Evidence::field(map.resource(), &["data"], "its status is not complete")
        }
        ConfigMapState::Absent(searched) => Evidence::missing(subject.clone(), searched),
        ConfigMapState::Unknown(missing) => {
            let gap = Gap::missing(missing)
                .commands(["oc get configmap bootstrap -n kube-system -o yaml".into()])
                .would_explain(waiting.iter().map(WaitingOperator::subject));
            return Err(gap.into());
        }
    };
    let age = cx.age(entry.started()).map(|age| format!(" after {age}")).unwrap_or_default();
    let names: Vec<_> = waiting.iter().map(|waiting| waiting.operator).collect();
    let who = match names.as_slice() {
        [] => String::new(),
        [one] => format!("; {one} is waiting for it"),
        all => format!("; {} are waiting for it", name_list(all)),
    };
    let version = entry.version();
    let summary = format!("bootstrap of the installation of {version} is not complete{age}{who}");
    let finding = Finding::new(subject, summary, evidence)
        .since(entry.started())
        .likely("an installation of this age may also have failed for another reason")
        .evidence(waiting.iter().map(WaitingOperator::evidence));
    let explain =
        |finding: Finding, it: &WaitingOperator<'_>| finding.explains(it.subject(), "APIServices");
    Ok(Some(waiting.iter().fold(finding, explain)))
}
