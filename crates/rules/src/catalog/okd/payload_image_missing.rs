//! Release images missing from the registry.
//!
//! An incomplete mirror looks the same; in that case the image is missing only from the mirror.
//!
//! - <https://github.com/okd-project/okd/issues/2244>,
//!   <https://github.com/okd-project/okd/issues/2194>

use crate::catalog::prelude::*;

/// The repositories with the images of OKD releases.
const CONTENT: [&str; 2] = ["quay.io/okd/scos-content@", "quay.io/openshift/okd-content@"];
/// The kinds that configure mirrors.
const MIRRORS: [&Kind; 2] = [&IMAGE_DIGEST_MIRROR_SET, &IMAGE_CONTENT_SOURCE_POLICY];

pub(super) const RULE: Rule = rule(Error, Cause, OKD)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT), Need::Kind(MIRRORS[0]), Need::Kind(MIRRORS[1])])
    // A pull may take that long.
    .grace(Span::minutes(5))
    .even_while_installing("the image does not exist")
    .why(
        "A release refers to its images by digest. If an image was never pushed, or was pruned, \
         every node that needs it waits indefinitely, and the update or the repair of the \
         platform is stuck.",
    )
    .fix("Update to another release for which all images exist.")
    .run(&["oc adm upgrade --to-image=<release image of another version> --allow-explicit-upgrade"])
    .verify(&["oc get pods --all-namespaces"])
    .before(&[
        (
            "the image is missing from the registry and not only from a mirror of this cluster",
            "oc image info {image}",
        ),
        ("every image of the other release exists", "oc adm release info <release> --pullspecs"),
    ]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut missing = ImagePullFailure::all(cx);
    missing.retain(|it| {
        is_platform(cx, it.pod().namespace())
            && CONTENT.iter().any(|host| it.image.starts_with(host))
            && it.mentions(&["manifest unknown", "name unknown"])
    });
    let version = cx.cluster_version().and_then(ClusterVersion::desired_version);
    let version = version.unwrap_or_default();
    let finding = ImagePullFailure::finding(&missing, |images, workloads| {
        let summary =
            format!("{images} of release {version} missing from the registry: {workloads}");
        (Subject::cluster("Release", &*version), summary)
    });
    let has_mirrors = MIRRORS.iter().any(|kind| !cx.of_kind(kind).is_empty());
    let finding = finding.map(|finding| {
        let finding = finding.with("image", missing.first().map_or("", |it| &it.image));
        let reason = "mirrors are configured, and the image may be missing only from them";
        if has_mirrors { finding.likely(reason) } else { finding }
    });
    Checked::over(cx.all::<Pod<'_>>().count(), finding)
}
