//! A setting of the cluster that names an object which does not exist.
//!
//! # Why it matters
//!
//! Certificates and authorities that administrators bring are named in the configuration of the
//! cluster and kept in openshift-config. Where the object is missing the setting has no effect, or
//! the operator that needs it cannot go on; after a restart or an update that shows.
//!
//! # What to do
//!
//! Create the object again, or take the reference out of the setting.
//!
//! # Blind spots
//!
//! Looked at are the certificates and the client authority of the API server and the authorities of
//! registries. What the objects hold is not read.
//!
//! # References
//!
//! - openshift/api `config/v1/types_apiserver.go`, `config/v1/types_image.go`

use mustknow_gather::Lookup;
use mustknow_gather::kinds::{
    API_SERVER_CONFIG, ApiServerConfig, CONFIG_MAP, ConfigMap, IMAGE_CONFIG, ImageConfig, SECRET,
    Secret,
};
use mustknow_gather::resource::Resource;
use mustknow_gather::snapshot::{Missing, Searched};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-config";

pub(super) static META: Meta = Meta {
    id: "config/reference-dangling",
    title: "a setting that names an object which does not exist",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&API_SERVER_CONFIG),
        Need::Kind(&IMAGE_CONFIG),
        Need::Kind(&CONFIG_MAP),
        Need::Kind(&SECRET),
    ],
};

/// A reference of a setting.
struct Reference<'s> {
    /// The setting's object.
    holder: &'s Resource,
    /// The field to point at.
    field: &'static [&'static str],
    kind: &'static str,
    name: String,
    /// What it is for.
    purpose: &'static str,
    /// What does not work without it.
    lost: &'static str,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let references = references(case);
    let mut findings = Vec::new();
    let mut unknown: Option<Missing> = None;
    for reference in &references {
        let answer = match reference.kind {
            "Secret" => absent(case.look_up::<Secret<'_>>(NAMESPACE, &reference.name)),
            _ => absent(case.look_up::<ConfigMap<'_>>(NAMESPACE, &reference.name)),
        };
        match answer {
            Ok(Some(searched)) => findings.push(finding(reference, &searched)),
            Ok(None) => {}
            Err(missing) => unknown = Some(missing),
        }
    }
    match unknown {
        Some(missing) if findings.is_empty() => Verdict::Unknown(Gap::missing(&missing)),
        _ => Verdict::over(references.len(), findings, "no setting names such an object"),
    }
}

/// The proof that the object is absent, or None when it is there.
fn absent<V>(answer: Lookup<V>) -> Result<Option<Searched>, Missing> {
    match answer {
        Lookup::Here(_) => Ok(None),
        Lookup::Absent(searched) => Ok(Some(searched)),
        Lookup::Unknown(missing) => Err(missing),
    }
}

fn references<'s>(case: &Case<'s>) -> Vec<Reference<'s>> {
    let mut found = Vec::new();
    if let Some(server) = case.find::<ApiServerConfig<'s>>("", "cluster").map(View::resource) {
        let named = server.at(&["spec", "servingCerts", "namedCertificates"]);
        for certificate in named.into_iter().flat_map(Value::items) {
            if let Some(name) = certificate.text_at(&["servingCertificate", "name"]) {
                found.push(Reference {
                    holder: server,
                    field: &["spec", "servingCerts"],
                    kind: "Secret",
                    name: name.into_owned(),
                    purpose: "the certificate that the API server shows under a name of its own",
                    lost: "Clients that ask for that name see a certificate they do not expect.",
                });
            }
        }
        if let Some(name) = server.text(&["spec", "clientCA", "name"]) {
            found.push(Reference {
                holder: server,
                field: &["spec", "clientCA"],
                kind: "ConfigMap",
                name: name.into_owned(),
                purpose: "the authority of client certificates",
                lost: "Client certificates of that authority are not accepted.",
            });
        }
    }
    if let Some(image) = case.find::<ImageConfig<'s>>("", "cluster").map(View::resource)
        && let Some(name) = image.text(&["spec", "additionalTrustedCA", "name"])
    {
        found.push(Reference {
            holder: image,
            field: &["spec", "additionalTrustedCA"],
            kind: "ConfigMap",
            name: name.into_owned(),
            purpose: "the authorities of registries",
            lost: "Images of registries with certificates of these authorities cannot be pulled.",
        });
    }
    found.retain(|reference| !reference.name.is_empty());
    found
}

fn finding(reference: &Reference<'_>, searched: &Searched) -> Finding {
    let Reference { holder, field, kind, name, purpose, lost } = reference;
    let missing = Subject::namespaced(kind, NAMESPACE, name);
    let key = holder.key();
    Finding::new(
        Subject::of(holder),
        format!("{key} names {missing} as {purpose}, and there is no such object"),
        Evidence::field(holder, field, "the reference"),
    )
    .why(*lost)
    .saying(name)
    .evidence(Some(Evidence::missing(missing, searched)))
    .remedy(
        Remedy::new(format!(
            "Create the {kind} in {NAMESPACE} again, or take the reference out of {key}."
        ))
        .command(format!("oc get {} -o yaml", key.kind.qualified()))
        .before("whoever removed it had no reason to", Proof::ByHand(String::new())),
    )
}
