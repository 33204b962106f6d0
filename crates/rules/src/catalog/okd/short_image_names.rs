//! Images without a registry in their names, which are looked for at Red Hat.
//!
//! # Why it matters
//!
//! From 4.16 on nodes of OKD look for an image without a registry in its name at
//! registry.redhat.io first, and OKD has no login there. Pods that pulled `foo/bar` from Docker Hub
//! before do not start on a node that was updated, and a PodDisruptionBudget over them then holds up
//! the next node.
//!
//! # What to do
//!
//! Name the registry in the image: `docker.io/foo/bar`.
//!
//! # Blind spots
//!
//! Most namespaces of users are not collected.
//!
//! # References
//!
//! - okd-project/okd-web
//!   `docs/project/upgrade-notes/from-4-15/4-upgrade-timeout-poddisruptionbudget.md`

use mustknow_gather::kinds::{EVENT, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Unpulled, count, few, severity_in};
use crate::meta::Releases;

pub(super) static META: Meta = Meta {
    id: "okd/short-image-names",
    title: "images without a registry in their names, which are looked for at Red Hat",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::okd(16, u32::MAX)),
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let short: Vec<_> = Unpulled::all(case)
        .into_iter()
        .filter(|one| is_short(&one.image))
        .filter(|one| one.says(&["registry.redhat.io", "Red Hat Registry"]))
        .collect();
    let examined = case.all::<Pod<'_>>().count();
    let Some((first, rest)) =
        Unpulled::evidence(&short).split_first().map(|(a, b)| (a.clone(), b.to_vec()))
    else {
        return Verdict::over(examined, Vec::new(), "no pod in the archive");
    };
    let mut images: Vec<_> = short.iter().map(|one| one.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let severity = short
        .iter()
        .map(|one| severity_in(case, one.pod().namespace(), Severity::Error))
        .max()
        .unwrap_or(META.severity);
    let finding = Finding::new(
        Subject::cluster("Image", "cluster"),
        format!(
            "{} without a registry in the name cannot be pulled from Red Hat: {}, of {}",
            count(images.len(), "image"),
            few(&images),
            few(&Unpulled::workloads(&short))
        ),
        first,
    )
    .severity(severity)
    .why(
        "The nodes look for a name without a registry at registry.redhat.io, where OKD has no \
         login, and not at Docker Hub as before.",
    )
    .since(Unpulled::since(&short))
    .evidence(rest)
    .remedy(
        Remedy::new("Name the registry in the image, as in docker.io/foo/bar.")
            .verify("oc get pods --all-namespaces"),
    );
    Verdict::Found(vec![Unpulled::explained(&short, finding)])
}

/// Whether the name does not begin with a host.
fn is_short(image: &str) -> bool {
    let first = image.split_once('/').map_or("", |(first, _)| first);
    !first.contains(['.', ':']) && first != "localhost"
}
