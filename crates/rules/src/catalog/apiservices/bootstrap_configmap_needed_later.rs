//! Missing or incomplete ConfigMap kube-system/bootstrap, required from 4.16 on.
//!
//! The complete list of ConfigMaps in kube-system must be in the archive.
//!
//! - openshift/library-go `pkg/operator/bootstrap/bootstrap.go`, vendored by both operators since
//!   release-4.16
//! - <https://github.com/okd-project/okd/issues/2036>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::ConfigMap("kube-system", "bootstrap")])
    .reads(&[
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
        Need::KnownFile(KnownFile::EtcdMembers),
        Need::KnownFile(KnownFile::EtcdHealth),
    ])
    .check(check)
    .why(
        "Up to release 4.15 no component that is used in daily operation reads ConfigMap \
         kube-system/bootstrap, so its absence has no visible effect. From 4.16 on the \
         operators openshift-apiserver and authentication require it, and without it an update \
         to 4.16 or later gets stuck.",
    )
    .fix(
        "Create the ConfigMap, or set its status to complete, before the update. The \
         preconditions are the same as after the update.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(update) = cx.cluster_version().and_then(UpdatePhase::of) else {
        return Err(NotJudged::from(
            Gap::new(GapKind::FieldAbsent, "the ClusterVersion, which shows the release")
                .command("oc get clusterversion version -o yaml"),
        ));
    };
    let Some(completed) = update.completed() else {
        return Err(not_applicable("the installation has not finished"));
    };
    if !needs_config_map_after_update(&completed.version()) {
        return Err(not_applicable(format!(
            "the operators of {} already check the ConfigMap",
            completed.version()
        )));
    }
    if has_hosted_control_plane(cx) {
        return Err(not_applicable("the control plane is hosted elsewhere"));
    }
    let precondition = ApiPrecondition::of(cx);
    if !precondition.waiting.is_empty() {
        return Err(not_applicable("operators are already waiting for their precondition"));
    }
    if update.is_updating()
        && let [operator, ..] = precondition.not_collected.as_slice()
    {
        let what =
            format!("ClusterOperator {operator}, which may already be waiting for the ConfigMap");
        return Err(NotJudged::from(
            Gap::new(GapKind::NotCollected, what)
                .command(format!("oc get clusteroperator {operator} -o yaml")),
        ));
    }
    let (state, evidence, exists) = match precondition.config_map {
        ConfigMapState::Complete(_) => return Ok(Checked::over(1, None)),
        ConfigMapState::Unknown(missing) => {
            return Err(NotJudged::from(
                Gap::missing(&missing)
                    .commands(["oc get configmap bootstrap -n kube-system -o yaml".to_owned()]),
            ));
        }
        ConfigMapState::Absent(searched) => {
            ("does not exist", Evidence::missing(subject(), &searched), false)
        }
        ConfigMapState::Incomplete(map) => {
            let path = ["data", "status"];
            let evidence = Evidence::field(map.resource(), &path, "must be exactly `complete`");
            ("is not complete", evidence, true)
        }
    };
    let target = if update.is_updating() {
        format!("the update to {}", update.newest().version())
    } else {
        "an update to 4.16 or later".to_owned()
    };
    // An update in progress to a version below 4.16 does not need the ConfigMap either.
    let summary =
        if update.is_updating() && needs_config_map_after_update(&update.newest().version()) {
            format!(
                "ConfigMap kube-system/bootstrap {state}: an update to 4.16 or later will get stuck"
            )
        } else {
            format!("ConfigMap kube-system/bootstrap {state}: {target} will get stuck")
        };
    let finding = Finding::new(subject(), summary, evidence).remedy(completion_remedy(cx, exists));
    Ok(Checked::over(1, vec![finding]))
}

fn subject() -> Subject {
    Subject::namespaced("ConfigMap", "kube-system", "bootstrap")
}
