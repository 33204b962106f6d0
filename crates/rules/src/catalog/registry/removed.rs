//! Image registry set to Removed.
//!
//! The archive does not show whether the registry is needed.
//!
//! - openshift/cluster-image-registry-operator `pkg/operator/bootstrap.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .reads(&[Need::Kind(&IMAGE_REGISTRY_CONFIG)])
    .check(check)
    .at_once("a setting holds from the moment it is set")
    .why(
        "The internal image registry is set to Removed: nothing can be built or pushed in the \
         cluster, and images that workloads reference in the internal registry cannot be \
         pulled. On platforms without object storage the installation uses this setting, and \
         many clusters never need the registry.",
    )
    .fix(
        "No action needed, unless images are to be built in the cluster. In that case configure \
         storage and set the registry to Managed.",
    )
    .run(&["oc get configs.imageregistry.operator.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let own = cx.find::<ImageRegistryConfig<'_>>("", "cluster");
    let summary = cx.find::<ClusterOperator<'_>>("", "image-registry");
    let evidence = match (own, summary) {
        (Some(own), _) => of_own(own),
        (None, Some(summary)) => of_summary(summary),
        (None, None) => {
            return Err(ConditionReport::gap(&IMAGE_REGISTRY_CONFIG, "image-registry").into());
        }
    };
    let finding = evidence.map(|evidence| {
        let summary = "the internal image registry is set to Removed";
        let subject = Subject::cluster("configs.imageregistry.operator.openshift.io", "cluster");
        Finding::new(subject, summary, evidence)
    });
    Ok(Checked::over(1, finding))
}

fn of_own(own: ImageRegistryConfig<'_>) -> Option<Evidence> {
    let path = ["spec", "managementState"];
    let state = own.resource().text(&path)?;
    (state == "Removed")
        .then(|| Evidence::field(own.resource(), &path, "the registry is not deployed"))
}

fn of_summary(summary: ClusterOperator<'_>) -> Option<Evidence> {
    let available = summary.condition("Available")?;
    (available.is_true() && available.reason().split("::").any(|reason| reason == "Removed"))
        .then(|| Evidence::condition(summary.resource(), available, excerpt(&available.message())))
}
