//! One bad condition of a ClusterOperator, with everything the archive says behind it.

use mustknow_cluster::model::time::{Span, Time};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, Pod};

use super::operator_resource::{OperatorResource, failing_pods};
use super::update_failure::is_young_installation;
use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::finding::{Finding, Remedy};
use crate::engine::meta::Severity;
use crate::engine::quoting::{excerpt, few, is_plain};

/// Up to this age a bad condition may be part of a normal rollout. Source: openshift/oc
/// `pkg/cli/admin/upgrade/status/controlplane.go`.
const GRACE: Span = Span::minutes(5);

/// A bad condition of a ClusterOperator and what is behind it.
pub struct OperatorProblem<'s> {
    /// The operator.
    pub operator: ClusterOperator<'s>,
    /// Its bad condition.
    pub condition: Condition<'s>,
    /// The operator's own objects with bad conditions of the same sort.
    pub own: Vec<OperatorResource<'s>>,
    /// Pods of its namespaces that do not run as they should.
    pub pods: Vec<Pod<'s>>,
    /// Since when: the oldest bad condition of its own objects, or the condition itself.
    pub since: Option<Time>,
}

impl<'s> OperatorProblem<'s> {
    /// Reads what is behind `condition`, `Available` or `Degraded`, of `operator`.
    pub fn of(
        cx: &RuleContext<'s>,
        operator: ClusterOperator<'s>,
        condition: Condition<'s>,
    ) -> Self {
        let own = OperatorResource::behind(cx, operator.name(), &condition.name());
        let oldest = own.iter().filter_map(OperatorResource::since).min();
        let since = match (oldest, condition.since()) {
            (Some(own), Some(sum)) => Some(own.min(sum)),
            (own, sum) => own.or(sum),
        };
        let pods = failing_pods(cx, operator);
        Self { operator, condition, own, pods, since }
    }

    /// How grave it is: `worst` when it lasts longer than `limit`, a warning when it is younger,
    /// None when it may be a part of a normal rollout.
    pub fn severity(&self, cx: &RuleContext<'s>, limit: Span, worst: Severity) -> Option<Severity> {
        // A lower bound proves that it lasts, never that it is young.
        if !cx.is_clock_vague() && cx.age(self.since).is_some_and(|age| age <= GRACE) {
            return None;
        }
        if is_young_installation(cx) {
            return Some(Severity::Info);
        }
        let lasts = cx.is_older(self.since, limit);
        Some(if lasts && !self.is_foreign(cx) { worst } else { Severity::Warning })
    }

    /// Whether the release does not bring the operator, as far as the archive can tell: where no
    /// operator has the annotations that say so, they were taken away.
    fn is_foreign(&self, cx: &RuleContext<'s>) -> bool {
        !self.operator.is_platform()
            && cx.all::<ClusterOperator<'s>>().any(ClusterOperator::is_platform)
    }

    /// The finding that `state` ("is not available") stands, in the words of the condition.
    pub fn finding(&self, cx: &RuleContext<'s>, state: &str) -> Finding {
        let name = self.operator.name();
        let bound = if cx.ages_are_lower_bounds() { "at least " } else { "" };
        let since = cx.age(self.since).map(|age| format!(" for {bound}{age}")).unwrap_or_default();
        let summary = format!("ClusterOperator/{name} {state}{since}: {}", self.words());
        let note = format!("reason {}", self.condition.reason().replace("::", ", "));
        let finding = Finding::new(
            Subject::view(self.operator),
            summary,
            Evidence::condition(self.operator.resource(), self.condition, note),
        )
        .since(self.since)
        .keywords(self.condition.reason())
        .keywords(self.condition.message())
        .evidence(self.own.iter().flat_map(OperatorResource::evidence))
        .evidence(self.pods.iter().map(|pod| of_pod(*pod)));
        let finding = self.own.iter().fold(finding, |finding, own| finding.keywords(own.said()));
        let finding = self.pods.iter().fold(finding, |finding, pod| {
            let place = pod.node().map(|node| format!(" on node {node}")).unwrap_or_default();
            finding.keywords(format!("Pod/{}/{}{place}", pod.namespace(), pod.name()))
        });
        finding.remedy(
            self.pods
                .iter()
                .filter(|pod| is_plain(pod.namespace()))
                .take(1)
                .fold(self.remedy(cx), |remedy, pod| {
                    remedy.command(format!("oc get pods -n {}", pod.namespace()))
                })
                .verify("oc get clusteroperators"),
        )
    }

    /// Where to look further, and what to collect for it that this archive lacks.
    fn remedy(&self, cx: &RuleContext<'s>) -> Remedy {
        let name = self.operator.name();
        let follow = "Follow what the conditions name; they are effects, not the cause.";
        let missing: Vec<_> = self
            .operator
            .related_namespaces()
            .filter(|namespace| !cx.coverage().has_namespace(namespace))
            .collect();
        if missing.is_empty() || !is_plain(name) {
            return Remedy::new(follow).command(describe([name]));
        }
        let collect = format!(
            "{follow} Of the namespaces the operator names, {} {} not in the archive, and the cause \
             may be there: the inspect collects all of them.",
            few(&missing),
            if missing.len() == 1 { "is" } else { "are" }
        );
        Remedy::new(collect)
            .command(describe([name]))
            .command(format!("oc adm inspect clusteroperator/{name}"))
    }

    /// The first line of the message, and how many more there are; the reason when there is none.
    fn words(&self) -> String {
        let message = self.condition.message();
        let mut lines: Vec<_> =
            message.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        lines.dedup();
        match lines.as_slice() {
            [] if self.condition.reason().is_empty() => "no reason is given".to_owned(),
            [] => self.condition.reason().replace("::", ", "),
            [only] => excerpt(only),
            [first, rest @ ..] => format!("{} (and {} more)", excerpt(first), rest.len()),
        }
    }
}

/// The command that shows what operators say; of all of them when a name may not stand in one.
pub fn describe<'n>(names: impl IntoIterator<Item = &'n str>) -> String {
    let names: Vec<_> = names.into_iter().filter(|name| is_plain(name)).collect();
    if names.is_empty() {
        "oc describe clusteroperators".to_owned()
    } else {
        format!("oc describe clusteroperators {}", names.join(" "))
    }
}

/// Where a pod says what keeps it.
fn of_pod(pod: Pod<'_>) -> Evidence {
    let name = pod.name();
    let waiting = pod.containers().find_map(|c| Some((c, c.waiting_reason()?)));
    if let Some((container, reason)) = waiting {
        let note = format!("pod {name}: container {} waits: {reason}", container.name());
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
