//! Failed network connectivity check.
//!
//! Only one pod runs the checks, so a broken path between two other nodes can remain undetected.
//! Checks that are no longer run, and checks of deleted nodes, are ignored.
//!
//! - openshift/api `operatorcontrolplane/v1alpha1/types_conditioncheck.go`
//! - openshift/cluster-network-operator
//!   `pkg/controller/connectivitycheck/connectivity_check_controller.go`

use crate::catalog::prelude::*;

/// How many checks one finding shows.
const SHOWN: usize = 4;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&POD_NETWORK_CONNECTIVITY_CHECK)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&POD)])
    // The node of a target may restart.
    .note_until(Span::minutes(10))
    .why(
        "Once a minute, a pod of the network operator opens a connection to every API server, \
         to a pod on each node and to the load balancers of the API. A target that has not \
         responded for minutes is not reachable for other clients either: pods, aggregated APIs \
         and operators that need it fail.",
    )
    .fix(
        "If all targets on one node fail, check that node and its network pod. If all targets \
         fail, check the node of the pod that runs the checks. If a single target fails, check \
         the server of that target.",
    )
    .run(&[
        "oc get podnetworkconnectivitychecks -n openshift-network-diagnostics",
        "oc get pods -n openshift-ovn-kubernetes -o wide",
    ])
    .verify(&["oc get podnetworkconnectivitychecks -n openshift-network-diagnostics -o yaml"]);

/// A check that fails.
#[derive(Clone, Copy)]
struct FailingCheck<'s> {
    check: PodNetworkConnectivityCheck<'s>,
    condition: Condition<'s>,
}

/// What several failing checks have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum CommonPoint {
    Source(String),
    Node(String),
    Target(String),
}

fn check(cx: &RuleContext<'_>) -> Checked {
    let checks: Vec<PodNetworkConnectivityCheck<'_>> = cx.all().collect();
    let failing: Vec<_> = checks.iter().filter_map(|check| failing(cx, *check)).collect();
    let all_of = |source: &str| {
        let of_source = checks.iter().filter(|check| self::source(**check) == source).count();
        of_source >= 3
            && failing.iter().filter(|one| self::source(one.check) == source).count() == of_source
    };
    let mut places: BTreeMap<CommonPoint, Vec<FailingCheck<'_>>> = BTreeMap::new();
    for one in &failing {
        let source = source(one.check);
        let place =
            if all_of(&source) { CommonPoint::Source(source) } else { place(cx, one.check) };
        places.entry(place).or_default().push(*one);
    }
    let findings = places.iter().filter_map(|(place, members)| finding(cx, place, members));
    Checked::over(checks.len(), findings)
}

fn failing<'s>(
    cx: &RuleContext<'s>,
    check: PodNetworkConnectivityCheck<'s>,
) -> Option<FailingCheck<'s>> {
    let condition = check.condition("Reachable").filter(|condition| condition.is_false())?;
    let failures = check.resource().at(&["status", "failures"]).into_iter().flat_map(Value::items);
    let last = failures.filter_map(|entry| rfc3339(&entry.text_at(&["time"])?)).max();
    // A check whose last failure is older is no longer run.
    if !cx.is_recent(last, Span::minutes(30)) {
        return None;
    }
    let target = target(check);
    let node = target.as_deref().and_then(node_of);
    (!node.is_some_and(|node| is_removed(cx, node))).then_some(FailingCheck { check, condition })
}

/// Whether there is no node with that label: nodes were collected, and no name of them is masked.
fn is_removed(cx: &RuleContext<'_>, label: &str) -> bool {
    matches!(cx.coverage().of_kind(&NODE), CoverageState::Collected(_))
        && cx.of_kind(&NODE).iter().all(|node| node.visible_name().is_ok())
        && named_node(cx, label).is_none()
}

fn source(check: PodNetworkConnectivityCheck<'_>) -> String {
    check.resource().text(&["spec", "sourcePod"]).unwrap_or_default().into_owned()
}

fn endpoint(check: PodNetworkConnectivityCheck<'_>) -> String {
    check.resource().text(&["spec", "targetEndpoint"]).unwrap_or_default().into_owned()
}

