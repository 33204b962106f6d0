//! A proxy whose authority of certificates is in a ConfigMap that does not exist.
//!
//! # Why it matters
//!
//! The cluster-wide proxy names a ConfigMap with the authorities to trust besides those of the
//! system. While it is missing, the network operator does not renew the trust bundle of the cluster
//! and is degraded, and what goes through a proxy that opens TLS is not trusted.
//!
//! # What to do
//!
//! Create the ConfigMap in openshift-config with the key `ca-bundle.crt`, or name one that exists.
//!
//! # Blind spots
//!
//! What the ConfigMap holds is read only of the one called `user-ca-bundle`, which is the name the
//! installer gives.
//!
//! # References
//!
//! - openshift/cluster-network-operator `pkg/controller/proxyconfig/validation.go`

use mustknow_gather::Lookup;
use mustknow_gather::kinds::{CONFIG_MAP, ConfigMap, PROXY, Proxy};

use crate::catalog::prelude::*;
use crate::facts::is_plain;

const NAMESPACE: &str = "openshift-config";
const USUAL: &str = "user-ca-bundle";

pub(super) static META: Meta = Meta {
    id: "proxy/trusted-ca-missing",
    title: "a proxy whose authority of certificates does not exist",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&PROXY)],
    uses: &[Need::Kind(&CONFIG_MAP), Need::ConfigMap(NAMESPACE, USUAL)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(proxy) = case.find::<Proxy<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no Proxy/cluster".to_owned());
    };
    let Some(name) = proxy.resource().text(&["spec", "trustedCA", "name"]) else {
        return Verdict::NotApplicable("the proxy names no authority".to_owned());
    };
    match case.look_up::<ConfigMap<'_>>(NAMESPACE, &name) {
        Lookup::Absent(searched) => {
            let subject = Subject::namespaced("ConfigMap", NAMESPACE, &*name);
            let finding = finding(proxy, &name, "does not exist")
                .evidence(Some(Evidence::missing(subject, &searched)));
            Verdict::Found(vec![finding])
        }
        Lookup::Here(map) if name == USUAL && is_empty(map) => {
            let evidence = Evidence::field(map.resource(), &["data"], "it holds no ca-bundle.crt");
            let finding = finding(proxy, &name, "has no ca-bundle.crt").evidence(Some(evidence));
            Verdict::Found(vec![finding])
        }
        Lookup::Here(_) => Verdict::Healthy { examined: 1 },
        Lookup::Unknown(missing) => Verdict::Unknown(Gap::missing(&missing)),
    }
}

fn is_empty(map: ConfigMap<'_>) -> bool {
    map.data("ca-bundle.crt").is_none_or(|text| text.trim().is_empty())
}

fn finding(proxy: Proxy<'_>, name: &str, state: &str) -> Finding {
    let remedy = Remedy::new(
        "Create the ConfigMap with the key ca-bundle.crt, or name one that exists in \
         spec.trustedCA of Proxy/cluster.",
    );
    let remedy = if is_plain(name) {
        remedy.command(format!(
            "oc create configmap {name} -n {NAMESPACE} --from-file=ca-bundle.crt=<file>"
        ))
    } else {
        remedy
    };
    Finding::new(
        Subject::view(proxy),
        format!("Proxy/cluster trusts ConfigMap/{NAMESPACE}/{name}, which {state}"),
        Evidence::field(proxy.resource(), &["spec", "trustedCA"], "the ConfigMap it names"),
    )
    .why(
        "The network operator cannot merge the authorities into the trust bundle of the cluster, \
         and is degraded. Components do not trust a proxy that opens TLS.",
    )
    .saying(name)
    .explains(Subject::view(proxy), format!("trustedCA '{name}'"))
    .explains(Subject::view(proxy), ".svc")
    .explains(Subject::cluster("ClusterOperator", "network"), "trustedCA")
    .explains(Subject::cluster("ClusterOperator", "network"), name)
    .remedy(remedy.verify("oc get clusteroperator network"))
}
