//! A node that cannot be drained.
//!
//! # Why it matters
//!
//! Before a node gets a new configuration its pods are evicted. An eviction that a
//! `PodDisruptionBudget` forbids, or a pod that does not end, is tried again for as long as it
//! takes: the node stays cordoned with its old configuration, the pool waits for it, and the update
//! for the pool.
//!
//! # What to do
//!
//! Make room for the eviction: scale up what the budget protects, mend its unhealthy replica. Only
//! as a last resort, and with its owner's consent, relax the budget or delete the pod.
//!
//! # Blind spots
//!
//! A must-gather does not hold the namespaces of users, where most budgets are. The log of the
//! machine-config controller names the pod all the same. Draining takes minutes by nature; this
//! rule speaks when the controller says it fails for more than ten, or after that time when a
//! budget forbids the eviction of a pod of the node.
//!
//! # References
//!
//! - openshift/machine-config-operator `pkg/controller/drain/drain_controller.go`
//! - openshift/runbooks `alerts/machine-config-operator/MachineConfigControllerDrainError.md`

use mustknow_gather::kinds::{
    EVENT, MACHINE_CONFIG_POOL, MachineConfigPool, Node, POD, POD_DISRUPTION_BUDGET, Pod,
    PodDisruptionBudget,
};
use mustknow_gather::log::{LogLine, LogPattern};
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{Complaint, degraded_nodes, is_draining, is_expected, node_events};

/// The controller tries again a minute later, and after ten minutes every five.
static DRAIN_FAILED: LogPattern = LogPattern::new(
    "Drain failed. ",
    "openshift-machine-config-operator",
    "machine-config-controller",
);

static EVICTION_FORBIDDEN: LogPattern = LogPattern::new(
    "Cannot evict pod as it would violate the pod's disruption budget",
    "openshift-machine-config-operator",
    "machine-config-controller",
);

pub(super) static META: Meta = Meta {
    id: "machineconfig/drain-blocked",
    title: "a node that cannot be drained",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[
        Need::Kind(&POD),
        Need::Kind(&EVENT),
        Need::Kind(&POD_DISRUPTION_BUDGET),
        Need::Log(&DRAIN_FAILED),
        Need::Log(&EVICTION_FORBIDDEN),
    ],
};

/// Events about a node whose drain fails; the last is of releases before 4.11.
const EVENTS: [&str; 3] = ["DrainFailed", "DrainThresholdExceeded", "FailedToDrain"];
/// How long a drain may take.
const GRACE: Span = Span::minutes(10);
/// After so long a drain is worth a word though nothing says why.
const LONG: Span = Span::minutes(60);
/// What was logged longer ago is history.
const RECENT: Span = Span::minutes(30);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for node in case.all::<Node<'_>>() {
        examined += 1;
        if is_draining(node) {
            findings.extend(Drain::of(case, node).finding(case));
        }
    }
    let pools = case.all::<MachineConfigPool<'_>>().count();
    Verdict::over(examined.max(pools), findings, "neither a node nor a pool is in the archive")
}

/// What the archive holds on one drain.
struct Drain<'s> {
    node: Node<'s>,
    since: Option<Time>,
    /// The controller, events or the pool say that it fails for more than ten minutes.
    says_so: Vec<Evidence>,
    /// The controller says that it failed, perhaps only once.
    tries: Vec<(Evidence, String)>,
    budgets: Vec<Forbidding<'s>>,
}

/// A budget that forbids the eviction of a pod.
struct Forbidding<'s> {
    budget: PodDisruptionBudget<'s>,
    pod: Pod<'s>,
}

impl<'s> Drain<'s> {
    fn of(case: &Case<'s>, node: Node<'s>) -> Self {
        let name = node.name();
        let since = node.cordoned_since();
        // What was said before the node was cordoned is of an earlier drain.
        let is_of_this =
            |time: Option<Time>| time.is_some_and(|time| since.is_none_or(|since| time >= since));
        let mut says_so = node_events(case, name, &EVENTS, is_of_this);
        let degraded = degraded_nodes(case);
        let complaint =
            degraded.into_iter().find(|d| d.node == name && d.complaint == Complaint::Drain);
        says_so.extend(complaint.into_iter().flat_map(|degraded| degraded.evidence));
        let mut tries = Vec::new();
        for hits in [&DRAIN_FAILED, &EVICTION_FORBIDDEN].into_iter().flat_map(|p| case.log_hits(p))
        {
            let names_node = |line: &LogLine| line.text.contains(&format!("node {name}:"));
            let is_about = |line: &LogLine| {
                names_node(line) || pods_in(&line.text).any(|pod| runs_on(case, pod, name))
            };
            let is_recent =
                |line: &LogLine| is_of_this(line.time) && !case.is_older(line.time, RECENT);
            // Other nodes may be drained at the same time.
            let Some(line) = hits.lines().find(|line| is_recent(line) && is_about(line)) else {
                continue;
            };
            let evidence = Evidence::logged_line(DRAIN_FAILED.namespace, hits, line);
            if names_node(line) && line.text.contains("Drain has been failing for more than") {
                says_so.push(evidence);
            } else {
                tries.push((evidence, line.text.clone()));
            }
        }
        Self { node, since, says_so, tries, budgets: forbidding(case, name) }
    }

