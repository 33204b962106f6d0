//! Headless Service with internalTrafficPolicy Local that stops OVN-Kubernetes.
//!
//! # Why it matters
//!
//! In 4.13 and 4.14, OVN-Kubernetes creates iptables rules for a Service with
//! `internalTrafficPolicy: Local` even if the Service has no cluster IP. The rule contains the
//! address `<nil>`, iptables rejects it, and the network plugin exits: nodes lose their network
//! pod.
//!
//! # What to do
//!
//! Remove `internalTrafficPolicy: Local` from Services without a cluster IP.
//!
//! # Blind spots
//!
//! The log names the port, not the Service, and most user namespaces are not collected.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1760>
//! - ovn-kubernetes/ovn-kubernetes `go-controller/pkg/node/gateway_iptables.go`

use mustknow_cluster::model::kinds::{POD, SERVICE};
use mustknow_cluster::model::log::LogPattern;
use mustknow_cluster::views::Service;

use crate::catalog::prelude::*;
use crate::engine::meta::Releases;
use crate::engine::{is_shell_safe, name_list};
use crate::signals::LogOccurrences;

/// Older lines are ignored.
const RECENT: Span = Span::hours(2);

static REFUSED: LogPattern =
    LogPattern::new("<nil>' not found", "openshift-ovn-kubernetes", "").matching("iptables");

pub(super) static META: Meta = Meta {
    id: "okd/service-without-address",
    title: "headless Service with internalTrafficPolicy Local that stops OVN-Kubernetes",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::Releases(Releases::between(13, 14)),
    needs: &[Need::Log(&REFUSED)],
    uses: &[Need::Kind(&POD), Need::Kind(&SERVICE)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let logged = LogOccurrences::recent(cx, &REFUSED, RECENT);
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: logged.examined(cx) };
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
    .why(
        "The network plugin creates a rule for the cluster IP of every Service with \
         internalTrafficPolicy Local; for a Service without one the address is <nil>. The network \
         plugin exits with the error and restarts.",
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
    Verdict::Found(vec![if services.is_empty() {
        finding.likely("the Service itself was not collected")
    } else {
        finding
    }])
}