/// The part after `-to-` in the name of a check.
fn target(check: PodNetworkConnectivityCheck<'_>) -> Option<String> {
    check.resource().name().split_once("-to-").map(|(_, target)| target.to_owned())
}

/// The first label of the node's name that a target ends with, for targets that are on a node.
fn node_of(target: &str) -> Option<&str> {
    const ON_NODES: [&str; 3] = [
        "kubernetes-apiserver-endpoint-",
        "openshift-apiserver-endpoint-",
        "network-check-target-",
    ];
    let node = ON_NODES.iter().find_map(|label| target.strip_prefix(label))?;
    (!node.is_empty() && !node.starts_with("service-")).then_some(node)
}

/// The node with a name that begins with that label.
fn named_node<'s>(cx: &RuleContext<'s>, label: &str) -> Option<Node<'s>> {
    cx.all::<Node<'s>>().find(|node| node.name().split('.').next() == Some(label))
}

fn place(cx: &RuleContext<'_>, check: PodNetworkConnectivityCheck<'_>) -> CommonPoint {
    let target = target(check).unwrap_or_else(|| endpoint(check));
    match node_of(&target) {
        Some(label) => {
            CommonPoint::Node(named_node(cx, label).map_or(label, |node| node.name()).to_owned())
        }
        None => CommonPoint::Target(target),
    }
}

fn finding(
    cx: &RuleContext<'_>,
    place: &CommonPoint,
    members: &[FailingCheck<'_>],
) -> Option<Finding> {
    let mut evidence = members.iter().take(SHOWN).map(|one| {
        let note = format!("{}: {}", endpoint(one.check), excerpt(&one.condition.message()));
        Evidence::condition(one.check.resource(), one.condition, note)
    });
    let first = members.first()?.check;
    let targets: Vec<_> = members.iter().filter_map(|one| target(one.check)).collect();
    let from = cx.find::<Pod<'_>>("openshift-network-diagnostics", &source(first));
    let from = from.and_then(|pod| Some(pod.node()?.into_owned()));
    let (subject, summary, action) = match place {
        CommonPoint::Source(pod) => {
            let on = from.as_deref().map(|node| format!(" on node {node}")).unwrap_or_default();
            (
                match &from {
                    Some(node) => Subject::cluster("Node network", node),
                    None => Subject::namespaced("Pod", "openshift-network-diagnostics", pod),
                },
                format!("pod {pod}{on} reaches none of {} targets in the cluster", members.len()),
                "Check the network pod of the node that runs the checks.",
            )
        }
        CommonPoint::Node(node) => (
            Subject::cluster("Node network", node),
            format!("node {node} is not reachable over the network: {}", name_list(&targets)),
            "Check the node and its network pod.",
        ),
        CommonPoint::Target(target) => (
            Subject::cluster("Endpoint", endpoint(first)),
            format!("{target} is not reachable over the network"),
            "Check the server behind the target, and the load balancer if the target is one.",
        ),
    };
    // The failing node, or the node of the pod that runs the checks.
    let node = match place {
        CommonPoint::Node(node) => node.as_str(),
        CommonPoint::Source(_) => from.as_deref().unwrap_or_default(),
        CommonPoint::Target(_) => "",
    };
    let finding = Finding::new(subject, summary, evidence.next()?)
        .since(members.iter().filter_map(|one| one.condition.since()).min())
        .evidence(evidence)
        .keywords(targets.join(" "))
        .keywords(format!("node {node}"))
        .action(action);
    let finding =
        members.iter().fold(finding, |finding, one| finding.keywords(one.condition.message()));
    Some(match place {
        CommonPoint::Target(target) if target.starts_with("load-balancer-") => finding
            .severity(Warning)
            .possible("the load balancer may not have to be reachable from inside the cluster"),
        // The Machine Config Operator restarts the node.
        CommonPoint::Node(name) if cx.find("", name).is_some_and(is_being_updated) => {
            finding.grace(Span::minutes(45))
        }
        _ => finding,
    })
}