    fn finding(self, case: &Case<'_>) -> Option<Finding> {
        let lasts = case.is_older(self.since, GRACE);
        let is_known = !self.says_so.is_empty();
        let has_signs = !self.tries.is_empty() || !self.budgets.is_empty();
        let (certainty, severity) = match (is_known, lasts && has_signs) {
            (true, _) => (Certainty::Certain, Severity::Error),
            (false, true) => (Certainty::Likely, Severity::Error),
            (false, false) if case.is_older(self.since, LONG) => {
                (Certainty::Possible, Severity::Warning)
            }
            (false, false) => return None,
        };
        let name = self.node.name();
        let drain = self.node.machine_config("desiredDrain").unwrap_or_default();
        let cordon = "machineconfiguration.openshift.io/desiredDrain";
        let evidence = Evidence::field(
            self.node.resource(),
            &["metadata", "annotations", cordon],
            format!("the node is to be drained and is not: {drain}"),
        );
        let finding = Finding::new(Subject::view(self.node), self.summary(case), evidence)
            .severity(severity)
            .certainty(certainty)
            .doubt("that this holds up the drain is inferred; the controller does not say so")
            .since(self.since)
            .saying(format!("Drain failed {name}"))
            .why(self.why())
            .evidence(self.budgets.iter().take(3).map(Forbidding::evidence))
            .remedy(self.remedy());
        let finding = self.tries.iter().fold(finding, |finding, (_, line)| finding.saying(line));
        Some(finding.evidence(self.says_so).evidence(self.tries.into_iter().map(|(seen, _)| seen)))
    }

    fn summary(&self, case: &Case<'_>) -> String {
        let name = self.node.name();
        let age = case.age(self.since).map(|age| format!(" for {age}")).unwrap_or_default();
        match self.budgets.first() {
            Some(Forbidding { budget, pod }) => format!(
                "node {name} has not been drained{age}: {} forbids the eviction of pod {}/{}",
                Subject::view(*budget),
                pod.namespace(),
                pod.name()
            ),
            None => format!("node {name} has not been drained{age}"),
        }
    }

    fn why(&self) -> &'static str {
        if self.budgets.is_empty() {
            "The node stays cordoned with its old configuration until every pod has left it, and \
             its pool waits. No budget of the collected namespaces forbids an eviction here; those \
             of users are not collected. A pod that does not end has the same effect."
        } else {
            "The budget allows no disruption, so the eviction is refused and tried again without \
             end. The node stays cordoned with its old configuration, and its pool waits."
        }
    }

    fn remedy(&self) -> Remedy {
        let name = self.node.name();
        let remedy = match self.budgets.first() {
            Some(Forbidding { budget, .. }) => Remedy::new(
                "Give what the budget protects one more healthy replica; do not delete the pod \
                     by hand.",
            )
            .command(format!(
                "oc describe poddisruptionbudget {} -n {}",
                budget.resource().name(),
                budget.resource().namespace()
            )),
            None => Remedy::new("Find the pod that does not leave the node, and why.")
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

impl Forbidding<'_> {
    fn evidence(&self) -> Evidence {
        let of = |field| self.budget.status(field).unwrap_or_default();
        let note = format!(
            "no disruption is allowed: {} of {} pods are healthy, {} must be",
            of("currentHealthy"),
            of("expectedPods"),
            of("desiredHealthy")
        );
        Evidence::field(self.budget.resource(), &["status", "disruptionsAllowed"], note)
    }
}

/// Budgets that allow no disruption and select a pod of the node.
fn forbidding<'s>(case: &Case<'s>, node: &str) -> Vec<Forbidding<'s>> {
    let mut found = Vec::new();
    for budget in case.all::<PodDisruptionBudget<'s>>() {
        if budget.disruptions_allowed() != Some(0) || budget.status("expectedPods") == Some(0) {
            continue;
        }
        let pod = case.within::<Pod<'s>>(budget.resource().namespace()).find(|pod| {
            let is_static =
                pod.owner().is_some_and(|(kind, _)| kind == "Node" || kind == "DaemonSet");
            pod.node().as_deref() == Some(node)
                && is_expected(*pod)
                && !is_static
                && budget.selects(pod.labels()) == Some(true)
        });
        found.extend(pod.map(|pod| Forbidding { budget, pod }));
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

fn runs_on(case: &Case<'_>, (namespace, name): (&str, &str), node: &str) -> bool {
    case.find::<Pod<'_>>(namespace, name).is_some_and(|pod| pod.node().as_deref() == Some(node))
}
