//! Short image names that resolve to registry.redhat.io.
//!
//! Most user namespaces are not collected.
//!
//! - okd-project/okd-web
//!   `docs/project/upgrade-notes/from-4-15/4-upgrade-timeout-poddisruptionbudget.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, okd(16, u32::MAX))
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    // A pull may take that long.
    .grace(Span::minutes(5))
    .why(
        "Since 4.16, OKD nodes resolve an image name without a registry to registry.redhat.io \
         first, and OKD has no login there. Pods that pulled foo/bar from Docker Hub before do \
         not start on an updated node, and a PodDisruptionBudget for these pods then blocks the \
         update of the next node.",
    )
    .fix("Specify the registry in the image name: docker.io/foo/bar.")
    .verify(&["oc get pods --all-namespaces"]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut short = ImagePullFailure::all(cx);
    short.retain(|it| {
        is_short(&it.image) && it.mentions(&["registry.redhat.io", "Red Hat Registry"])
    });
    let finding = ImagePullFailure::finding(&short, |images, workloads| {
        let cause = "without a registry in the name cannot be pulled from registry.redhat.io";
        (Subject::cluster("Image", "cluster"), format!("{images} {cause}: {workloads}"))
    });
    let namespaces = short.iter().map(|it| it.pod().namespace());
    let finding = finding.map(|finding| finding.severity(Error).affects(namespaces));
    Checked::over(cx.all::<Pod<'_>>().count(), finding)
}

/// Whether the name does not begin with a host.
fn is_short(image: &str) -> bool {
    let first = image.split_once('/').map_or("", |(first, _)| first);
    !first.contains(['.', ':']) && first != "localhost"
}
