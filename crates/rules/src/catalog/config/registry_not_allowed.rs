//! Images rejected by the allowed or blocked registries of the cluster.
//!
//! Signature policies reject images with the same message. If neither list is set, this is not
//! reported.
//!
//! - openshift/api `config/v1/types_image.go`, `RegistrySources`
//! - openshift/machine-config-operator `pkg/controller/container-runtime-config/helpers.go`
//! - containers/image `signature/policy_eval.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&IMAGE_CONFIG), Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT)])
    .check(check)
    .at_once("a node rejects the image at every attempt, whatever its age")
    .even_while_installing("the installer does not change the lists of registries")
    .why(
        "The image configuration can list allowed registries, which blocks every other \
         registry, including the registries of the release images. It can also list blocked \
         registries. Nodes reject an image from such a registry before they contact it.",
    )
    .fix(
        "Add the registry to the allowed registries, or remove it from the blocked registries, \
         if its images are required.",
    )
    .run(&["oc edit image.config.openshift.io cluster"])
    .verify(&["oc get pods --all-namespaces"])
    .side_effects(&["the Machine Config Operator updates every node, which may restart the nodes"])
    .before(&[("images from this registry are required", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let config = cx.required::<ImageConfig<'_>>("", "cluster")?.resource();
    let (allowed, blocked) = (list(config, "allowedRegistries"), list(config, "blockedRegistries"));
    if allowed.is_empty() && blocked.is_empty() {
        return Err(not_applicable("no allowed or blocked registries are set"));
    }
    let mut rejected: BTreeMap<String, Vec<ImagePullFailure<'_>>> = BTreeMap::new();
    for one in ImagePullFailure::all(cx) {
        if is_blocked(&one.image, &allowed, &blocked)
            && one.mentions(&["rejected by policy", "Source image rejected", "is blocked"])
        {
            rejected.entry(host(&one.image).to_owned()).or_default().push(one);
        }
    }
    let findings =
        rejected.iter().filter_map(|(host, members)| finding(config, host, members, &allowed));
    Ok(Checked::over(cx.all::<Pod<'_>>().count(), findings))
}

fn list(config: &Resource, field: &str) -> Vec<String> {
    let listed = config.at(&["spec", "registrySources", field]);
    let entries = listed.into_iter().flat_map(Value::items);
    entries.filter_map(|entry| Some(entry.text()?.into_owned())).collect()
}

fn is_blocked(image: &str, allowed: &[String], blocked: &[String]) -> bool {
    let covered = |scopes: &[String]| scopes.iter().any(|scope| covers(scope, image));
    covered(blocked) || (!allowed.is_empty() && !covered(allowed))
}

/// Whether a scope, such as `quay.io`, `quay.io/okd` or `*.example.com`, covers an image.
fn covers(scope: &str, image: &str) -> bool {
    match scope.strip_prefix("*.") {
        Some(domain) => host(image).ends_with(&format!(".{domain}")),
        None => image
            .strip_prefix(scope)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', ':', '@'])),
    }
}

fn host(image: &str) -> &str {
    image.split('/').next().unwrap_or_default()
}

fn finding(
    config: &Resource,
    host: &str,
    members: &[ImagePullFailure<'_>],
    allowed: &[String],
) -> Option<Finding> {
    let mut evidence = ImagePullFailure::evidence(members).into_iter();
    let how = match name_list_up_to(allowed, 4) {
        none if none.is_empty() => "is blocked".to_owned(),
        allowed => format!("is not an allowed registry ({allowed})"),
    };
    let images = pluralize(members.len(), "image");
    let workloads = name_list(&ImagePullFailure::workloads(members));
    let finding = Finding::new(
        Subject::cluster("Image", "cluster"),
        format!("registry {host} {how}, so {images} cannot be pulled: {workloads}"),
        evidence.next()?,
    )
    .affects(members.iter().map(|it| it.pod().namespace()))
    .since(ImagePullFailure::since(members))
    .evidence(evidence)
    .evidence([Evidence::field(
        config,
        &["spec", "registrySources"],
        "the allowed or blocked registries",
    )]);
    Some(ImagePullFailure::with_effects(members, finding))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_scope_matches_complete_parts_of_a_name() {
        assert!(covers("quay.io", "quay.io/okd/x@sha256:1"));
        assert!(covers("quay.io/okd", "quay.io/okd/x:1"));
        assert!(covers("*.example.com", "a.example.com/x"));
        assert!(!covers("quay.io/ok", "quay.io/okd/x"));
        assert!(!covers("*.example.com", "example.com/x"));
    }
}
