//! Release images missing from the registry.
//!
//! An incomplete mirror looks the same; in that case the image is missing only from the mirror.
//!
//! - <https://github.com/okd-project/okd/issues/2244>,
//!   <https://github.com/okd-project/okd/issues/2194>

use crate::catalog::prelude::*;

/// The repositories with the images of OKD releases.
const CONTENT: [&str; 2] = ["quay.io/okd/scos-content@", "quay.io/openshift/okd-content@"];

pub(super) const RULE: Rule = rule(Error, Cause, OKD)
    .needs(&[Need::Kind(&POD)])
    .reads(&[
        Need::Kind(&EVENT),
        Need::Kind(&IMAGE_DIGEST_MIRROR_SET),
        Need::Kind(&IMAGE_CONTENT_SOURCE_POLICY),
    ])
    .check(check)
    .why(
        "A release refers to its images by digest. If an image was never pushed, or was pruned, \
         every node that needs it waits indefinitely, and the update or the repair of the \
         platform is stuck.",
    )
    .fix("Update to another release for which all images exist.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let missing: Vec<_> = ImagePullFailure::all(cx)
        .into_iter()
        .filter(|one| is_platform(cx, one.pod().namespace()))
        .filter(|one| CONTENT.iter().any(|host| one.image.starts_with(host)))
        .filter(|one| one.mentions(&["manifest unknown", "name unknown"]))
        .collect();
    let examined = cx.all::<Pod<'_>>().count();
    let evidence = ImagePullFailure::evidence(&missing);
    let Some((first, rest)) = evidence.split_first() else {
        return Ok(Checked::over(examined, Vec::new()));
    };
    let mut images: Vec<_> = missing.iter().map(|one| one.image.as_str()).collect();
    images.sort_unstable();
    images.dedup();
    let version = cx.cluster_version().and_then(ClusterVersion::desired_version);
    let version = version.unwrap_or_default();
    let release = if is_shell_safe(&version) { &*version } else { "<release>" };
    let image = images.first().copied().filter(|image| is_shell_safe(image)).unwrap_or("<image>");
    let finding = Finding::new(
        Subject::cluster("Release", &*version),
        format!(
            "{} of release {version} missing from the registry: {}, used by {}",
            pluralize(images.len(), "image"),
            name_list(&images),
            name_list(&ImagePullFailure::workloads(&missing))
        ),
        first.clone(),
    )
    .since(ImagePullFailure::since(&missing))
    .evidence(rest.iter().cloned())
    .run(
        "oc adm upgrade --to-image=<release image of another version> \
                 --allow-explicit-upgrade",
    )
    .before(
        "the image is missing from the registry and not only from a mirror of this cluster",
        Proof::ByHand(format!("oc image info {image}")),
    )
    .before(
        "every image of the other release exists",
        Proof::ByHand(format!("oc adm release info {release} --pullspecs")),
    )
    .verify("oc get pods --all-namespaces");
    let finding = if has_mirrors(cx) {
        finding.likely("mirrors are configured, and the image may be missing only from them")
    } else {
        finding
    };
    Ok(Checked::over(1, vec![ImagePullFailure::with_effects(&missing, finding)]))
}

fn has_mirrors(cx: &RuleContext<'_>) -> bool {
    [&IMAGE_DIGEST_MIRROR_SET, &IMAGE_CONTENT_SOURCE_POLICY]
        .into_iter()
        .any(|kind| !cx.snapshot().of_kind(kind).is_empty())
}
