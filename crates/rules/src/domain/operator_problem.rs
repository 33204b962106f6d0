//! One bad condition of a ClusterOperator, with the operator resources and pods behind it.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, Pod};

use super::operator_resource::{OperatorResource, failing_pods};
use super::update_failure::is_recent_installation;
use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::finding::{Finding, Remedy};
use crate::engine::meta::Severity;
use crate::engine::quoting::{excerpt, is_shell_safe, name_list};

/// Up to this age a bad condition can be part of a normal rollout. Source: openshift/oc
/// `pkg/cli/admin/upgrade/status/controlplane.go`.
const GRACE: Span = Span::minutes(5);

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

    /// The severity: `worst` if it has lasted longer than `limit`, otherwise a warning, and None if
    /// it can be part of a normal rollout.
    pub fn severity(&self, cx: &RuleContext<'s>, limit: Span, worst: Severity) -> Option<Severity> {
        // A lower bound of an age proves that a state is old, but not that it is recent.
        if !cx.is_clock_uncertain() && cx.age(self.since).is_some_and(|age| age <= GRACE) {
            return None;
        }
        if is_recent_installation(cx) {
            return Some(Severity::Info);
        }
        let is_persistent = cx.is_older(self.since, limit);
        Some(if is_persistent && !self.is_not_in_release(cx) { worst } else { Severity::Warning })
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
        .evidence(self.pods.iter().map(|pod| pod_evidence(*pod)));
        let finding = self
            .resources
            .iter()
            .fold(finding, |finding, resource| finding.keywords(resource.keywords()));
        let finding = self.pods.iter().fold(finding, |finding, pod| {
            let place = pod.node().map(|node| format!(" on node {node}")).unwrap_or_default();
            finding.keywords(format!("Pod/{}/{}{place}", pod.namespace(), pod.name()))
        });
        finding.remedy(
            self.pods
                .iter()
                .filter(|pod| is_shell_safe(pod.namespace()))
                .take(1)
                .fold(self.remedy(cx), |remedy, pod| {
                    remedy.command(format!("oc get pods -n {}", pod.namespace()))
                })
                .verify("oc get clusteroperators"),
        )
    }

    /// What to check next, and what to collect that is missing from this archive.
    fn remedy(&self, cx: &RuleContext<'s>) -> Remedy {
        let name = self.operator.name();
        let advice = "Check what the conditions name. They are effects, not the cause.";
        let missing: Vec<_> = self
            .operator
            .related_namespaces()
            .filter(|namespace| !cx.coverage().has_namespace(namespace))
            .collect();
        if missing.is_empty() || !is_shell_safe(name) {
            return Remedy::new(advice).command(describe_command([name]));
        }
        let collect = format!(
            "{advice} The cause can be in namespaces of the operator that are not in the archive: {}. \
             The command collects all of them.",
            name_list(&missing)
        );
        Remedy::new(collect)
            .command(describe_command([name]))
            .command(format!("oc adm inspect clusteroperator/{name}"))
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
pub fn describe_command<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().filter(|name| is_shell_safe(name)).collect();
    if names.is_empty() {
        "oc describe clusteroperators".to_owned()
    } else {
        format!("oc describe clusteroperators {}", names.join(" "))
    }
}

/// The state of a pod that is not ready, as evidence.
fn pod_evidence(pod: Pod<'_>) -> Evidence {
    let name = pod.name();
    let waiting = pod.containers().find_map(|c| Some((c, c.waiting_reason()?)));
    if let Some((container, reason)) = waiting {
        let note = format!("pod {name}: container {} is waiting: {reason}", container.name());
        return Evidence::seen(pod.resource(), container.span(), note);
    }
    let unscheduled = pod.condition("PodScheduled").filter(|c| c.is_false());
    if let Some(condition) = unscheduled.or_else(|| pod.condition("Ready")) {
        let note = format!("pod {name} is not ready: {}", condition.reason());
        Evidence::condition(pod.resource(), condition, note)
    } else {
        Evidence::field(pod.resource(), &["status", "phase"], format!("pod {name} is not ready"))
    }
}
