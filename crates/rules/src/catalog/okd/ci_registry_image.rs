//! Platform images that cannot be pulled from the OpenShift CI registry.
//!
//! Images that every node already has are not reported, although a new node cannot pull them.
//!
//! - <https://github.com/okd-project/okd/issues/360>,
//!   <https://github.com/okd-project/okd/issues/1723>,
//!   <https://github.com/okd-project/okd/issues/2231>

use crate::catalog::prelude::*;

const HOSTS: [&str; 2] = ["registry.ci.openshift.org/", "registry.svc.ci.openshift.org/"];

pub(super) const RULE: Rule = rule(Error, Cause, OKD)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .why(
        "OKD releases from CI refer to images in registry.ci.openshift.org, or before 2021 in \
         registry.svc.ci.openshift.org, which no longer exists. CI prunes images after some \
         time, and a node that does not have an image yet can no longer pull it.",
    )
    .fix("Update to a release from quay.io.")
    .run(&["oc adm upgrade --to-image=quay.io/okd/scos-release@<digest> \
             --allow-explicit-upgrade"])
    .verify(&["oc get pods --all-namespaces"])
    .before(&[("the current version can be updated to the release", "oc adm upgrade")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let failures: Vec<_> = ImagePullFailure::all(cx)
        .into_iter()
        .filter(|one| is_platform(cx, one.pod().namespace()))
        .filter(|one| HOSTS.iter().any(|host| one.image.starts_with(host)))
        .collect();
    let examined = cx.all::<Pod<'_>>().count();
    let evidence = ImagePullFailure::evidence(&failures);
    let Some((first, rest)) = evidence.split_first() else {
        return Ok(Checked::over(examined, Vec::new()));
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
    .since(ImagePullFailure::since(&failures))
    .evidence(rest.iter().cloned());
    Ok(Checked::over(1, vec![ImagePullFailure::with_effects(&failures, finding)]))
}
