//! Platform images that cannot be pulled from the OpenShift CI registry.
//!
//! # Why it matters
//!
//! OKD releases from CI refer to images in registry.ci.openshift.org, or before 2021 in
//! registry.svc.ci.openshift.org, which no longer exists. CI prunes images after some time, and a
//! node that does not have an image yet can no longer pull it.
//!
//! # What to do
//!
//! Update to a release from quay.io.
//!
//! # Blind spots
//!
//! Images that every node already has are not reported, although a new node cannot pull them.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/360>,
//!   <https://github.com/okd-project/okd/issues/1723>,
//!   <https://github.com/okd-project/okd/issues/2231>

use mustknow_cluster::model::kinds::{EVENT, POD};
use mustknow_cluster::views::Pod;

use crate::catalog::prelude::*;
use crate::domain::ImagePullFailure;
use crate::engine::meta::Releases;
use crate::engine::{is_platform, name_list, pluralize};

const HOSTS: [&str; 2] = ["registry.ci.openshift.org/", "registry.svc.ci.openshift.org/"];

pub(super) static META: Meta = Meta {
    id: "okd/ci-registry-image",
    title: "platform images that cannot be pulled from the OpenShift CI registry",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let failures: Vec<_> = ImagePullFailure::all(cx)
        .into_iter()
        .filter(|one| is_platform(cx, one.pod().namespace()))
        .filter(|one| HOSTS.iter().any(|host| one.image.starts_with(host)))
        .collect();
    let examined = cx.all::<Pod<'_>>().count();
    let evidence = ImagePullFailure::evidence(&failures);
    let Some((first, rest)) = evidence.split_first() else {
        return Verdict::over(examined, Vec::new(), "no pod in the archive");
    };
    let mut images: Vec<_> = failures.iter().map(|one| one.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let finding = Finding::new(
        Subject::cluster(
            "registry",
            HOSTS.map(|host| host.trim_end_matches('/')).first().copied().unwrap_or_default(),
        ),
        format!(
            "{} in the CI registry cannot be pulled: {}, used by {}",
            pluralize(images.len(), "image"),
            name_list(&images),
            name_list(&ImagePullFailure::workloads(&failures))
        ),
        first.clone(),
    )
    .likely("CI has usually pruned the image, but the registry may also be unavailable")
    .why(
        "CI prunes its images after some time. A node that does not have the image yet can no \
         longer pull it.",
    )
    .since(ImagePullFailure::since(&failures))
    .evidence(rest.iter().cloned())
    .remedy(
        Remedy::new("Update to a release from quay.io/okd/scos-release.")
            .command(
                "oc adm upgrade --to-image=quay.io/okd/scos-release@<digest> \
                 --allow-explicit-upgrade",
            )
            .precondition(
                "the current version can be updated to the release",
                Proof::ByHand("oc adm upgrade".to_owned()),
            )
            .verify("oc get pods --all-namespaces"),
    );
    Verdict::Found(vec![ImagePullFailure::with_effects(&failures, finding)])
}
