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
    .reads(BOOTSTRAP_USES)
    .check(check)
    .at_once("no controller restores it")
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
    let update = cx.cluster_version().and_then(UpdatePhase::of).ok_or_else(|| {
        Gap::new(GapKind::FieldAbsent, "the ClusterVersion, which shows the release")
            .command("oc get clusterversion version -o yaml")
    })?;
    let completed = update
        .completed()
        .ok_or_else(|| not_applicable("the installation has not finished"))?
        .version();
    if !needs_config_map_after_update(&completed) {
        let why = format!("the operators of {completed} already check the ConfigMap");
        return Err(not_applicable(why));
    }
    if has_hosted_control_plane(cx) {
        return Err(not_applicable("the control plane is hosted elsewhere"));
    }
    let precondition = ApiPrecondition::of(cx);
    if !precondition.waiting.is_empty() {
        return Err(not_applicable("operators are already waiting for their precondition"));
    }
    if let Some(operator) = precondition.not_collected.first().filter(|_| update.is_updating()) {
        let what =
            format!("ClusterOperator {operator}, which may already be waiting for the ConfigMap");
        let command =
            Command::new("oc get clusteroperator {operator} -o yaml", &[("operator", operator)]);
        return Err(Gap::new(GapKind::NotCollected, what).command(command).into());
    }
    let subject = ConfigMapState::subject();
    let (state, evidence, exists) = match precondition.config_map {
        ConfigMapState::Complete(_) => return Ok(Checked::over(1, None)),
        ConfigMapState::Unknown(missing) => return Err(missing.into()),
        ConfigMapState::Absent(searched) => {
            ("does not exist", Evidence::missing(subject.clone(), &searched), false)
        }
        ConfigMapState::Incomplete(map) => {
            let path = ["data", "status"];
            let evidence = Evidence::field(map.resource(), &path, "must be exactly `complete`");
            ("is not complete", evidence, true)
        }
    };
    let target = update.newest().version();
    // An update in progress to a version below 4.16 does not need the ConfigMap either.
    let blocked = if update.is_updating() && !needs_config_map_after_update(&target) {
        format!("the update to {target}")
    } else {
        "an update to 4.16 or later".to_owned()
    };
    let summary = format!("ConfigMap kube-system/bootstrap {state}: {blocked} will get stuck");
    let finding = Finding::new(subject, summary, evidence).remedy(completion_remedy(cx, exists));
    Ok(Checked::over(1, [finding]))
}
