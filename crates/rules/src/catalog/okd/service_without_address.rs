//! A Service without an address that stops the network plugin.
//!
//! # Why it matters
//!
//! In 4.13 and 4.14 the network plugin writes iptables rules for a Service with
//! `internalTrafficPolicy: Local` even when it has no address of its own. The rule names the address
//! `<nil>`, iptables refuses it, and the plugin ends: nodes lose their network pod.
//!
//! # What to do
//!
//! Take `internalTrafficPolicy: Local` away from Services without an address.
//!
//! # Blind spots
//!
//! The log names the port and not the Service, and most namespaces of users are not collected.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1760>
//! - ovn-kubernetes/ovn-kubernetes `go-controller/pkg/node/gateway_iptables.go`

use mustknow_gather::kinds::{POD, SERVICE, Service};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, few, is_plain};
use crate::meta::Releases;

/// What stopped longer ago is history.
const RECENT: Span = Span::hours(2);

static REFUSED: LogPattern =
    LogPattern::new("<nil>' not found", "openshift-ovn-kubernetes", "").matching("iptables");

pub(super) static META: Meta = Meta {
    id: "okd/service-without-address",
    title: "a Service without an address that stops the network plugin",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(13, 14)),
    needs: &[Need::Log(&REFUSED)],
    uses: &[Need::Kind(&POD), Need::Kind(&SERVICE)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &REFUSED, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: logged.examined(case) };
    };
    let places = logged.places(case);
    let services: Vec<_> = case
        .all::<Service<'_>>()
        .filter(|service| {
            let is = |field: &str, value: &str| {
                service.resource().text(&["spec", field]).as_deref() == Some(value)
            };
            is("internalTrafficPolicy", "Local") && is("clusterIP", "None")
        })
        .collect();
    let names: Vec<_> =
        services.iter().map(|service| service.resource().key().to_string()).collect();
    let which = if names.is_empty() { String::new() } else { format!(", as {}", few(&names)) };
    let remedy =
        Remedy::new("Set internalTrafficPolicy of the Services without an address to Cluster.")
            .command(
                "oc get services --all-namespaces -o custom-columns=NS:.metadata.namespace,\
             NAME:.metadata.name,IP:.spec.clusterIP,POLICY:.spec.internalTrafficPolicy",
            );
    let remedy = services
        .iter()
        .map(|service| (service.resource().namespace(), service.resource().name()))
        .filter(|(namespace, name)| is_plain(namespace) && is_plain(name))
        .take(3)
        .fold(remedy, |remedy, (namespace, name)| {
            remedy.command(format!(
                "oc patch service {name} -n {namespace} --type=merge \
                 -p '{{\"spec\":{{\"internalTrafficPolicy\":\"Cluster\"}}}}'"
            ))
        })
        .before("the owner of the Service agrees", Proof::ByHand(String::new()));
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!(
            "the network plugin writes a rule for a Service without an address{which}, and \
             iptables refuses it: {}",
            few(&places)
        ),
        first,
    )
    .why(
        "The plugin makes a rule for the address of every Service with internalTrafficPolicy \
         Local; a Service that has none gives the address <nil>. The plugin ends with the error \
         and starts again.",
    )
    .since(logged.since())
    .saying("ovnkube iptables <nil>")
    .saying(places.join("\n"))
    .evidence(evidence)
    .evidence(services.iter().take(3).map(|service| {
        let field = &["spec", "internalTrafficPolicy"];
        Evidence::field(service.resource(), field, "it has no address of its own")
    }))
    .explains(Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node"), "")
    .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube")
    .remedy(remedy.verify("oc get pods -n openshift-ovn-kubernetes"));
    Verdict::Found(vec![if services.is_empty() {
        finding.likely("the Service itself was not collected")
    } else {
        finding
    }])
}
