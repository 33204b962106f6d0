//! Platform operator Deployment scaled to zero.
//!
//! Only Deployments of the release payload are checked, which an annotation marks. Deployments that
//! operators scale themselves, such as routers or the image registry, may be at zero by design.
//!
//! - openshift/cluster-version-operator `pkg/payload/payload.go`
//!   (`include.release.openshift.io/`), `lib/resourcemerge/apps.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .each(&[&DEPLOYMENT], judge)
    .at_once("the release never scales it to zero")
    .why(
        "An operator was stopped manually, for a test or to keep it from reverting a change, \
         and was not started again. Its operand is not reconciled, and its ClusterOperator \
         keeps its last status.",
    )
    .fix(
        "Scale it up again when the reason no longer applies, and remove any override for it \
         from the ClusterVersion.",
    )
    .run(&["oc scale deployment -n {namespace} {name} --replicas=1"])
    .verify(&["oc get deployment -n {namespace} {name}"])
    .before(&[(
        "the reason for scaling it down no longer applies",
        "oc get clusterversion version -o jsonpath={.spec.overrides}",
    )]);

fn judge(_: &RuleContext<'_>, deployment: &Resource) -> Result<Option<Finding>, NotJudged> {
    let annotations = deployment.at(&["metadata", "annotations"]);
    let mut keys = annotations.into_iter().flat_map(Value::entries).map(|(key, _)| key);
    let is_of_release = deployment.namespace().starts_with("openshift-")
        && keys.any(|key| key.starts_with("include.release.openshift.io/"));
    if !is_of_release {
        return Err(not_applicable("it is not part of the release"));
    }
    if Workload::of(deployment).desired() != 0 {
        return Ok(None);
    }
    let subject = Subject::of(deployment);
    let summary = format!("{subject} is part of the release and is scaled to zero");
    let evidence = Evidence::field(deployment, &["spec", "replicas"], "replicas is 0");
    let finding = Finding::new(subject.clone(), summary, evidence).keywords(subject.to_string());
    Ok(Some(if deployment.name() == "cluster-version-operator" {
        finding.why(
            "The release is no longer applied: no update starts or continues, and manual changes \
             are not reverted.",
        )
    } else {
        finding
    }))
}
