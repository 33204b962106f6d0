//! Short image names that resolve to registry.redhat.io.
//!
//! Most user namespaces are not collected.
//!
//! - okd-project/okd-web
//!   `docs/project/upgrade-notes/from-4-15/4-upgrade-timeout-poddisruptionbudget.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, okd(16, u32::MAX))
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "Since 4.16, OKD nodes resolve an image name without a registry to registry.redhat.io \
         first, and OKD has no login there. Pods that pulled foo/bar from Docker Hub before do \
         not start on an updated node, and a PodDisruptionBudget for these pods then blocks the \
         update of the next node.",
    )
    .fix("Specify the registry in the image name: docker.io/foo/bar.")
    .verify(&["oc get pods --all-namespaces"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let short: Vec<_> = ImagePullFailure::all(cx)
        .into_iter()
        .filter(|one| is_short(&one.image))
        .filter(|one| one.mentions(&["registry.redhat.io", "Red Hat Registry"]))
        .collect();
    let examined = cx.all::<Pod<'_>>().count();
    let Some((first, rest)) =
        ImagePullFailure::evidence(&short).split_first().map(|(a, b)| (a.clone(), b.to_vec()))
    else {
        return Ok(Checked::over(examined, Vec::new()));
    };
    let mut images: Vec<_> = short.iter().map(|one| one.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let severity = short
        .iter()
        .map(|one| severity_in(cx, one.pod().namespace(), Error))
        .max()
        .unwrap_or(RULE.meta.severity);
    let finding = Finding::new(
        Subject::cluster("Image", "cluster"),
        format!(
            "{} without a registry in the name cannot be pulled from registry.redhat.io: {}, used \
             by {}",
            pluralize(images.len(), "image"),
            name_list(&images),
            name_list(&ImagePullFailure::workloads(&short))
        ),
        first,
    )
    .severity(severity)
    .since(ImagePullFailure::since(&short))
    .evidence(rest);
    Ok(Checked::over(1, vec![ImagePullFailure::with_effects(&short, finding)]))
}

/// Whether the name does not begin with a host.
fn is_short(image: &str) -> bool {
    let first = image.split_once('/').map_or("", |(first, _)| first);
    !first.contains(['.', ':']) && first != "localhost"
}
