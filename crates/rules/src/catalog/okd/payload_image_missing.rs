//! A release that names images its registry does not have.
//!
//! # Why it matters
//!
//! A release names its images by digest. Where one was never pushed, or was pruned, every node that
//! needs it waits for ever, and the update or the repair of the platform stands still.
//!
//! # What to do
//!
//! Go to another release, whose images are all there.
//!
//! # Blind spots
//!
//! A mirror that is incomplete looks the same; then the image is missing in the mirror only.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/2244>,
//!   <https://github.com/okd-project/okd/issues/2194>

use mustknow_gather::kinds::{
    ClusterVersion, EVENT, IMAGE_CONTENT_SOURCE_POLICY, IMAGE_DIGEST_MIRROR_SET, POD, Pod,
};

use crate::catalog::prelude::*;
use crate::facts::{Unpulled, count, few, is_plain, is_platform};
use crate::meta::Releases;

/// Where the images of releases of OKD are.
const CONTENT: [&str; 2] = ["quay.io/okd/scos-content@", "quay.io/openshift/okd-content@"];

pub(super) static META: Meta = Meta {
    id: "okd/payload-image-missing",
    title: "a release that names images its registry does not have",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&POD)],
    uses: &[
        Need::Kind(&EVENT),
        Need::Kind(&IMAGE_DIGEST_MIRROR_SET),
        Need::Kind(&IMAGE_CONTENT_SOURCE_POLICY),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let gone: Vec<_> = Unpulled::all(case)
        .into_iter()
        .filter(|one| is_platform(case, one.pod().namespace()))
        .filter(|one| CONTENT.iter().any(|host| one.image.starts_with(host)))
        .filter(|one| one.says(&["manifest unknown", "name unknown"]))
        .collect();
    let examined = case.all::<Pod<'_>>().count();
    let evidence = Unpulled::evidence(&gone);
    let Some((first, rest)) = evidence.split_first() else {
        return Verdict::over(examined, Vec::new(), "no pod in the archive");
    };
    let mut images: Vec<_> = gone.iter().map(|one| one.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let version = case.cluster_version().and_then(ClusterVersion::desired_version);
    let version = version.unwrap_or_default();
    let release = if is_plain(&version) { &*version } else { "<release>" };
    let image = images.first().copied().filter(|image| is_plain(image)).unwrap_or("<image>");
    let finding = Finding::new(
        Subject::cluster("Release", &*version),
        format!(
            "{} of release {version} does not exist in the registry: {}, of {}",
            count(images.len(), "image"),
            few(&images),
            few(&Unpulled::workloads(&gone))
        ),
        first.clone(),
    )
    .why(
        "The release names the image by its digest, and the registry has no such image. No node \
         gets it, however often it is tried.",
    )
    .since(Unpulled::since(&gone))
    .evidence(rest.iter().cloned())
    .remedy(
        Remedy::new("Go to another release, whose images are all there.")
            .command(
                "oc adm upgrade --to-image=<release image of another version> \
                 --allow-explicit-upgrade",
            )
            .before(
                "the image is missing in the registry and not only in a mirror of this cluster",
                Proof::ByHand(format!("oc image info {image}")),
            )
            .before(
                "every image of the other release exists",
                Proof::ByHand(format!("oc adm release info {release} --pullspecs")),
            )
            .verify("oc get pods --all-namespaces"),
    );
    let finding = if has_mirrors(case) {
        finding.likely("mirrors are configured, and the image may be missing in them only")
    } else {
        finding
    };
    Verdict::Found(vec![Unpulled::explained(&gone, finding)])
}

fn has_mirrors(case: &Case<'_>) -> bool {
    [&IMAGE_DIGEST_MIRROR_SET, &IMAGE_CONTENT_SOURCE_POLICY]
        .into_iter()
        .any(|kind| !case.snapshot().of_kind(kind).is_empty())
}
