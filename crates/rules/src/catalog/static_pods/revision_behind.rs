//! Control-plane node stuck on an old static pod revision.
//!
//! The condition shows how long any revision has been rolling out. Several revisions in a row, as
//! during an installation, make the condition last long although each rollout is quick.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(STATIC_POD_USES)
    .check(check)
    // How long a rollout to all control-plane nodes may take.
    .grace(Span::minutes(60))
    .why(
        "A new revision is rolled out to one node at a time and takes a few minutes on each. A \
         node that stays on an old revision for an hour blocks the rollout and the changes that \
         the revision contains: a configuration, a certificate or a release.",
    )
    .fix(
        "Find out what blocks the node that is listed: its installer pod, its static pod or the \
         node itself.",
    )
    .run(&["oc get pods -n {namespace} -o wide"])
    .verify(&["oc get {resource} cluster -o jsonpath='{.status.nodeStatuses}'"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators = static_pod_operators(cx)?;
    Ok(Checked::over(operators.len(), operators.iter().filter_map(|it| finding(cx, *it))))
}

fn finding(cx: &RuleContext<'_>, operator: StaticPodOperator<'_>) -> Option<Finding> {
    let rolling = operator.true_condition("NodeInstallerProgressing")?;
    let newest = operator.object.latest_revision();
    let behind: Vec<_> =
        operator.object.node_revisions().filter(|node| node.current() < newest).collect();
    if behind.iter().all(|node| node.target() == 0) {
        return None;
    }
    let names: Vec<_> = behind.iter().map(|node| node.node()).collect();
    let age = cx.age(rolling.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let summary = format!(
        "{} of {} behind revision {newest}{age}: {}",
        pluralize(names.len(), "node"),
        operator.name,
        name_list(&names)
    );
    let resource = operator.object.resource();
    let evidence = Evidence::condition(resource, rolling, "NodeInstallerProgressing is True");
    let nodes = behind.iter().map(|node| {
        let target = match node.target() {
            0 => "waits for other nodes".to_owned(),
            target => format!("is being updated to revision {target}"),
        };
        let note = format!("node {} runs revision {} and {target}", node.node(), node.current());
        Evidence::seen(resource, node.value().span(), note)
    });
    let finding = operator
        .finding(summary, evidence)
        // The rollout began then. The time since when it is stuck is not recorded.
        .lasts_since(rolling.since())
        .keywords(rolling.reason())
        .keywords(rolling.message())
        .keywords(names.join(" "))
        .evidence(nodes);
    Some(match names.as_slice() {
        [only] => finding.group_by(GroupKey::Node, &**only),
        _ => finding,
    })
}
