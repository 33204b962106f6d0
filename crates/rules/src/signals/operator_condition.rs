//! Conditions of the same types that several operators report.

use std::borrow::Cow;

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    OPERATOR_AUTHENTICATION, OPERATOR_CONSOLE, OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER,
    OPERATOR_KUBE_CONTROLLER_MANAGER, OPERATOR_KUBE_SCHEDULER, OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_cluster::views::Operator;

use super::condition::{ConditionReport, ConditionState};
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::Subject;
use crate::terms::finding::Finding;
use crate::terms::meta::Need;
use crate::terms::quoting::excerpt;
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// An operator: the kind of its operator resource, and the name of its ClusterOperator.
pub type OperatorRef = (&'static Kind, &'static str);

/// The etcd operator.
pub const ETCD: &[OperatorRef] = &[(&OPERATOR_ETCD, "etcd")];
/// The authentication operator.
pub const AUTHENTICATION: &[OperatorRef] = &[(&OPERATOR_AUTHENTICATION, "authentication")];
/// The console operator.
pub const CONSOLE: &[OperatorRef] = &[(&OPERATOR_CONSOLE, "console")];
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
/// What a rule declares to read the conditions of [`STATIC_PODS`].
pub const STATIC_POD_USES: &[Need] = &[
    Need::Kind(&OPERATOR_ETCD),
    Need::Kind(&OPERATOR_KUBE_API_SERVER),
    Need::Kind(&OPERATOR_KUBE_CONTROLLER_MANAGER),
    Need::Kind(&OPERATOR_KUBE_SCHEDULER),
];

/// One bad condition of one operator.
pub struct OperatorCondition<'s> {
    /// The name of the ClusterOperator.
    pub operator: &'static str,
    /// The type of the condition in the operator resource.
    pub condition_type: &'static str,
    /// The condition.
    pub state: ConditionState<'s>,
    /// The cluster.
    pub cx: RuleContext<'s>,
    kind: &'static Kind,
}

impl<'s> OperatorCondition<'s> {
    /// The number of `operators` that were collected, and their bad conditions of the types
    /// `conditions`. None if none of the operators was collected.
    pub fn all(
        cx: &RuleContext<'s>,
        operators: &[OperatorRef],
        conditions: &[&'static str],
    ) -> Option<(usize, Vec<Self>)> {
        let (mut collected, mut bad) = (0, Vec::new());
        for (kind, operator) in operators {
            let mut is_collected = false;
            for condition_type in conditions {
                match ConditionReport::of(cx, kind, operator, condition_type) {
                    ConditionReport::NotCollected => continue,
                    ConditionReport::Healthy => {}
                    ConditionReport::Bad(state) => {
                        bad.push(Self { operator, condition_type, state, cx: *cx, kind });
                    }
                }
                is_collected = true;
            }
            collected += usize::from(is_collected);
        }
        (collected > 0).then_some((collected, bad))
    }

    /// The operator resource, collected or not.
    pub fn subject(&self) -> Subject {
        Subject {
            kind: Cow::Borrowed(self.kind.name),
            namespace: String::new(),
            name: "cluster".to_owned(),
        }
    }

    /// Its ClusterOperator, collected or not.
    pub fn cluster_operator(&self) -> Subject {
        Subject::cluster("ClusterOperator", self.operator)
    }

    /// The controller that reports the condition: its type without its last word, as it is in the
    /// reason and in the message of the ClusterOperator.
    pub fn controller(&self) -> &'static str {
        let ends = ["Available", "Degraded", "Progressing"];
        ends.iter()
            .find_map(|end| self.condition_type.strip_suffix(end))
            .unwrap_or(self.condition_type)
    }

    /// Whether the condition says that something is not available, not only degraded.
    pub fn is_unavailable(&self) -> bool {
        self.condition_type.ends_with("Available")
    }

    /// The namespace of its operands.
    pub fn namespace(&self) -> String {
        format!("openshift-{}", self.operator)
    }

    /// The resource name of its operator resource: `etcds.operator.openshift.io`.
    pub fn resource(&self) -> String {
        self.kind.qualified()
    }

    /// A finding about the operator, based on the condition. In the words of its rule, `{operator}`
    /// is the ClusterOperator, `{namespace}` that of its operands, and `{resource}` the resource name
    /// of its operator resource.
    pub fn finding(&self, summary: impl Into<String>) -> Finding {
        self.finding_about(self.subject(), summary)
    }

    /// A finding about another subject, based on the condition.
    pub fn finding_about(&self, subject: Subject, summary: impl Into<String>) -> Finding {
        let note = format!("{}: {}", self.condition_type, self.state.reason);
        Finding::new(subject, summary, self.state.evidence(note))
            .since(self.state.since())
            .with("operator", self.operator)
            .with("namespace", self.namespace())
            .with("resource", self.resource())
            .keywords(self.operator)
            .keywords(format!("{} {}", self.condition_type, self.state.keywords()))
    }

    /// The condition's own message, short enough for a summary.
    pub fn detail(&self) -> String {
        excerpt(&self.state.message)
    }

    /// What a rule finds in the bad conditions of `operators` that have one of `types`; of several
    /// about the same subject, which have one cause, the first.
    pub fn judge(
        cx: &RuleContext<'s>,
        operators: &[OperatorRef],
        types: &[&'static str],
        judge: impl Fn(&Self) -> Option<Finding>,
    ) -> Judged {
        let (collected, bad) =
            Self::all(cx, operators, types).ok_or_else(|| conditions_gap(operators))?;
        let mut findings: Vec<_> = bad.iter().filter_map(judge).collect();
        findings.dedup_by(|next, first| next.subject == first.subject);
        Ok(Checked::over(collected, findings))
    }
}

/// The operator resource of the kube-apiserver operator, or the gap if it was not collected:
/// its ClusterOperator does not contain every condition.
pub fn kube_api_server_operator<'s>(cx: &RuleContext<'s>) -> Result<Operator<'s>, Gap> {
    let kind = &OPERATOR_KUBE_API_SERVER;
    cx.find_as(kind, "", "cluster").ok_or_else(|| {
        let gap = match cx.coverage().of_kind(kind) {
            CoverageState::Collected(_) | CoverageState::Empty => Gap::new(
                GapKind::NotCollected,
                format!("{} cluster: not collected", kind.qualified()),
            ),
            state => Gap::kind(kind, &state),
        };
        gap.commands([Command::new("oc get {kind} cluster -o yaml", &[("kind", kind.qualified())])])
    })
}

/// The gap if none of `operators` was collected.
pub fn conditions_gap(operators: &[OperatorRef]) -> Gap {
    let names: Vec<_> = operators.iter().map(|(kind, _)| kind.qualified()).collect();
    let operators: Vec<_> = operators.iter().map(|(_, operator)| *operator).collect();
    let what = format!(
        "{}, and ClusterOperators {}: not collected",
        names.join(", "),
        operators.join(", ")
    );
    Gap::new(GapKind::NotCollected, what)
        .command(Command::new("oc get {kinds} -o yaml", &[("kinds", names.join(","))]))
        .command(Command::of_list(
            "oc get clusteroperators {operators} -o yaml",
            "operators",
            operators,
        ))
}
