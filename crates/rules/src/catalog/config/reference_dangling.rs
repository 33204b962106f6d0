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
    .check(|cx| Ok(check(cx)))
    .at_once("a setting stays until an administrator changes it")
    .even_while_installing("the installer does not create objects that an administrator names")
    .why(
        "Custom certificates and CAs are referenced in the cluster configuration and stored in \
         openshift-config. If the object is missing, the setting has no effect, or the operator \
         that needs it cannot continue. The effect appears after a restart or an update.",
    )
    .fix(
        "Create the object in openshift-config again, or remove the reference from the \
         configuration.",
    )
    .run(&["oc edit {holder}"])
    .verify(&["oc get {kind} {object} -n openshift-config"])
    .before(&[("the object was not removed on purpose", "")]);

/// A reference in the configuration.
struct ConfigReference<'s> {
    /// The object that contains the reference.
    holder: &'s Resource,
    /// The field to show as evidence.
    field: &'static [&'static str],
    kind: &'static str,
    name: Cow<'s, str>,
    /// What the referenced object is used for.
    purpose: &'static str,
    /// What fails without the referenced object.
    lost: &'static str,
}

fn check(cx: &RuleContext<'_>) -> Checked {
    let references = references(cx);
    let (mut findings, mut gaps) = (Vec::new(), Vec::new());
    for reference in &references {
        let absence = match reference.kind {
            "Secret" => cx.absence::<Secret<'_>>(NAMESPACE, &reference.name),
            _ => cx.absence::<ConfigMap<'_>>(NAMESPACE, &reference.name),
        };
        match absence {
            Ok(searched) => findings.extend(searched.map(|it| finding(reference, &it))),
            Err(missing) => gaps.push(missing.into()),
        }
    }
    Checked::over(references.len(), findings).or_unknown(gaps)
}

fn references<'s>(cx: &RuleContext<'s>) -> Vec<ConfigReference<'s>> {
    let mut found = Vec::new();
    if let Some(holder) = cx.find::<ApiServerConfig<'s>>("", "cluster").map(View::resource) {
        let certificates = holder.at(&["spec", "servingCerts", "namedCertificates"]);
        let certificates = certificates.into_iter().flat_map(Value::items);
        let names = certificates.filter_map(|it| it.text_at(&["servingCertificate", "name"]));
        found.extend(names.map(|name| ConfigReference {
            holder,
            field: &["spec", "servingCerts"],
            kind: "Secret",
            name,
            purpose: "the API server certificate for a custom host name",
            lost: "Clients that connect to this name receive an unexpected certificate.",
        }));
        found.extend(holder.text(&["spec", "clientCA", "name"]).map(|name| ConfigReference {
            holder,
            field: &["spec", "clientCA"],
            kind: "ConfigMap",
            name,
            purpose: "the CA for client certificates",
            lost: "Client certificates issued by this CA are not accepted.",
        }));
    }
    if let Some(holder) = cx.find::<ImageConfig<'s>>("", "cluster").map(View::resource) {
        let name = holder.text(&["spec", "additionalTrustedCA", "name"]);
        found.extend(name.map(|name| ConfigReference {
            holder,
            field: &["spec", "additionalTrustedCA"],
            kind: "ConfigMap",
            name,
            purpose: "the CAs for registries",
            lost: "Images cannot be pulled from registries with certificates issued by these CAs.",
        }));
    }
    found.retain(|reference| !reference.name.is_empty());
    found
}

fn finding(reference: &ConfigReference<'_>, searched: &Searched) -> Finding {
    let ConfigReference { holder, field, kind, name, purpose, lost } = reference;
    let missing = Subject::namespaced(kind, NAMESPACE, &**name);
    let key = holder.key();
    Finding::new(
        Subject::of(holder),
        format!("{key} references {missing} as {purpose}, but it does not exist"),
        Evidence::field(holder, field, "the reference"),
    )
    .why(*lost)
    .keywords(name)
    .evidence([Evidence::missing(missing, searched)])
    .with("holder", format!("{}/{}", key.kind.qualified(), key.name))
    .with("kind", kind.to_lowercase())
    .with("object", &**name)
}
