//! A node whose network pod waits for `ovn-controller` in vain.
//!
//! # Why it matters
//!
//! The pod `ovnkube-node` starts several processes, and the one that answers for the node's pods
//! needs `ovn-controller` to run first. Where that does not start, the pod gives up and begins
//! again, and no new pod on the node gets a network.
//!
//! # What to do
//!
//! Read the log of container `ovn-controller` of the same pod. Look for what changes the pod
//! before it runs, as a policy engine that adds fields to pods of the platform.
//!
//! # Blind spots
//!
//! A line or two belong to every restart of a node, so that the pod must have been without being
//! ready for ten minutes. Lines older than two hours, and those of pods that are ready by now, are
//! history.
//!
//! # References
//!
//! - ovn-org/ovn-kubernetes `go-controller/pkg/node/default_node_network_controller.go`
//!   (`isOVNControllerReady`)
//! - <https://github.com/okd-project/okd/issues/1724>

use mustknow_gather::kinds::{POD, Pod};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, few};

const NAMESPACE: &str = "openshift-ovn-kubernetes";
/// What ended longer ago is history.
const RECENT: Span = Span::hours(2);
/// How long the pod may take when its node restarts.
const GRACE: Span = Span::minutes(10);
/// How many lines no restart of a node explains, where the pod itself was not collected.
const ENOUGH: u64 = 3;

static WAITING: LogPattern =
    LogPattern::new("unknown pid for ovn-controller process", NAMESPACE, "");

pub(super) static META: Meta = Meta {
    id: "network/node-waits-for-ovn",
    title: "a node whose network pod waits for ovn-controller in vain",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Log(&WAITING), Need::Kind(&POD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut logged = Logged::recent(case, &WAITING, RECENT);
    let examined = logged.examined(case);
    if examined == 0 {
        let namespaces = |name| case.coverage().has_namespace(name);
        if !namespaces(NAMESPACE) && namespaces("openshift-sdn") {
            return Verdict::NotApplicable("the cluster network is OpenShiftSDN".to_owned());
        }
        let what = format!("logs of namespace {NAMESPACE}: not collected");
        return Verdict::Unknown(
            Gap::new(GapKind::NotCollected, what).ask(format!("oc adm inspect ns/{NAMESPACE}")),
        );
    }
    logged.hits.retain(|hits| match case.find::<Pod<'_>>(NAMESPACE, &hits.pod) {
        Some(pod) => {
            let ready = pod.condition("Ready").filter(|ready| !ready.is_true());
            ready.is_some_and(|ready| case.is_older(ready.since(), GRACE))
        }
        None => hits.count >= ENOUGH,
    });
    let finding = finding(case, &logged);
    Verdict::over(examined, finding.into_iter().collect(), "")
}

fn finding(case: &Case<'_>, logged: &Logged<'_>) -> Option<Finding> {
    let mut evidence = logged.evidence();
    let places = logged.places(case);
    let summary = format!(
        "ovn-controller does not start for {}, which {} waited for it {}",
        few(&places),
        if places.len() == 1 { "has" } else { "have" },
        logged.span()
    );
    let subject = Subject::namespaced("DaemonSet", NAMESPACE, "ovnkube-node");
    Some(
        Finding::new(subject.clone(), summary, evidence.next()?)
            .since(logged.since())
            .evidence(evidence)
            .saying(places.join(" "))
            .why("Until it runs no new pod on the node gets a network.")
            .explains(Subject::cluster("ClusterOperator", "network"), "ovnkube-node")
            .explains(subject, "ovnkube-node")
            .remedy(
                Remedy::new(
                    "Read the log of ovn-controller of that pod, and look for what changes the pod \
                     before it runs.",
                )
                .command(format!("oc logs -n {NAMESPACE} <pod> -c ovn-controller --tail=100"))
                .verify(format!("oc get pods -n {NAMESPACE} -l app=ovnkube-node -o wide")),
            ),
    )
}
