//! Control-plane node stuck on an old static pod revision.
//!
//! The operators' own objects must be in the archive: a ClusterOperator reports these conditions
//! late and in shortened form. The condition shows how long any revision has been rolling out.
//! Several revisions in a row, as during an installation, make the condition last long although
//! each rollout is quick.
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`

use crate::catalog::prelude::*;

/// How long a rollout to all control-plane nodes may take.
const LIMIT: Span = Span::minutes(60);

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .reads(&[
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
        Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    ])
    .check(check)
    .why(
        "A new revision is rolled out to one node at a time and takes a few minutes on each. A \
         node that stays on an old revision for an hour blocks the rollout and the changes that \
         the revision contains: a configuration, a certificate or a release.",
    )
    .fix(
        "Find out what blocks the node that is listed: its installer pod, its static pod or the \
         node itself.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let operators = static_pod_operators(cx)?;
    let findings: Vec<_> = operators.iter().filter_map(|operator| finding(cx, *operator)).collect();
    Ok(Checked::over(operators.len(), findings))
}

fn finding(cx: &RuleContext<'_>, operator: StaticPodOperator<'_>) -> Option<Finding> {
    let rolling = operator
        .true_condition("NodeInstallerProgressing")
        .filter(|rolling| cx.is_older(rolling.since(), LIMIT))?;
    let newest = operator.object.latest_revision();
    let behind: Vec<_> =
        operator.object.node_revisions().filter(|node| node.current() < newest).collect();
    if !behind.iter().any(|node| node.target() != 0) {
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
    let nodes = behind.iter().map(|node| {
        let target = match node.target() {
            0 => "waits for other nodes".to_owned(),
            target => format!("is being updated to revision {target}"),
        };
        let note = format!("node {} runs revision {} and {target}", node.node(), node.current());
        Evidence::seen(resource, node.value().span(), note)
    });
    let finding = operator
        .finding(summary, rolling, "NodeInstallerProgressing is True")
        // The rollout began then. The time since when it is stuck is not recorded.
        .since(None)
        .keywords(names.join(" "))
        .evidence(nodes)
        .run(format!("oc get pods -n {} -o wide", operator.namespace()))
        .verify(format!(
            "oc get {} cluster -o \
                     jsonpath='{{.status.nodeStatuses}}'",
            operator.resource()
        ));
    Some(match names.as_slice() {
        [only] => finding.group_by(GroupKey::Node, &**only),
        _ => finding,
    })
}
