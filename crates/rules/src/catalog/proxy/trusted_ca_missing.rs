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
    .needs(&[Need::Kind(&PROXY)])
    .reads(&[Need::Kind(&CONFIG_MAP), Need::ConfigMap(NAMESPACE, USUAL)])
    .check(check)
    .why(
        "The cluster-wide proxy references a ConfigMap with CAs to trust in addition to the \
         system CAs. While the ConfigMap is missing, the network operator does not update the \
         trusted CA bundle of the cluster and is degraded, and connections through a proxy that \
         intercepts TLS are not trusted.",
    )
    .fix(
        "Create the ConfigMap in openshift-config with the key ca-bundle.crt, or reference an \
         existing one.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(proxy) = cx.find::<Proxy<'_>>("", "cluster") else {
        return Err(not_applicable("there is no Proxy/cluster"));
    };
    let Some(name) = proxy.resource().text(&["spec", "trustedCA", "name"]) else {
        return Err(not_applicable("the proxy has no trustedCA"));
    };
    match cx.look_up::<ConfigMap<'_>>(NAMESPACE, &name) {
        Lookup::Absent(searched) => {
            let subject = Subject::namespaced("ConfigMap", NAMESPACE, &*name);
            let finding = finding(proxy, &name, "does not exist")
                .evidence(Some(Evidence::missing(subject, &searched)));
            Ok(Checked::over(1, vec![finding]))
        }
        Lookup::Here(map) if name == USUAL && is_empty(map) => {
            let evidence = Evidence::field(map.resource(), &["data"], "no key ca-bundle.crt");
            let finding = finding(proxy, &name, "has no ca-bundle.crt").evidence(Some(evidence));
            Ok(Checked::over(1, vec![finding]))
        }
        Lookup::Here(_) => Ok(Checked::over(1, None)),
        Lookup::Unknown(missing) => Err(NotJudged::from(Gap::missing(&missing))),
    }
}

fn is_empty(map: ConfigMap<'_>) -> bool {
    map.data("ca-bundle.crt").is_none_or(|text| text.trim().is_empty())
}

fn finding(proxy: Proxy<'_>, name: &str, state: &str) -> Finding {
    let remedy = Remedy::new(
        "Create the ConfigMap with the key ca-bundle.crt, or reference an existing one in \
         spec.trustedCA of Proxy/cluster.",
    );
    let remedy = if is_shell_safe(name) {
        remedy.command(format!(
            "oc create configmap {name} -n {NAMESPACE} --from-file=ca-bundle.crt=<file>"
        ))
    } else {
        remedy
    };
    Finding::new(
        Subject::view(proxy),
        format!("Proxy/cluster references trustedCA ConfigMap/{NAMESPACE}/{name}, which {state}"),
        Evidence::field(proxy.resource(), &["spec", "trustedCA"], "the referenced ConfigMap"),
    )
    .keywords(name)
    .explains(Subject::view(proxy), format!("trustedCA '{name}'"))
    .explains(Subject::view(proxy), ".svc")
    .explains(Subject::cluster("ClusterOperator", "network"), "trustedCA")
    .explains(Subject::cluster("ClusterOperator", "network"), name)
    .remedy(remedy.verify("oc get clusteroperator network"))
}
