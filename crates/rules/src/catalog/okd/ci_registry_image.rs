//! Images of the platform in the registry of OpenShift's CI, which does not keep them.
//!
//! # Why it matters
//!
//! Releases of OKD that come from CI name images in registry.ci.openshift.org, or before 2021 in
//! registry.svc.ci.openshift.org, which is gone. CI prunes images after some time, and a node that
//! does not have one yet cannot get it any more.
//!
//! # What to do
//!
//! Go to a release of quay.io.
//!
//! # Blind spots
//!
//! Images that every node has already are no finding, though a new node will not get them.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/360>,
//!   <https://github.com/okd-project/okd/issues/1723>,
//!   <https://github.com/okd-project/okd/issues/2231>

use mustknow_gather::kinds::{EVENT, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{Unpulled, count, few, is_platform};
use crate::meta::Releases;

const HOSTS: [&str; 2] = ["registry.ci.openshift.org/", "registry.svc.ci.openshift.org/"];

pub(super) static META: Meta = Meta {
    id: "okd/ci-registry-image",
    title: "images of the platform in the registry of CI, which does not keep them",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let theirs: Vec<_> = Unpulled::all(case)
        .into_iter()
        .filter(|one| is_platform(case, one.pod().namespace()))
        .filter(|one| HOSTS.iter().any(|host| one.image.starts_with(host)))
        .collect();
    let examined = case.all::<Pod<'_>>().count();
    let evidence = Unpulled::evidence(&theirs);
    let Some((first, rest)) = evidence.split_first() else {
        return Verdict::over(examined, Vec::new(), "no pod in the archive");
    };
    let mut images: Vec<_> = theirs.iter().map(|one| one.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let finding = Finding::new(
        Subject::cluster(
            "registry",
            HOSTS.map(|host| host.trim_end_matches('/')).first().copied().unwrap_or_default(),
        ),
        format!(
            "{} of the registry of CI cannot be pulled: {}, of {}",
            count(images.len(), "image"),
            few(&images),
            few(&Unpulled::workloads(&theirs))
        ),
        first.clone(),
    )
    .likely("that CI pruned the image is what mostly happened; the registry may be away, too")
    .why(
        "CI prunes its images after some time. A node that does not have the image yet cannot get \
         it any more.",
    )
    .since(Unpulled::since(&theirs))
    .evidence(rest.iter().cloned())
    .remedy(
        Remedy::new("Go to a release of quay.io/okd/scos-release.")
            .command(
                "oc adm upgrade --to-image=quay.io/okd/scos-release@<digest> \
                 --allow-explicit-upgrade",
            )
            .before(
                "the release is one that this version may be updated to",
                Proof::ByHand("oc adm upgrade".to_owned()),
            )
            .verify("oc get pods --all-namespaces"),
    );
    Verdict::Found(vec![Unpulled::explained(&theirs, finding)])
}
