//! Blocked node drain.
//!
//! A must-gather does not contain user namespaces, where most budgets are. The log of the
//! machine-config-controller names the pod anyway.
//!
//! - openshift/machine-config-operator `pkg/controller/drain/drain_controller.go`
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigControllerDrainError.md`

use crate::catalog::prelude::*;

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

/// Events about a failing drain. The last one is from releases before 4.11.
const EVENTS: [&str; 3] = ["DrainFailed", "DrainThresholdExceeded", "FailedToDrain"];

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[
        Need::Kind(&POD),
        Need::Kind(&EVENT),
        Need::Kind(&POD_DISRUPTION_BUDGET),
        Need::Log(&DRAIN_FAILED),
        Need::Log(&EVICTION_FORBIDDEN),
    ])
    .check(|cx| {
        let pools = cx.all::<MachineConfigPool<'_>>().count();
        let examined = cx.all::<Node<'_>>().count().max(pools);
        let findings = NodeDrain::all(cx).map(|drain| BlockedDrain::of(cx, drain).finding(cx));
        Ok(Checked::over(examined, findings))
    })
    // Every drain takes some minutes.
    .grace(Span::minutes(10))
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
    )
    .run(&[
        "oc get pods --all-namespaces -o wide --field-selector spec.nodeName={name}",
        "oc logs -n openshift-machine-config-operator deployment/machine-config-controller \
         -c machine-config-controller --tail=50",
    ])
    .verify(&["oc get node {name}"]);

/// What the archive shows about one drain.
struct BlockedDrain<'s> {
    drain: NodeDrain<'s>,
    /// The controller, events or the pool report that it has failed for more than ten minutes.
    failures: Vec<Evidence>,
    /// The controller reports that it failed, possibly only once.
    tries: Vec<(Evidence, &'s str)>,
    budgets: Vec<BlockingBudget<'s>>,
}

/// A budget that forbids the eviction of a pod.
struct BlockingBudget<'s> {
    budget: PodDisruptionBudget<'s>,
    pod: Pod<'s>,
}

impl<'s> BlockedDrain<'s> {
    fn of(cx: &RuleContext<'s>, drain: NodeDrain<'s>) -> Self {
        let name = drain.node.name();
        let mut failures = node_events(cx, name, &EVENTS, |time| drain.includes(time));
        let mut degraded = degraded_nodes(cx);
        degraded.retain(|it| it.node == name && it.reason == DegradedReason::Drain);
        failures.extend(degraded.into_iter().flat_map(|degraded| degraded.evidence));
        let mut tries = Vec::new();
        let is_about = |line: &LogLine| {
            drain.is_named_in(line) || pods_in(&line.text).any(|pod| runs_on(cx, pod, name))
        };
        let patterns = [&DRAIN_FAILED, &EVICTION_FORBIDDEN];
        for (hits, line) in patterns.into_iter().flat_map(|it| drain.lines(cx, it, is_about)) {
            let evidence = Evidence::logged_line(DRAIN_FAILED.namespace, hits, line);
            let is_long = line.text.contains("Drain has been failing for more than");
            if is_long && drain.is_named_in(line) {
                failures.push(evidence);
            } else {
                tries.push((evidence, &*line.text));
            }
        }
        Self { drain, failures, tries, budgets: forbidding(cx, name) }
    }

    fn finding(self, cx: &RuleContext<'_>) -> Finding {
        let NodeDrain { node, since } = self.drain;
        let drain = node.machine_config("desiredDrain").unwrap_or_default();
        let path = ["metadata", "annotations", "machineconfiguration.openshift.io/desiredDrain"];
        let note = format!("the drain is requested but not complete: {drain}");
        let evidence = Evidence::field(node.resource(), &path, note);
        let finding = Finding::new(Subject::view(node), self.summary(cx), evidence)
            .since(since)
            .lasting(!self.failures.is_empty())
            .keywords(format!("Drain failed {}", node.name()))
            .evidence(self.budgets.iter().take(3).map(BlockingBudget::evidence));
        let inferred =
            "it is inferred that this blocks the drain: the controller does not report it";
        let finding = if !self.failures.is_empty() {
            finding
        } else if !self.tries.is_empty() || !self.budgets.is_empty() {
            finding.likely(inferred)
        } else {
            // A drain without a known cause can be a long one.
            finding.possible(inferred).severity(Warning).grace(Span::minutes(60))
        };
        // Every node is drained during a normal update.
        let finding = match since {
            None if self.failures.is_empty() => finding.severity(Info),
            _ => finding,
        };
        let finding = self.tries.iter().fold(finding, |finding, (_, line)| finding.keywords(line));
        let finding = match self.budgets.first() {
            Some(BlockingBudget { budget, .. }) => {
                let object = budget.resource();
                finding.run(Command::new(
                    "oc describe poddisruptionbudget {budget} -n {namespace}",
                    &[("budget", object.name()), ("namespace", object.namespace())],
                ))
            }
            None => finding
                .action("Find the pod that stays on the node, and the reason.")
                .run("oc get poddisruptionbudgets --all-namespaces"),
        };
        finding.evidence(self.failures).evidence(self.tries.into_iter().map(|(seen, _)| seen))
    }

    fn summary(&self, cx: &RuleContext<'_>) -> String {
        let NodeDrain { node, since } = self.drain;
        let age = cx.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
        let draining = format!("node {} has been draining{age}", node.name());
        match self.budgets.first() {
            Some(BlockingBudget { budget, pod }) => format!(
                "{draining}: {} forbids the eviction of pod {}/{}",
                Subject::view(*budget),
                pod.namespace(),
                pod.name()
            ),
            None => draining,
        }
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
    let is_evicted = |pod: &Pod<'_>| {
        let owner = pod.owner();
        pod.node().as_deref() == Some(node)
            && is_expected(*pod)
            && !owner.is_some_and(|(kind, _)| kind == "Node" || kind == "DaemonSet")
    };
    let forbids = |budget: &PodDisruptionBudget<'_>| {
        budget.disruptions_allowed() == Some(0) && budget.status("expectedPods") != Some(0)
    };
    let of_pod = |budget: PodDisruptionBudget<'s>| {
        let pods = cx.within::<Pod<'s>>(budget.resource().namespace()).filter(is_evicted);
        let pod = pods.into_iter().find(|pod| budget.selects(pod.labels()) == Some(true))?;
        Some(BlockingBudget { budget, pod })
    };
    cx.all::<PodDisruptionBudget<'s>>().filter(forbids).filter_map(of_pod).collect()
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
