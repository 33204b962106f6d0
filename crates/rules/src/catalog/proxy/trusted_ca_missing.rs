//! Missing trustedCA ConfigMap of the cluster-wide proxy.
//!
//! The content is checked only for a ConfigMap with the name `user-ca-bundle`, which is the name
//! that the installer uses.
//!
//! - openshift/cluster-network-operator `pkg/controller/proxyconfig/validation.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-config";
const USUAL: &str = "user-ca-bundle";

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&PROXY)])
    .reads(&[Need::Kind(&CONFIG_MAP), Need::ConfigMap(NAMESPACE, USUAL)])
    .at_once("a setting stays until an administrator changes it")
    .even_while_installing("no component creates the ConfigMap")
    .why(
        "The cluster-wide proxy references a ConfigMap with CAs to trust in addition to the \
         system CAs. While the ConfigMap is missing, the network operator does not update the \
         trusted CA bundle of the cluster and is degraded, and connections through a proxy that \
         intercepts TLS are not trusted.",
    )
    .fix(
        "Create the ConfigMap in openshift-config with the key ca-bundle.crt, or reference an \
         existing one in spec.trustedCA of Proxy/cluster.",
    )
    .run(&["oc create configmap {config_map} -n openshift-config --from-file=ca-bundle.crt=<file>"])
    .verify(&["oc get clusteroperator network"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let proxy = cx.required::<Proxy<'_>>("", "cluster")?.resource();
    let Some(name) = proxy.visible(&["spec", "trustedCA", "name"])? else {
        return Err(not_applicable("the proxy has no trustedCA"));
    };
    let is_empty =
        |map: ConfigMap<'_>| map.data("ca-bundle.crt").is_none_or(|text| text.trim().is_empty());
    let (state, evidence) = match cx.look_up::<ConfigMap<'_>>(NAMESPACE, &name) {
        Lookup::Absent(searched) => {
            let subject = Subject::namespaced("ConfigMap", NAMESPACE, &*name);
            ("does not exist", Evidence::missing(subject, &searched))
        }
        Lookup::Here(map) if name == USUAL && is_empty(map) => {
            let evidence = Evidence::field(map.resource(), &["data"], "no key ca-bundle.crt");
            ("has no ca-bundle.crt", evidence)
        }
        Lookup::Here(_) => return Ok(Checked::over(1, None)),
        Lookup::Unknown(missing) => return Err(missing.into()),
    };
    let summary =
        format!("Proxy/cluster references trustedCA ConfigMap/{NAMESPACE}/{name}, which {state}");
    let reference = Evidence::field(proxy, &["spec", "trustedCA"], "the referenced ConfigMap");
    let operator = || Subject::cluster("ClusterOperator", "network");
    let finding = Finding::new(Subject::of(proxy), summary, reference)
        .evidence([evidence])
        .with("config_map", &*name)
        .keywords(&name)
        .explains(Subject::of(proxy), format!("trustedCA '{name}'"))
        .explains(Subject::of(proxy), ".svc")
        .explains(operator(), "trustedCA")
        .explains(operator(), &*name);
    Ok(Checked::over(1, [finding]))
}
