//! Short image names that resolve to registry.redhat.io.
//!
//! # Why it matters
//!
//! Since 4.16, OKD nodes resolve an image name without a registry to registry.redhat.io first, and
//! OKD has no login there. Pods that pulled `foo/bar` from Docker Hub before do not start on an
//! updated node, and a PodDisruptionBudget for these pods then blocks the update of the next node.
//!
//! # What to do
//!
//! Specify the registry in the image name: `docker.io/foo/bar`.
//!
//! # Blind spots
//!
//! Most user namespaces are not collected.
//!
//! # References
//!
//! - okd-project/okd-web
//!   `docs/project/upgrade-notes/from-4-15/4-upgrade-timeout-poddisruptionbudget.md`

use mustknow_cluster::model::kinds::{EVENT, POD};
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::ImagePullFailure;
use crate::engine::meta::Releases;
use crate::engine::{name_list, pluralize, severity_in};

pub(super) static META: Meta = Meta {
    id: "okd/short-image-names",
    title: "short image names that resolve to registry.redhat.io",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(16, u32::MAX)),
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let short: Vec<_> = ImagePullFailure::all(cx)
        .into_iter()
        .filter(|one| is_short(&one.image))
        .filter(|one| one.mentions(&["registry.redhat.io", "Red Hat Registry"]))
        .collect();
    let examined = cx.all::<Pod<'_>>().count();
    let Some((first, rest)) =
        ImagePullFailure::evidence(&short).split_first().map(|(a, b)| (a.clone(), b.to_vec()))
    else {
        return Verdict::over(examined, Vec::new(), "no pod in the archive");
    };
    let mut images: Vec<_> = short.iter().map(|one| one.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let severity = short
        .iter()
        .map(|one| severity_in(cx, one.pod().namespace(), Severity::Error))
        .max()
        .unwrap_or(META.severity);
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
    .why(
        "The nodes resolve a name without a registry to registry.redhat.io, where OKD has no \
         login, and not to Docker Hub as before.",
    )
    .since(ImagePullFailure::since(&short))
    .evidence(rest)
    .remedy(
        Remedy::new("Specify the registry in the image name, for example docker.io/foo/bar.")
            .verify("oc get pods --all-namespaces"),
    );
    Verdict::Found(vec![ImagePullFailure::with_effects(&short, finding)])
}

/// Whether the name does not begin with a host.
fn is_short(image: &str) -> bool {
    let first = image.split_once('/').map_or("", |(first, _)| first);
    !first.contains(['.', ':']) && first != "localhost"
}
