//! Failed network connectivity check.
//!
//! Only one pod runs the checks, so a broken path between two other nodes can remain undetected.
//! Checks that are no longer run, and checks of deleted nodes, are ignored.
//!
//! - openshift/api `operatorcontrolplane/v1alpha1/types_conditioncheck.go`
//! - openshift/cluster-network-operator
//!   `pkg/controller/connectivitycheck/connectivity_check_controller.go`

use crate::catalog::prelude::*;

/// How long a target may be unreachable while its node restarts.
const GRACE: Span = Span::minutes(10);
/// How long it may be unreachable while the Machine Config Operator restarts the node.
const RESTART: Span = Span::minutes(45);
/// A check whose last failure is older is no longer run.
const STALE: Span = Span::minutes(30);
/// How many checks one finding shows.
const SHOWN: usize = 4;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&POD_NETWORK_CONNECTIVITY_CHECK)])
    .reads(&[Need::Kind(&NODE), Need::Kind(&POD)])
    .check(check)
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
    );

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

fn check(cx: &RuleContext<'_>) -> Judged {
    let checks: Vec<PodNetworkConnectivityCheck<'_>> = cx.all().collect();
    let failing: Vec<_> = checks.iter().filter_map(|check| failing(cx, *check)).collect();
    if is_installing(cx) && failing.is_empty() {
        return Err(not_applicable("the installation has not finished"));
    }
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
    Ok(Checked::over(checks.len(), findings))
}

fn failing<'s>(
    cx: &RuleContext<'s>,
    check: PodNetworkConnectivityCheck<'s>,
) -> Option<FailingCheck<'s>> {
    let condition = check.condition("Reachable").filter(|condition| condition.is_false())?;
    let last = check
        .resource()
        .at(&["status", "failures"])
        .into_iter()
        .flat_map(Value::items)
        .filter_map(|entry| rfc3339(&entry.text_at(&["time"])?))
        .max();
    if cx.is_older(last, STALE) {
        return None;
    }
    let is_removed = |node: &str| {
        let is_known = matches!(cx.coverage().of_kind(&NODE), CoverageState::Collected(_));
        is_known && named_node(cx, node).is_none()
    };
    let of_node = target(check).and_then(|target| node_of(&target).map(str::to_owned));
    (!of_node.is_some_and(|node| is_removed(&node))).then_some(FailingCheck { check, condition })
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

fn grace(cx: &RuleContext<'_>, place: &CommonPoint) -> Span {
    match place {
        CommonPoint::Node(name) if cx.find::<Node<'_>>("", name).is_some_and(is_being_updated) => {
            RESTART
        }
        _ => GRACE,
    }
}

fn full(place: &CommonPoint) -> Severity {
    if is_load_balancer(place) { Warning } else { RULE.meta.severity }
}

/// Whether the target is a load balancer of the API: these are not always reachable from inside
/// the cluster.
fn is_load_balancer(place: &CommonPoint) -> bool {
    matches!(place, CommonPoint::Target(target) if target.starts_with("load-balancer-"))
}

/// The failing node, or the node of the pod that runs the checks.
fn concerned(place: &CommonPoint, from: Option<String>) -> String {
    match place {
        CommonPoint::Node(node) => node.clone(),
        CommonPoint::Source(_) => from.unwrap_or_default(),
        CommonPoint::Target(_) => String::new(),
    }
}

fn finding(
    cx: &RuleContext<'_>,
    place: &CommonPoint,
    members: &[FailingCheck<'_>],
) -> Option<Finding> {
    let since: Option<Time> = members.iter().filter_map(|one| one.condition.since()).min();
    let mut evidence = members.iter().take(SHOWN).map(|one| {
        let note = format!("{}: {}", endpoint(one.check), excerpt(&one.condition.message()));
        Evidence::condition(one.check.resource(), one.condition, note)
    });
    let targets: Vec<_> = members.iter().filter_map(|one| target(one.check)).collect();
    let source_pod = members.first().map(|one| source(one.check)).unwrap_or_default();
    let from = cx
        .find::<Pod<'_>>("openshift-network-diagnostics", &source_pod)
        .and_then(|pod| Some(pod.node()?.into_owned()));
    let (subject, summary, advice) = match place {
        CommonPoint::Source(pod) => {
            let on = from.as_deref().map(|node| format!(" on node {node}")).unwrap_or_default();
            (
                match &from {
                    Some(node) => Subject::cluster("Node network", node.clone()),
                    None => {
                        Subject::namespaced("Pod", "openshift-network-diagnostics", pod.clone())
                    }
                },
                format!("pod {pod}{on} reaches none of {} targets in the cluster", members.len()),
                "Check the network pod of the node that runs the checks.",
            )
        }
        CommonPoint::Node(node) => (
            Subject::cluster("Node network", node.clone()),
            format!("node {node} is not reachable over the network: {}", name_list(&targets)),
            "Check the node and its network pod.",
        ),
        CommonPoint::Target(target) => (
            Subject::cluster("Endpoint", members.first().map(|one| endpoint(one.check))?),
            format!("{target} is not reachable over the network"),
            "Check the server behind the target, and the load balancer if the target is one.",
        ),
    };
    let finding = Finding::new(subject, summary, evidence.next()?)
        .severity(Persistence::of(cx, since, grace(cx, place)).severity(full(place)))
        .since(since)
        .evidence(evidence)
        .keywords(targets.join(" "))
        .keywords(format!("node {}", concerned(place, from)))
        .fix(advice)
        .run("oc get podnetworkconnectivitychecks -n openshift-network-diagnostics")
        .run("oc get pods -n openshift-ovn-kubernetes -o wide");
    let finding = if is_load_balancer(place) {
        finding.possible(
            "the load balancer may not be intended to be reachable from inside the cluster",
        )
    } else {
        finding
    };
    Some(members.iter().fold(finding, |finding, one| finding.keywords(one.condition.message())))
}
