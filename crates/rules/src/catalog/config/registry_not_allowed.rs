//! Images that the cluster's own list of registries refuses.
//!
//! # Why it matters
//!
//! The configuration of images can name registries that are allowed, and then every other is
//! blocked, those of the release among them; or registries that are blocked. Nodes refuse an image
//! of such a registry before they ask for it.
//!
//! # What to do
//!
//! Add the registry to the allowed ones, or take it off the blocked ones, if its images are wanted.
//!
//! # Blind spots
//!
//! Signature policies refuse images in the same words. Where neither list is set this is no finding.
//!
//! # References
//!
//! - openshift/api `config/v1/types_image.go`, `RegistrySources`
//! - openshift/machine-config-operator `pkg/controller/container-runtime-config/helpers.go`
//! - containers/image `signature/policy_eval.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{EVENT, IMAGE_CONFIG, ImageConfig, POD, Pod};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Unpulled, count, enumerate, few, severity_in};

pub(super) static META: Meta = Meta {
    id: "config/registry-not-allowed",
    title: "images that the cluster's own list of registries refuses",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&IMAGE_CONFIG), Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(config) = case.find::<ImageConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no Image/cluster".to_owned());
    };
    let (allowed, blocked) = (list(config, "allowedRegistries"), list(config, "blockedRegistries"));
    if allowed.is_empty() && blocked.is_empty() {
        return Verdict::NotApplicable("no registry is allowed or blocked by name".to_owned());
    }
    let mut refused: BTreeMap<String, Vec<Unpulled<'_>>> = BTreeMap::new();
    for one in Unpulled::all(case) {
        let is_refused = is_blocked(&one.image, &allowed, &blocked);
        if is_refused && one.says(&["rejected by policy", "Source image rejected", "is blocked"]) {
            refused.entry(host(&one.image).to_owned()).or_default().push(one);
        }
    }
    let findings = refused
        .into_iter()
        .filter_map(|(host, members)| finding(case, config, &host, &members, &allowed));
    let examined = case.all::<Pod<'_>>().count();
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

/// Whether a scope, as `quay.io`, `quay.io/okd` or `*.example.com`, covers an image.
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
    case: &Case<'_>,
    config: ImageConfig<'_>,
    host: &str,
    members: &[Unpulled<'_>],
    allowed: &[String],
) -> Option<Finding> {
    let evidence = Unpulled::evidence(members);
    let (first, rest) = evidence.split_first()?;
    let severity = members
        .iter()
        .map(|one| severity_in(case, one.pod().namespace(), META.severity))
        .max()
        .unwrap_or(META.severity);
    let how = if allowed.is_empty() {
        "is blocked".to_owned()
    } else {
        format!("is not among those allowed ({})", enumerate(allowed, 4))
    };
    let finding = Finding::new(
        Subject::cluster("Image", "cluster"),
        format!(
            "registry {host} {how}, so {} cannot be pulled: {}",
            count(members.len(), "image"),
            few(&Unpulled::workloads(members))
        ),
        first.clone(),
    )
    .severity(severity)
    .why(
        "Nodes refuse images of registries that the configuration of the cluster does not allow, \
         those of the release among them.",
    )
    .since(Unpulled::since(members))
    .evidence(rest.iter().cloned())
    .evidence(Some(Evidence::field(
        config.resource(),
        &["spec", "registrySources"],
        "the registries that are allowed or blocked",
    )))
    .remedy(
        Remedy::new("Add the registry to the allowed ones, or take it off the blocked ones.")
            .command("oc edit image.config.openshift.io cluster")
            .before("images of this registry are wanted", Proof::ByHand(String::new()))
            .side_effect("the machine-config operator changes every node, which may restart them")
            .verify("oc get pods --all-namespaces"),
    );
    Some(Unpulled::explained(members, finding))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_scope_covers_whole_parts_of_a_name() {
        assert!(covers("quay.io", "quay.io/okd/x@sha256:1"));
        assert!(covers("quay.io/okd", "quay.io/okd/x:1"));
        assert!(covers("*.example.com", "a.example.com/x"));
        assert!(!covers("quay.io/ok", "quay.io/okd/x"));
        assert!(!covers("*.example.com", "example.com/x"));
    }
}
