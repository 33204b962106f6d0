//! Blocked node drain.
//!
//! A must-gather does not contain user namespaces, where most budgets are. The log of the
//! machine-config-controller names the pod anyway. Every drain takes some minutes. This rule fires
//! when the controller reports that the drain has failed for more than ten minutes, or after ten
//! minutes when a budget forbids the eviction of a pod on the node.
//!
//! - openshift/machine-config-operator `pkg/controller/drain/drain_controller.go`
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigControllerDrainError.md`

use crate::catalog::prelude::*;

/// The controller retries after one minute, and after ten minutes every five minutes.
const DRAIN_FAILED: LogPattern = LogPattern::new(
    "Drain failed. ",
    "openshift-machine-config-operator",
    "machine-config-controller",
);

const EVICTION_FORBIDDEN: LogPattern = LogPattern::new(
    "Cannot evict pod as it would violate the pod's disruption budget",
    "openshift-machine-config-operator",
    "machine-config-controller",
);

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[
        Need::Kind(&POD),
        Need::Kind(&EVENT),
        Need::Kind(&POD_DISRUPTION_BUDGET),
        Need::Log(&DRAIN_FAILED),
        Need::Log(&EVICTION_FORBIDDEN),
    ])
    .check(check)
    .why(
        "Before a node gets a new configuration, its pods are evicted. If a PodDisruptionBudget \
         forbids an eviction, or a pod does not terminate, the drain is retried indefinitely: \
         the node stays cordoned with its old configuration, the pool waits for the node, and \
         the update waits for the pool.",
    )
    .fix(
        "Make the eviction possible: scale up the workload that the budget protects, or fix its \
         unhealthy replica. Only as a last resort, and with the consent of the workload owner, \
         relax the budget or delete the pod.",
    );

/// Events about a failing drain. The last one is from releases before 4.11.
const EVENTS: [&str; 3] = ["DrainFailed", "DrainThresholdExceeded", "FailedToDrain"];
/// How long a drain may take.
const GRACE: Span = Span::minutes(10);
/// After this time a drain is reported even if its cause is not known.
const LONG: Span = Span::minutes(60);
/// Older log lines are ignored.
const RECENT: Span = Span::minutes(30);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in cx.all::<Node<'_>>() {
        examined += 1;
        if is_draining(node) {
            findings.extend(Drain::of(cx, node).finding(cx));
        }
    }
    let pools = cx.all::<MachineConfigPool<'_>>().count();
    Ok(Checked::over(examined.max(pools), findings))
}

/// What the archive shows about one drain.
struct Drain<'s> {
    node: Node<'s>,
    since: Option<Time>,
    /// The controller, events or the pool report that it has failed for more than ten minutes.
    failures: Vec<Evidence>,
    /// The controller reports that it failed, possibly only once.
    tries: Vec<(Evidence, String)>,
    budgets: Vec<BlockingBudget<'s>>,
}

/// A budget that forbids the eviction of a pod.
struct BlockingBudget<'s> {
    budget: PodDisruptionBudget<'s>,
    pod: Pod<'s>,
}

impl<'s> Drain<'s> {
    fn of(cx: &RuleContext<'s>, node: Node<'s>) -> Self {
        let name = node.name();
        let since = node.cordoned_since();
        // Messages from before the node was cordoned belong to an earlier drain.
        let is_of_this =
            |time: Option<Time>| time.is_some_and(|time| since.is_none_or(|since| time >= since));
        let mut failures = node_events(cx, name, &EVENTS, is_of_this);
        let degraded = degraded_nodes(cx);
        let failed_drain =
            degraded.into_iter().find(|d| d.node == name && d.reason == DegradedReason::Drain);
        failures.extend(failed_drain.into_iter().flat_map(|degraded| degraded.evidence));
        let mut tries = Vec::new();
        for hits in [&DRAIN_FAILED, &EVICTION_FORBIDDEN].into_iter().flat_map(|p| cx.log_hits(p)) {
            let names_node = |line: &LogLine| line.text.contains(&format!("node {name}:"));
            let is_about = |line: &LogLine| {
                names_node(line) || pods_in(&line.text).any(|pod| runs_on(cx, pod, name))
            };
            let is_recent =
                |line: &LogLine| is_of_this(line.time) && !cx.is_older(line.time, RECENT);
            // Other nodes may be drained at the same time.
            let Some(line) = hits.lines().find(|line| is_recent(line) && is_about(line)) else {
                continue;
            };
            let evidence = Evidence::logged_line(DRAIN_FAILED.namespace, hits, line);
            if names_node(line) && line.text.contains("Drain has been failing for more than") {
                failures.push(evidence);
            } else {
                tries.push((evidence, line.text.clone()));
            }
        }
        Self { node, since, failures, tries, budgets: forbidding(cx, name) }
    }

    fn finding(self, cx: &RuleContext<'_>) -> Option<Finding> {
        let is_persistent = cx.is_older(self.since, GRACE);
        let is_known = !self.failures.is_empty();
        let has_signs = !self.tries.is_empty() || !self.budgets.is_empty();
        let (certainty, severity) = match (is_known, is_persistent && has_signs) {
            (true, _) => (Certainty::Certain, Error),
            (false, true) => (Certainty::Likely, Error),
            (false, false) if cx.is_older(self.since, LONG) => (Certainty::Possible, Warning),
            (false, false) => return None,
        };
        let name = self.node.name();
        let drain = self.node.machine_config("desiredDrain").unwrap_or_default();
        let cordon = "machineconfiguration.openshift.io/desiredDrain";
        let evidence = Evidence::field(
            self.node.resource(),
            &["metadata", "annotations", cordon],
            format!("the drain is requested but not complete: {drain}"),
        );
        let finding = Finding::new(Subject::view(self.node), self.summary(cx), evidence)
            .severity(severity)
            .certainty(certainty)
            .uncertainty(
                "it is inferred that this blocks the drain: the controller does not report it",
            )
            .since(self.since)
            .keywords(format!("Drain failed {name}"))
            .why(self.why())
            .evidence(self.budgets.iter().take(3).map(BlockingBudget::evidence))
            .remedy(self.remedy());
        let finding = self.tries.iter().fold(finding, |finding, (_, line)| finding.keywords(line));
        Some(finding.evidence(self.failures).evidence(self.tries.into_iter().map(|(seen, _)| seen)))
    }

    fn summary(&self, cx: &RuleContext<'_>) -> String {
        let name = self.node.name();
        let age = cx.age(self.since).map(|age| format!(" for {age}")).unwrap_or_default();
        match self.budgets.first() {
            Some(BlockingBudget { budget, pod }) => format!(
                "node {name} has been draining{age}: {} forbids the eviction of pod {}/{}",
                Subject::view(*budget),
                pod.namespace(),
                pod.name()
            ),
            None => format!("node {name} has been draining{age}"),
        }
    }

    fn why(&self) -> &'static str {
        if self.budgets.is_empty() {
            "The node stays cordoned with its old configuration until every pod is evicted, and \
             its pool waits. No budget in the collected namespaces forbids an eviction, but user \
             namespaces are not collected. A pod that does not terminate has the same effect."
        } else {
            "The budget allows no disruption, so the eviction is rejected and retried \
             indefinitely. The node stays cordoned with its old configuration, and its pool waits."
        }
    }

    fn remedy(&self) -> Remedy {
        let name = self.node.name();
        let remedy = match self.budgets.first() {
            Some(BlockingBudget { budget, .. }) => Remedy::new(
                "Add a healthy replica to the workload that the budget protects. Do not delete the \
                 pod manually.",
            )
            .command(format!(
                "oc describe poddisruptionbudget {} -n {}",
                budget.resource().name(),
                budget.resource().namespace()
            )),
            None => Remedy::new("Find the pod that stays on the node, and the reason.")
                .command("oc get poddisruptionbudgets --all-namespaces"),
        };
        remedy
            .command(format!(
                "oc get pods --all-namespaces -o wide --field-selector \
                 spec.nodeName={name}"
            ))
            .command(
                "oc logs -n openshift-machine-config-operator \
                 deployment/machine-config-controller -c machine-config-controller --tail=50",
            )
            .verify(format!("oc get node {name}"))
    }
}

impl BlockingBudget<'_> {
    fn evidence(&self) -> Evidence {
        let of = |field| self.budget.status(field).unwrap_or_default();
        let note = format!(
            "no disruption is allowed: {} of {} pods are healthy, {} are required",
            of("currentHealthy"),
            of("expectedPods"),
            of("desiredHealthy")
        );
        Evidence::field(self.budget.resource(), &["status", "disruptionsAllowed"], note)
    }
}

/// Budgets that allow no disruption and select a pod on the node.
fn forbidding<'s>(cx: &RuleContext<'s>, node: &str) -> Vec<BlockingBudget<'s>> {
    let mut found = Vec::new();
    for budget in cx.all::<PodDisruptionBudget<'s>>() {
        if budget.disruptions_allowed() != Some(0) || budget.status("expectedPods") == Some(0) {
            continue;
        }
        let pod = cx.within::<Pod<'s>>(budget.resource().namespace()).find(|pod| {
            let is_static =
                pod.owner().is_some_and(|(kind, _)| kind == "Node" || kind == "DaemonSet");
            pod.node().as_deref() == Some(node)
                && is_expected(*pod)
                && !is_static
                && budget.selects(pod.labels()) == Some(true)
        });
        found.extend(pod.map(|pod| BlockingBudget { budget, pod }));
    }
    found
}

/// Namespace and name of the pods in `pods/"name" -n "namespace"`.
fn pods_in(line: &str) -> impl Iterator<Item = (&str, &str)> {
    line.split("pods/\"").skip(1).filter_map(|rest| {
        let (name, rest) = rest.split_once('"')?;
        let (_, rest) = rest.split_once("-n \"")?;
        Some((rest.split_once('"')?.0, name))
    })
}

fn runs_on(cx: &RuleContext<'_>, (namespace, name): (&str, &str), node: &str) -> bool {
    cx.find::<Pod<'_>>(namespace, name).is_some_and(|pod| pod.node().as_deref() == Some(node))
}
