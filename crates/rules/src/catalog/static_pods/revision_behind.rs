//! A control-plane node that stays behind the newest revision.
//!
//! # Why it matters
//!
//! A new revision is rolled out to one node after another, in some minutes each. A node that stays
//! on an old one for an hour holds up the roll, and what the revision brings: a configuration, a
//! certificate, a release.
//!
//! # What to do
//!
//! Find out what holds it up on the node named: its installer, its static pod or the node itself.
//!
//! # Blind spots
//!
//! The operators' own objects must be in the archive: a ClusterOperator sums them up too late and
//! too briefly. The condition says since when any revision is being rolled out. Many revisions in a
//! row, as during an installation, make it old although each is quick.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/staticpod/controller/installer/installer_controller.go`

use mustknow_gather::kinds::{
    OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER, OPERATOR_KUBE_CONTROLLER_MANAGER,
    OPERATOR_KUBE_SCHEDULER,
};

use crate::catalog::prelude::*;
use crate::facts::{StaticPodOperator, count, few, static_pod_operators};

/// How long a roll to all control-plane nodes may take.
const LIMIT: Span = Span::minutes(60);

pub(super) static META: Meta = Meta {
    id: "static-pods/revision-behind",
    title: "a control-plane node that stays behind the newest revision",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[
        Need::Kind(&OPERATOR_ETCD),
        Need::Kind(&OPERATOR_KUBE_API_SERVER),
        Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
        Need::Kind(&OPERATOR_KUBE_SCHEDULER),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let operators = match static_pod_operators(case) {
        Ok(operators) => operators,
        Err(unknown) => return unknown,
    };
    let findings: Vec<_> =
        operators.iter().filter_map(|operator| finding(case, *operator)).collect();
    Verdict::over(operators.len(), findings, "no operator of static pods in the archive")
}

fn finding(case: &Case<'_>, operator: StaticPodOperator<'_>) -> Option<Finding> {
    let rolling = operator
        .complains("NodeInstallerProgressing")
        .filter(|rolling| case.is_older(rolling.since(), LIMIT))?;
    let newest = operator.object.latest_revision();
    let behind: Vec<_> =
        operator.object.node_revisions().filter(|node| node.current() < newest).collect();
    if !behind.iter().any(|node| node.target() != 0) {
        return None;
    }
    let names: Vec<_> = behind.iter().map(|node| node.node()).collect();
    let age = case.age(rolling.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let summary = format!(
        "{} of {} have been behind revision {newest}{age}: {}",
        count(names.len(), "node"),
        operator.name,
        few(&names)
    );
    let resource = operator.object.resource();
    let nodes = behind.iter().map(|node| {
        let target = match node.target() {
            0 => "waits for its turn".to_owned(),
            target => format!("moves to {target}"),
        };
        let note = format!("node {} runs revision {} and {target}", node.node(), node.current());
        Evidence::seen(resource, node.value().span(), note)
    });
    let finding = operator
        .finding(summary, rolling, "NodeInstallerProgressing is True")
        // The roll began then; since when it is stuck nobody wrote down.
        .since(None)
        .saying(names.join(" "))
        .evidence(nodes)
        .why(
            "A revision takes some minutes on each node. What it brings is not in force until \
                 every \
             node runs it: a configuration, a certificate or a release.",
        )
        .remedy(
            Remedy::new(
                "Find out what holds up the node: its installer, its static pod or itself.",
            )
            .command(format!("oc get pods -n {} -o wide", operator.namespace()))
            .verify(format!(
                "oc get {} cluster -o \
                     jsonpath='{{.status.nodeStatuses}}'",
                operator.resource()
            )),
        );
    Some(match names.as_slice() {
        [only] => finding.shares(Common::Node, &**only),
        _ => finding,
    })
}
