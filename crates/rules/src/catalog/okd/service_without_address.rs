//! Headless Service with internalTrafficPolicy Local that stops OVN-Kubernetes.
//!
//! The log names the port, not the Service, and most user namespaces are not collected.
//!
//! - <https://github.com/okd-project/okd/issues/1760>
//! - ovn-kubernetes/ovn-kubernetes `go-controller/pkg/node/gateway_iptables.go`

use crate::catalog::prelude::*;

/// Older lines are ignored.
const RECENT: Span = Span::hours(2);

const REFUSED: LogPattern =
    LogPattern::new("<nil>' not found", "openshift-ovn-kubernetes", "").matching("iptables");

pub(super) const RULE: Rule = rule(Error, Cause, releases(13, 14))
    .needs(&[Need::Log(&REFUSED)])
    .reads(&[Need::Kind(&POD), Need::Kind(&SERVICE)])
    .check(check)
    .why(
        "In 4.13 and 4.14, OVN-Kubernetes creates iptables rules for a Service with \
         internalTrafficPolicy: Local even if the Service has no cluster IP. The rule contains \
         the address <nil>, iptables rejects it, and the network plugin exits: nodes lose their \
         network pod.",
    )
    .fix("Remove internalTrafficPolicy: Local from Services without a cluster IP.");

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &REFUSED, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next() else {
        return Ok(Checked::over(logged.examined(cx), None));
    };
    let places = logged.writers(cx);
    let services: Vec<_> = cx
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
    let which =
        if names.is_empty() { String::new() } else { format!(" such as {}", name_list(&names)) };
    let remedy =
        Remedy::new("Set internalTrafficPolicy of Services without a cluster IP to Cluster.")
            .command(
                "oc get services --all-namespaces -o custom-columns=NS:.metadata.namespace,\
             NAME:.metadata.name,IP:.spec.clusterIP,POLICY:.spec.internalTrafficPolicy",
            );
    let remedy = services
        .iter()
        .map(|service| (service.resource().namespace(), service.resource().name()))
        .filter(|(namespace, name)| is_shell_safe(namespace) && is_shell_safe(name))
        .take(3)
        .fold(remedy, |remedy, (namespace, name)| {
            remedy.command(format!(
                "oc patch service {name} -n {namespace} --type=merge \
                 -p '{{\"spec\":{{\"internalTrafficPolicy\":\"Cluster\"}}}}'"
            ))
        })
        .precondition("the owner of the Service agrees", Proof::ByHand(String::new()));
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!(
            "iptables rejects a rule that OVN-Kubernetes creates for a Service without a cluster \
             IP{which}: {}",
            name_list(&places)
        ),
        first,
    )
    .since(logged.since())
    .keywords("ovnkube iptables <nil>")
    .keywords(places.join("\n"))
    .evidence(evidence)
    .evidence(services.iter().take(3).map(|service| {
        let field = &["spec", "internalTrafficPolicy"];
        Evidence::field(service.resource(), field, "this Service has no cluster IP")
    }))
    .explains(Subject::namespaced("DaemonSet", "openshift-ovn-kubernetes", "ovnkube-node"), "")
    .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube")
    .remedy(remedy.verify("oc get pods -n openshift-ovn-kubernetes"));
    Ok(Checked::over(
        1,
        vec![if services.is_empty() {
            finding.likely("the Service itself was not collected")
        } else {
            finding
        }],
    ))
}
