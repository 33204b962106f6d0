//! One bad condition of a ClusterOperator, with the operator resources and pods behind it.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, Pod};

use super::operator_resource::{OperatorResource, failing_pods};
use super::unready_pod::unready_evidence;
use crate::terms::command::Command;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;
use crate::terms::persistence::Persistence;
use crate::terms::quoting::{excerpt, is_shell_safe, name_list};
use crate::terms::verdict::{Checked, Gap, GapKind, Judged};

/// A bad condition of a ClusterOperator, and what is behind it.
pub struct OperatorProblem<'s> {
    /// The operator.
    pub operator: ClusterOperator<'s>,
    /// Its bad condition.
    pub condition: Condition<'s>,
    /// The operator resources with bad conditions of the same kind.
    pub resources: Vec<OperatorResource<'s>>,
    /// Pods in its namespaces that are not running or not ready.
    pub pods: Vec<Pod<'s>>,
    /// Since when: the oldest bad condition of its operator resources, or the condition itself.
    pub since: Option<Time>,
}

impl<'s> OperatorProblem<'s> {
    /// Reads what is behind `condition`, `Available` or `Degraded`, of `operator`.
    pub fn of(
        cx: &RuleContext<'s>,
        operator: ClusterOperator<'s>,
        condition: Condition<'s>,
    ) -> Self {
        let resources = OperatorResource::behind(cx, operator.name(), &condition.name());
        let oldest = resources.iter().filter_map(OperatorResource::since).min();
        let since = match (oldest, condition.since()) {
            (Some(oldest), Some(summary)) => Some(oldest.min(summary)),
            (oldest, summary) => oldest.or(summary),
        };
        let pods = failing_pods(cx, operator);
        Self { operator, condition, resources, pods, since }
    }

    /// What a rule finds in the conditions `of_type` that are not as they should be; an operator
    /// without a status is not examined, and one that is not managed is not judged.
    pub fn judge(
        cx: &RuleContext<'s>,
        of_type: &str,
        is_bad: impl Fn(Condition<'s>) -> bool,
        finding: impl Fn(&Self) -> Finding,
    ) -> Judged {
        let operators: Vec<_> = cx.all::<ClusterOperator<'s>>().collect();
        let reported: Vec<_> =
            operators.iter().filter_map(|it| Some((*it, it.condition(of_type)?))).collect();
        if reported.is_empty() && !operators.is_empty() {
            let what = format!("no ClusterOperator has a condition {of_type}");
            let gap = Gap::new(GapKind::FieldAbsent, what);
            return Err(gap.command("oc get clusteroperators -o yaml").into());
        }
        let is_managed =
            |condition: Condition<'s>| !matches!(&*condition.reason(), "Unmanaged" | "Removed");
        let bad = reported.iter().filter(|(_, it)| is_bad(*it) && is_managed(*it));
        let findings = bad.map(|(operator, it)| finding(&Self::of(cx, *operator, *it)));
        Ok(Checked::over(reported.len(), findings))
    }

    /// The severity: `worst` of an operator of the release if it has lasted longer than `limit`,
    /// and until then a warning, as in `oc adm upgrade status` (openshift/oc
    /// `pkg/cli/admin/upgrade/status/controlplane.go`).
    pub fn severity(&self, cx: &RuleContext<'s>, limit: Span, worst: Severity) -> Severity {
        let is_persistent = Persistence::of(cx, self.since, limit) == Persistence::Exceeded;
        if is_persistent && !self.is_not_in_release(cx) { worst } else { Severity::Warning }
    }

    /// Whether the operator is provably not part of the release. If no operator has the annotations
    /// of the release, they were removed from the archive.
    fn is_not_in_release(&self, cx: &RuleContext<'s>) -> bool {
        !self.operator.is_platform()
            && cx.all::<ClusterOperator<'s>>().any(ClusterOperator::is_platform)
    }

    /// The finding that the operator has this `state`, such as "is not available".
    pub fn finding(&self, cx: &RuleContext<'s>, state: &str) -> Finding {
        let name = self.operator.name();
        let at_least = if cx.ages_are_lower_bounds() { "at least " } else { "" };
        let since =
            cx.age(self.since).map(|age| format!(" for {at_least}{age}")).unwrap_or_default();
        let summary = format!("ClusterOperator/{name} {state}{since}: {}", self.message());
        let note = format!("reason {}", self.condition.reason().replace("::", ", "));
        let finding = Finding::new(
            Subject::view(self.operator),
            summary,
            Evidence::condition(self.operator.resource(), self.condition, note),
        )
        .since(self.since)
        .keywords(self.condition.reason())
        .keywords(self.condition.message())
        .evidence(self.resources.iter().flat_map(OperatorResource::evidence))
        .evidence(self.pods.iter().map(|pod| unready_evidence(*pod)));
        let finding = self
            .resources
            .iter()
            .fold(finding, |finding, resource| finding.keywords(resource.keywords()));
        let finding = self.pods.iter().fold(finding, |finding, pod| {
            let place = pod.node().map(|node| format!(" on node {node}")).unwrap_or_default();
            finding.keywords(format!("Pod/{}/{}{place}", pod.namespace(), pod.name()))
        });
        let finding = self.with_namespaces_to_collect(cx, finding);
        match self.pods.first() {
            Some(pod) => finding
                .run(Command::new("oc get pods -n {namespace}", &[("namespace", pod.namespace())])),
            None => finding,
        }
    }

    /// Adds what to collect if namespaces of the operator are missing from this archive.
    fn with_namespaces_to_collect(&self, cx: &RuleContext<'s>, finding: Finding) -> Finding {
        let name = self.operator.name();
        let missing: Vec<_> = self
            .operator
            .related_namespaces()
            .filter(|namespace| !cx.coverage().has_namespace(namespace))
            .collect();
        if missing.is_empty() {
            return finding;
        }
        let collect = format!(
            "Check what the conditions name. The cause can be in namespaces of the operator that \
             are not in the archive: {}. The command collects all of them.",
            name_list(&missing)
        );
        finding
            .fix(collect)
            .run(describe_command([name]))
            .run(Command::new("oc adm inspect clusteroperator/{operator}", &[("operator", name)]))
    }

    /// The first line of the message, and how many more there are; the reason without a message.
    fn message(&self) -> String {
        let message = self.condition.message();
        let mut lines: Vec<_> =
            message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.dedup();
        match lines.as_slice() {
            [] if self.condition.reason().is_empty() => "no reason reported".to_owned(),
            [] => self.condition.reason().replace("::", ", "),
            [only] => excerpt(only),
            [first, rest @ ..] => format!("{} (and {} more)", excerpt(first), rest.len()),
        }
    }
}

/// The command that shows the conditions of operators; of all operators if no name is safe.
pub fn describe_command<'n>(names: impl IntoIterator<Item = &'n str>) -> Command {
    let mut names = names.into_iter().filter(|name| is_shell_safe(name)).peekable();
    match names.peek() {
        Some(_) => Command::of_list("oc describe clusteroperators {operators}", "operators", names),
        None => "oc describe clusteroperators".into(),
    }
}
