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
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    // A pull may take that long.
    .grace(Span::minutes(5))
    .even_while_installing("the image does not come back")
    .why(
        "OKD releases from CI refer to images in registry.ci.openshift.org, or before 2021 in \
         registry.svc.ci.openshift.org, which no longer exists. CI prunes images after some \
         time, and a node that does not have an image yet can no longer pull it.",
    )
    .fix("Update to a release from quay.io.")
    .run(&["oc adm upgrade --to-image=quay.io/okd/scos-release@<digest> --allow-explicit-upgrade"])
    .verify(&["oc get pods --all-namespaces"])
    .before(&[("the current version can be updated to the release", "oc adm upgrade")]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut failures = ImagePullFailure::all(cx);
    failures.retain(|it| {
        is_platform(cx, it.pod().namespace()) && HOSTS.iter().any(|host| it.image.starts_with(host))
    });
    let finding = ImagePullFailure::finding(&failures, |images, workloads| {
        let images = format!("{images} in the CI registry");
        let subject = Subject::cluster("registry", "registry.ci.openshift.org");
        (subject, format!("{images} cannot be pulled: {workloads}"))
    });
    let finding = finding.map(|finding| {
        finding.likely("CI has usually pruned the image, but the registry may also be unavailable")
    });
    Checked::over(cx.all::<Pod<'_>>().count(), finding)
}
