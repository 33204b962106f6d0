//! Cluster configuration that references a missing Secret or ConfigMap.
//!
//! Only the serving certificates and the client CA of the API server and the registry CAs are
//! checked. The content of the objects is not read.
//!
//! - openshift/api `config/v1/types_apiserver.go`, `config/v1/types_image.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-config";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .reads(&[
        Need::Kind(&API_SERVER_CONFIG),
        Need::Kind(&IMAGE_CONFIG),
        Need::Kind(&CONFIG_MAP),
        Need::Kind(&SECRET),
    ])
    .check(check)
    .why(
        "Custom certificates and CAs are referenced in the cluster configuration and stored in \
         openshift-config. If the object is missing, the setting has no effect, or the operator \
         that needs it cannot continue. The effect appears after a restart or an update.",
    )
    .fix("Create the object again, or remove the reference from the configuration.");

/// A reference in the configuration.
struct ConfigReference<'s> {
    /// The object that contains the reference.
    holder: &'s Resource,
    /// The field to show as evidence.
    field: &'static [&'static str],
    kind: &'static str,
    name: String,
    /// What the referenced object is used for.
    purpose: &'static str,
    /// What fails without the referenced object.
    lost: &'static str,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let references = references(cx);
    let mut findings = Vec::new();
    let mut unknown: Option<Missing> = None;
    for reference in &references {
        let answer = match reference.kind {
            "Secret" => absent(cx.look_up::<Secret<'_>>(NAMESPACE, &reference.name)),
            _ => absent(cx.look_up::<ConfigMap<'_>>(NAMESPACE, &reference.name)),
        };
        match answer {
            Ok(Some(searched)) => findings.push(finding(reference, &searched)),
            Ok(None) => {}
            Err(missing) => unknown = Some(missing),
        }
    }
    match unknown {
        Some(missing) if findings.is_empty() => Err(NotJudged::from(Gap::missing(&missing))),
        _ => Ok(Checked::over(references.len(), findings)),
    }
}

/// The proof that the object is missing, or None when it exists.
fn absent<V>(answer: Lookup<V>) -> Result<Option<Searched>, Missing> {
    match answer {
        Lookup::Here(_) => Ok(None),
        Lookup::Absent(searched) => Ok(Some(searched)),
        Lookup::Unknown(missing) => Err(missing),
    }
}

fn references<'s>(cx: &RuleContext<'s>) -> Vec<ConfigReference<'s>> {
    let mut found = Vec::new();
    if let Some(server) = cx.find::<ApiServerConfig<'s>>("", "cluster").map(View::resource) {
        let named = server.at(&["spec", "servingCerts", "namedCertificates"]);
        for certificate in named.into_iter().flat_map(Value::items) {
            if let Some(name) = certificate.text_at(&["servingCertificate", "name"]) {
                found.push(ConfigReference {
                    holder: server,
                    field: &["spec", "servingCerts"],
                    kind: "Secret",
                    name: name.into_owned(),
                    purpose: "the API server certificate for a custom host name",
                    lost: "Clients that connect to this name receive an unexpected certificate.",
                });
            }
        }
        if let Some(name) = server.text(&["spec", "clientCA", "name"]) {
            found.push(ConfigReference {
                holder: server,
                field: &["spec", "clientCA"],
                kind: "ConfigMap",
                name: name.into_owned(),
                purpose: "the CA for client certificates",
                lost: "Client certificates issued by this CA are not accepted.",
            });
        }
    }
    if let Some(image) = cx.find::<ImageConfig<'s>>("", "cluster").map(View::resource)
        && let Some(name) = image.text(&["spec", "additionalTrustedCA", "name"])
    {
        found.push(ConfigReference {
            holder: image,
            field: &["spec", "additionalTrustedCA"],
            kind: "ConfigMap",
            name: name.into_owned(),
            purpose: "the CAs for registries",
            lost: "Images cannot be pulled from registries with certificates issued by these CAs.",
        });
    }
    found.retain(|reference| !reference.name.is_empty());
    found
}

fn finding(reference: &ConfigReference<'_>, searched: &Searched) -> Finding {
    let ConfigReference { holder, field, kind, name, purpose, lost } = reference;
    let missing = Subject::namespaced(kind, NAMESPACE, name);
    let key = holder.key();
    Finding::new(
        Subject::of(holder),
        format!("{key} references {missing} as {purpose}, but it does not exist"),
        Evidence::field(holder, field, "the reference"),
    )
    .why(*lost)
    .keywords(name)
    .evidence(Some(Evidence::missing(missing, searched)))
    .fix(format!("Create the {kind} in {NAMESPACE} again, or remove the reference from {key}."))
    .run(format!("oc get {} -o yaml", key.kind.qualified()))
    .before("the object was not removed on purpose", Proof::ByHand(String::new()))
}
