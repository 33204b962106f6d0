//! Node clocks ahead of the rest of the cluster.
//!
//! A clock that is behind looks the same as an old lease. Nodes are told apart only where two other
//! clocks agree: of other nodes, of the API server, or of the node that ran the collection.
//!
//! - kubernetes/kubernetes `staging/src/k8s.io/component-helpers/apimachinery/lease/controller.go`

use crate::catalog::prelude::*;

/// Leases are read before the collection ends, so a later renew time is ahead. This is the
/// tolerance.
const AHEAD: Span = Span::minutes(2);

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&LEASE)])
    .check(check)
    .at_once("a clock that is minutes ahead does not get there by itself")
    .even_while_installing("certificates of such a node are refused during an installation too")
    .why(
        "A kubelet writes the time of its own clock into its lease, its heartbeat and its events, \
         and this clock runs ahead. Certificates issued on such a node are not yet valid for \
         other nodes, and leases it acquires appear to last longer than they do.",
    )
    .fix("Make sure that chrony on every node reaches a time source.")
    .run(&["oc debug node/{node} -- chroot /host chronyc sources -v"])
    .verify(&["oc debug node/{node} -- chroot /host chronyc tracking"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let all: BTreeMap<_, _> = cx
        .within::<Lease<'_>>("kube-node-lease")
        .filter_map(|lease| Some((lease.resource().name(), (lease, lease.renewed()?))))
        .collect();
    let ahead: BTreeMap<_, _> = cx.snapshot().nodes_ahead().collect();
    if !ahead.is_empty() {
        let names: Vec<_> = ahead.keys().copied().collect();
        let furthest = ahead.values().max().map_or_else(String::new, Span::to_string);
        let summary = format!("the clock of {} is ahead by up to {furthest}", name_list(&names));
        let shown = |node: &str| match ahead.get(node) {
            Some(span) => format!("by the clock of the node, at least {span} ahead of others"),
            None => String::new(),
        };
        return Ok(Checked::over(all.len(), finding(cx, &names, summary, shown)));
    }
    Ok(Checked::over(all.len(), behind_most(cx, &all)))
}

/// If most nodes are ahead of the node that ran the collection, it is that one that is behind.
fn behind_most(cx: &RuleContext<'_>, all: &BTreeMap<&str, (Lease<'_>, Time)>) -> Option<Finding> {
    let clock = cx.snapshot().clock().filter(|clock| clock.source == ClockSource::GatherPod)?;
    let gap = |renewed: Time| Span::between(clock.now, renewed);
    let ahead = all.iter().filter(|(_, (_, renewed))| gap(*renewed) > AHEAD);
    let names: Vec<_> = ahead.clone().map(|(name, _)| *name).collect();
    let furthest = ahead.map(|(_, (_, renewed))| gap(*renewed)).max()?;
    let summary = format!(
        "the clock of the node that ran the collection is at least {furthest} behind {}",
        pluralize(names.len(), "other node")
    );
    let shown = format!("renewed after the collection ended at {}", seconds(clock.now));
    finding(cx, &names, summary, |_| shown.clone()).filter(|_| names.len() * 2 > all.len())
}

fn finding(
    cx: &RuleContext<'_>,
    names: &[&str],
    summary: String,
    shown: impl Fn(&str) -> String,
) -> Option<Finding> {
    let seen = |name: &&str| {
        let lease = cx.find::<Lease<'_>>("kube-node-lease", name).map(Lease::resource);
        let renewed = lease.map(|it| Evidence::field(it, &["spec", "renewTime"], shown(name)));
        renewed.or_else(|| {
            let node = cx.find::<Node<'_>>("", name)?;
            let ready = node.condition("Ready")?;
            Some(Evidence::condition(node.resource(), ready, shown(name)))
        })
    };
    let mut evidence = names.iter().filter_map(seen).take(5);
    let subject = match names {
        [only] => Subject::cluster("Node", *only),
        _ => Subject::cluster("Nodes", "clocks"),
    };
    Some(
        Finding::new(subject, summary, evidence.next()?)
            .with("node", *names.first()?)
            .evidence(evidence)
            .keywords(names.join(" ")),
    )
}
