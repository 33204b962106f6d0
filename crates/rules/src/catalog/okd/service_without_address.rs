//! Headless Service with internalTrafficPolicy Local that stops OVN-Kubernetes.
//!
//! The log names the port, not the Service, and most user namespaces are not collected.
//!
//! - <https://github.com/okd-project/okd/issues/1760>
//! - ovn-kubernetes/ovn-kubernetes `go-controller/pkg/node/gateway_iptables.go`

use crate::catalog::prelude::*;

const REFUSED: LogPattern =
    LogPattern::new("<nil>' not found", "openshift-ovn-kubernetes", "").matching("iptables");

pub(super) const RULE: Rule = rule(Error, Cause, releases(13, 14))
    .log(&[REFUSED], Span::hours(2), finding)
    .reads(&[Need::Kind(&POD), Need::Kind(&SERVICE)])
    .at_once("the network plugin exits with this error at every start")
    .even_while_installing("the Service does not change by itself")
    .why(
        "In 4.13 and 4.14, OVN-Kubernetes creates iptables rules for a Service with \
         internalTrafficPolicy: Local even if the Service has no cluster IP. The rule contains \
         the address <nil>, iptables rejects it, and the network plugin exits: nodes lose their \
         network pod.",
    )
    .fix("Set internalTrafficPolicy of Services without a cluster IP to Cluster.")
    .run(&[
        "oc get services --all-namespaces -o custom-columns=NS:.metadata.namespace,NAME:.metadata.name,IP:.spec.clusterIP,POLICY:.spec.internalTrafficPolicy",
        "oc patch service {service} -n {service_namespace} --type=merge -p '{\"spec\":{\"internalTrafficPolicy\":\"Cluster\"}}'",
    ])
    .verify(&["oc get pods -n openshift-ovn-kubernetes"])
    .before(&[("the owner of the Service agrees", "")]);

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let places = logged.writers(cx);
    let is_without_address = |service: &&Resource| {
        let is =
            |field: &str, value: &str| service.text(&["spec", field]).as_deref() == Some(value);
        is("internalTrafficPolicy", "Local") && is("clusterIP", "None")
    };
    let services: Vec<_> = cx.of_kind(&SERVICE).iter().filter(is_without_address).collect();
    let names: Vec<_> = services.iter().map(|service| service.key().to_string()).collect();
    let which =
        if names.is_empty() { String::new() } else { format!(" such as {}", name_list(&names)) };
    let summary = format!(
        "iptables rejects a rule that OVN-Kubernetes creates for a Service without a cluster \
         IP{which}: {}",
        name_list(&places)
    );
    let daemon_set = Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node");
    let finding = logged
        .finding(Subject::cluster("Network", "cluster"), summary)?
        .keywords("ovnkube iptables <nil>")
        .keywords(places.join("\n"))
        .evidence(services.iter().take(3).map(|service| {
            let field = &["spec", "internalTrafficPolicy"];
            Evidence::field(service, field, "this Service has no cluster IP")
        }))
        .explains(daemon_set, "")
        .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube");
    Some(match services.first() {
        Some(first) => {
            finding.with("service", first.name()).with("service_namespace", first.namespace())
        }
        None => finding.likely("the Service itself was not collected"),
    })
}
