//! Images rejected by the allowed or blocked registries of the cluster.
//!
//! # Why it matters
//!
//! The image configuration can list allowed registries, which blocks every other registry,
//! including the registries of the release images. It can also list blocked registries. Nodes
//! reject an image from such a registry before they contact it.
//!
//! # What to do
//!
//! Add the registry to the allowed registries, or remove it from the blocked registries, if its
//! images are required.
//!
//! # Blind spots
//!
//! Signature policies reject images with the same message. If neither list is set, this is not
//! reported.
//!
//! # References
//!
//! - openshift/api `config/v1/types_image.go`, `RegistrySources`
//! - openshift/machine-config-operator `pkg/controller/container-runtime-config/helpers.go`
//! - containers/image `signature/policy_eval.go`

use std::collections::BTreeMap;

use mustknow_cluster::model::kinds::{EVENT, IMAGE_CONFIG, POD};
use mustknow_cluster::views::{ImageConfig, Pod};
use mustknow_yaml::Value;

use crate::catalog::prelude::*;
use crate::domain::ImagePullFailure;
use crate::engine::{name_list, name_list_up_to, pluralize, severity_in};

pub(super) static META: Meta = Meta {
    id: "config/registry-not-allowed",
    title: "images rejected by the allowed or blocked registries of the cluster",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&IMAGE_CONFIG), Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(config) = cx.find::<ImageConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("Image/cluster does not exist".to_owned());
    };
    let (allowed, blocked) = (list(config, "allowedRegistries"), list(config, "blockedRegistries"));
    if allowed.is_empty() && blocked.is_empty() {
        return Verdict::NotApplicable("no allowed or blocked registries are set".to_owned());
    }
    let mut refused: BTreeMap<String, Vec<ImagePullFailure<'_>>> = BTreeMap::new();
    for one in ImagePullFailure::all(cx) {
        let is_refused = is_blocked(&one.image, &allowed, &blocked);
        if is_refused
            && one.mentions(&["rejected by policy", "Source image rejected", "is blocked"])
        {
            refused.entry(host(&one.image).to_owned()).or_default().push(one);
        }
    }
    let findings = refused
        .into_iter()
        .filter_map(|(host, members)| finding(cx, config, &host, &members, &allowed));
    let examined = cx.all::<Pod<'_>>().count();
    Verdict::over(examined, findings.collect(), "no pod in the archive")
}

fn list(config: ImageConfig<'_>, field: &str) -> Vec<String> {
    let path = ["spec", "registrySources", field];
    let listed = config.resource().at(&path);
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
    cx: &RuleContext<'_>,
    config: ImageConfig<'_>,
    host: &str,
    members: &[ImagePullFailure<'_>],
    allowed: &[String],
) -> Option<Finding> {
    let evidence = ImagePullFailure::evidence(members);
    let (first, rest) = evidence.split_first()?;
    let severity = members
        .iter()
        .map(|one| severity_in(cx, one.pod().namespace(), META.severity))
        .max()
        .unwrap_or(META.severity);
    let how = if allowed.is_empty() {
        "is blocked".to_owned()
    } else {
        format!("is not an allowed registry ({})", name_list_up_to(allowed, 4))
    };
    let finding = Finding::new(
        Subject::cluster("Image", "cluster"),
        format!(
            "registry {host} {how}, so {} cannot be pulled: {}",
            pluralize(members.len(), "image"),
            name_list(&ImagePullFailure::workloads(members))
        ),
        first.clone(),
    )
    .severity(severity)
    .why(
        "Nodes reject images from registries that the cluster configuration does not allow, \
         including the registries of the release images.",
    )
    .since(ImagePullFailure::since(members))
    .evidence(rest.iter().cloned())
    .evidence(Some(Evidence::field(
        config.resource(),
        &["spec", "registrySources"],
        "the allowed or blocked registries",
    )))
    .remedy(
        Remedy::new(
            "Add the registry to the allowed registries, or remove it from the blocked registries.",
        )
        .command("oc edit image.config.openshift.io cluster")
        .precondition("images from this registry are required", Proof::ByHand(String::new()))
        .side_effect("the Machine Config Operator updates every node, which may restart the nodes")
        .verify("oc get pods --all-namespaces"),
    );
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
