//! What several operators say under the same types of condition, one like the other.

use std::borrow::Cow;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    OPERATOR_AUTHENTICATION, OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER,
    OPERATOR_KUBE_CONTROLLER_MANAGER, OPERATOR_KUBE_SCHEDULER, OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_cluster::model::time::Span;
use mustknow_cluster::views::Operator;

use super::condition::{ConditionReport, ConditionState};
use crate::engine::context::RuleContext;
use crate::engine::evidence::Subject;
use crate::engine::finding::Finding;
use crate::engine::meta::{Need, Severity};
use crate::engine::persistence::Persistence;
use crate::engine::verdict::{Gap, GapKind, Verdict};

/// An operator: the kind of its own object, and the name of its ClusterOperator.
pub type OperatorRef = (&'static Kind, &'static str);

/// The etcd operator.
pub const ETCD: &[OperatorRef] = &[(&OPERATOR_ETCD, "etcd")];
/// The kube-controller-manager operator.
pub const KUBE_CONTROLLER_MANAGER: &[OperatorRef] =
    &[(&OPERATOR_KUBE_CONTROLLER_MANAGER, "kube-controller-manager")];
/// The operators that run the control plane as static pods.
pub const STATIC_PODS: &[OperatorRef] = &[
    (&OPERATOR_ETCD, "etcd"),
    (&OPERATOR_KUBE_API_SERVER, "kube-apiserver"),
    (&OPERATOR_KUBE_CONTROLLER_MANAGER, "kube-controller-manager"),
    (&OPERATOR_KUBE_SCHEDULER, "kube-scheduler"),
];
/// The operators whose servers write to etcd.
pub const API_SERVERS: &[OperatorRef] = &[
    (&OPERATOR_KUBE_API_SERVER, "kube-apiserver"),
    (&OPERATOR_OPENSHIFT_API_SERVER, "openshift-apiserver"),
    (&OPERATOR_AUTHENTICATION, "authentication"),
];
/// What a rule declares to hear [`STATIC_PODS`].
pub const STATIC_POD_USES: &[Need] = &[
    Need::Kind(&OPERATOR_ETCD),
    Need::Kind(&OPERATOR_KUBE_API_SERVER),
    Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
    Need::Kind(&OPERATOR_KUBE_SCHEDULER),
];

/// One bad condition, and whose it is.
pub struct OperatorCondition<'s> {
    /// The name of the ClusterOperator.
    pub operator: &'static str,
    /// The type of the condition, as the operator's own object has it.
    pub condition: &'static str,
    /// What it says.
    pub reported: ConditionState<'s>,
    kind: &'static Kind,
}

impl<'s> OperatorCondition<'s> {
    /// What `operators` say under the types `conditions`, where it is bad; and how many of them were
    /// heard. None when none of them was collected.
    pub fn all(
        cx: &RuleContext<'s>,
        operators: &[OperatorRef],
        conditions: &[&'static str],
    ) -> Option<(usize, Vec<Self>)> {
        let (mut collected, mut bad) = (0, Vec::new());
        for (kind, operator) in operators {
            let mut is_collected = false;
            for condition in conditions {
                match ConditionReport::of(cx, kind, operator, condition) {
                    ConditionReport::NoSource => continue,
                    ConditionReport::Fine => {}
                    ConditionReport::Bad(reported) => {
                        bad.push(Self { operator, condition, reported, kind });
                    }
                }
                is_collected = true;
            }
            collected += usize::from(is_collected);
        }
        (collected > 0).then_some((collected, bad))
    }

    /// The operator's own object, whether it was collected or not.
    pub fn subject(&self) -> Subject {
        Subject {
            kind: Cow::Borrowed(self.kind.name),
            namespace: String::new(),
            name: "cluster".to_owned(),
        }
    }

    /// The namespace of what it runs.
    pub fn namespace(&self) -> String {
        format!("openshift-{}", self.operator)
    }

    /// How `oc` calls its object: `etcds.operator.openshift.io`.
    pub fn resource(&self) -> String {
        self.kind.qualified()
    }

    /// A finding of the condition about the operator.
    pub fn finding(&self, summary: impl Into<String>) -> Finding {
        self.about(self.subject(), summary)
    }

    /// A finding of the condition about something else.
    pub fn about(&self, subject: Subject, summary: impl Into<String>) -> Finding {
        let note = format!("{}: {}", self.condition, self.reported.reason);
        Finding::new(subject, summary, self.reported.evidence(note))
            .since(self.reported.since())
            .keywords(self.operator)
            .keywords(format!("{} {}", self.condition, self.reported.words()))
    }

    /// How its age stands to `limit`.
    pub fn persistence(&self, cx: &RuleContext<'_>, limit: Span) -> Persistence {
        Persistence::of(cx, self.reported.since(), limit)
    }

    /// The verdict over what `operators` say: a finding of `usual` severity for what lasts longer than
    /// `grace` and of which `tell` has something to tell. What is younger comes and goes.
    pub fn verdict(
        cx: &RuleContext<'s>,
        operators: &[OperatorRef],
        conditions: &[&'static str],
        (grace, usual): (Span, Severity),
        tell: impl Fn(&Self) -> Option<Finding>,
    ) -> Verdict {
        let Some((collected, bad)) = Self::all(cx, operators, conditions) else {
            return Verdict::Unknown(conditions_gap(operators));
        };
        let findings = bad.iter().filter_map(|reported_by| {
            let persistence = reported_by.persistence(cx, grace);
            if persistence == Persistence::WithinGrace {
                return None;
            }
            let finding = tell(reported_by)?;
            let usual = finding.severity.unwrap_or(usual);
            Some(persistence.weigh(finding, usual))
        });
        Verdict::over(collected, findings.collect(), "nobody who would say so is in the archive")
    }
}

/// The own object of the kube-apiserver operator, or what to say where it was not collected: its
/// ClusterOperator does not repeat every condition.
pub fn kube_api_server_itself<'s>(cx: &RuleContext<'s>) -> Result<Operator<'s>, Verdict> {
    let kind = &OPERATOR_KUBE_API_SERVER;
    cx.find_as(kind, "", "cluster").ok_or_else(|| {
        let gap = match cx.coverage().of_kind(kind) {
            CoverageState::Collected(_) | CoverageState::Empty => Gap::new(
                GapKind::NotCollected,
                format!("{} cluster: not collected", kind.qualified()),
            ),
            state => Gap::kind(kind, &state),
        };
        Verdict::Unknown(gap.asking([format!("oc get {} cluster -o yaml", kind.qualified())]))
    })
}

/// What is missing where none of `operators` was collected.
pub fn conditions_gap(operators: &[OperatorRef]) -> Gap {
    let names: Vec<_> = operators.iter().map(|(kind, _)| kind.qualified()).collect();
    let operators: Vec<_> = operators.iter().map(|(_, operator)| *operator).collect();
    let what = format!(
        "{}, and ClusterOperators {}: not collected",
        names.join(", "),
        operators.join(", ")
    );
    Gap::new(GapKind::NotCollected, what)
        .ask(format!("oc get {} -o yaml", names.join(",")))
        .ask(format!("oc get clusteroperators {} -o yaml", operators.join(" ")))
}
