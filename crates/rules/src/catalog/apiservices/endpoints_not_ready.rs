//! Operators that wait for an API whose pods are not ready.
//!
//! # Why it matters
//!
//! The operators `openshift-apiserver` and `authentication` manage their APIServices only when
//! the Endpoints `api` in `openshift-apiserver` and `openshift-oauth-apiserver` hold a ready
//! address. Without one they report `APIServicesAvailable: PreconditionNotReady`: the very words
//! a missing ConfigMap `kube-system/bootstrap` causes, by another mechanism and with another
//! remedy.
//!
//! # What to do
//!
//! Make the pods behind the Endpoints ready. Their readiness probes, their logs and the nodes they
//! run on say why they are not.
//!
//! # Blind spots
//!
//! Why a pod is not ready is told only by its events, which live for three hours, and by its log.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/apiservice/apigroup.go`
//!   (`checkEndpointsPresence`)

use mustknow_gather::kinds::{
    AUTHENTICATION_CONFIG, CLUSTER_OPERATOR, ENDPOINT_SLICE, ENDPOINTS, EVENT, Event,
    OPERATOR_AUTHENTICATION, OPERATOR_OPENSHIFT_API_SERVER, POD, Pod,
};
use mustknow_gather::log::{LogHits, LogPattern};
use mustknow_gather::resource::Resource;
use mustknow_gather::time::Time;

use crate::catalog::prelude::*;
use crate::facts::{ApiPrecondition, ConfigMapState, EndpointsState, Waiting};

/// Both API servers keep their data in etcd and are not ready while they cannot reach it.
static NO_ETCD: LogPattern =
    LogPattern::new(":2379: connect: ", "openshift-apiserver", "openshift-apiserver");
static NO_ETCD_FOR_OAUTH: LogPattern =
    LogPattern::new(":2379: connect: ", "openshift-oauth-apiserver", "oauth-apiserver");

/// What happened within this time of the gather still goes on.
const RECENT: Span = Span::hours(2);
/// How much earlier than the pod's own condition a line may belong to the same failure.
const INERTIA: Span = Span::minutes(10);
/// How many logs are quoted; the other pods say the same.
const LOGS_QUOTED: usize = 2;

pub(super) static META: Meta = Meta {
    id: "apiservices/endpoints-not-ready",
    title: "operators that wait for an API without a ready endpoint",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[
        Need::ConfigMap("kube-system", "bootstrap"),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&EVENT),
        Need::Kind(&POD),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
        Need::Log(&NO_ETCD),
        Need::Log(&NO_ETCD_FOR_OAUTH),
    ],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let precondition = ApiPrecondition::of(case);
    if precondition.waiting.is_empty() {
        return Verdict::NotApplicable("no operator waits for its precondition".to_owned());
    }
    let blocked: Vec<_> = precondition
        .waiting
        .iter()
        .filter_map(|waiting| match waiting.endpoints {
            EndpointsState::NotReady(resource, addresses) => Some((waiting, resource, addresses)),
            _ => None,
        })
        .collect();
    if !blocked.is_empty() {
        return Verdict::Found(vec![finding(case, &precondition, &blocked)]);
    }
    let unknown = precondition.waiting.iter().find_map(|waiting| match &waiting.endpoints {
        EndpointsState::Unknown(missing) => Some((waiting, missing)),
        _ => None,
    });
    match unknown {
        Some((waiting, missing)) => Verdict::Unknown(
            Gap::missing(missing)
                .asking([format!("oc get endpoints api -n {} -o yaml", waiting.namespace)])
                .concerning([waiting.subject()]),
        ),
        None => Verdict::Healthy { examined: precondition.waiting.len() },
    }
}

fn finding(
    case: &Case<'_>,
    precondition: &ApiPrecondition<'_>,
    blocked: &[(&Waiting<'_>, &Resource, usize)],
) -> Finding {
    let (first, first_endpoints, _) = match blocked {
        [first, ..] => *first,
        [] => unreachable!("called with at least one"),
    };
    let places: Vec<_> = blocked
        .iter()
        .map(|(waiting, _, addresses)| format!("{} (0 of {addresses})", waiting.namespace))
        .collect();
    let names: Vec<_> = blocked.iter().map(|(waiting, ..)| waiting.operator).collect();
    let causes = causes(case, blocked);
    let summary = format!(
        "Endpoints api has no ready address in {}{}, so {} cannot become available",
        places.join(" and "),
        causes.summary,
        names.join(" and ")
    );
    let subject = Subject::namespaced("Endpoints", first.namespace, "api");
    let finding = Finding::new(subject, summary, endpoints_evidence(first_endpoints))
        .why(
            "The operator looks for a ready address behind its API before it manages the \
             APIServices. The words PreconditionNotReady would be the same for a missing ConfigMap \
             kube-system/bootstrap; here the endpoints are what fails.",
        )
        .since(blocked.iter().filter_map(|(waiting, ..)| waiting.since()).chain(causes.onset).min())
        .evidence(exonerate(precondition))
        .evidence(causes.evidence)
        .evidence(blocked.iter().skip(1).map(|(_, endpoints, _)| endpoints_evidence(endpoints)))
        .evidence(blocked.iter().map(|(waiting, ..)| waiting.evidence()))
        .saying(&causes.said)
        .remedy(remedy(precondition, blocked));
    blocked
        .iter()
        .fold(finding, |finding, (waiting, ..)| finding.explains(waiting.subject(), "APIServices"))
}

fn endpoints_evidence(endpoints: &Resource) -> Evidence {
    Evidence::field(endpoints, &["subsets"], "no ready address, only notReadyAddresses or none")
}

/// The other half of the precondition, seen to hold.
fn exonerate(precondition: &ApiPrecondition<'_>) -> Option<Evidence> {
    match precondition.config_map {
        ConfigMapState::Complete(map) => Some(Evidence::field(
            map.resource(),
            &["data", "status"],
            "ConfigMap kube-system/bootstrap is complete: it is not the cause",
        )),
        _ => None,
    }
}

/// Why the pods are not ready, as far as the archive tells.
#[derive(Default)]
struct Causes {
    summary: String,
    said: String,
    /// When the first of the pods stopped being ready.
    onset: Option<Time>,
    evidence: Vec<Evidence>,
}

fn causes(case: &Case<'_>, blocked: &[(&Waiting<'_>, &Resource, usize)]) -> Causes {
    let mut causes = Causes::default();
    let mut pods = Vec::new();
    let mut probes = Vec::new();
    for (waiting, ..) in blocked {
        causes.say(waiting.namespace);
        for pod in case.within::<Pod<'_>>(waiting.namespace) {
            let is_api = pod.resource().label("apiserver").is_some() && !pod.is_finished();
            let Some(ready) = pod.condition("Ready").filter(|c| is_api && !c.is_true()) else {
                continue;
            };
            let host = pod.node().unwrap_or_default();
            let note = format!("{} on {host} is not Ready", pod.name());
            causes.say(&host);
            pods.push(Evidence::condition(pod.resource(), ready, note));
            causes.onset = causes.onset.into_iter().chain(ready.since()).min();
        }
        let probe = case
            .within::<Event<'_>>(waiting.namespace)
            .filter(|event| matches!(&*event.reason(), "Unhealthy" | "ProbeError"))
            .filter(|event| !case.is_older(event.last_seen(), RECENT))
            .max_by_key(|event| (event.count(), event.last_seen()));
        if let Some(event) = probe {
            let note = format!("probes failed {} times", event.count());
            probes.push(Evidence::field(event.resource(), &["message"], note));
            causes.say(&event.message());
        }
    }
    // A line is of use when it was logged since the pods stopped being ready, however long ago.
    let onset = causes.onset;
    let is_of_now = |hits: &LogHits| {
        let since_onset = onset
            .zip(hits.last.time)
            .is_some_and(|(onset, line)| Span::between(line, onset) < INERTIA);
        since_onset || !case.is_older(hits.last.time, RECENT)
    };
    for pattern in [&NO_ETCD, &NO_ETCD_FOR_OAUTH] {
        for hits in case.log_hits(pattern).filter(|hits| is_of_now(hits)) {
            ": its pods cannot reach etcd".clone_into(&mut causes.summary);
            causes.say(&hits.last.text);
            causes.evidence.push(Evidence::logged(pattern.namespace, hits));
        }
    }
    causes.evidence.truncate(LOGS_QUOTED);
    causes.evidence.append(&mut probes);
    causes.evidence.append(&mut pods);
    causes
}

impl Causes {
    fn say(&mut self, words: &str) {
        self.said.push_str(words);
        self.said.push('\n');
    }
}

fn remedy(
    precondition: &ApiPrecondition<'_>,
    blocked: &[(&Waiting<'_>, &Resource, usize)],
) -> Remedy {
    let mut what = "Make the pods behind the Endpoints ready: their readiness probes and logs say \
                    what they miss."
        .to_owned();
    if matches!(precondition.config_map, ConfigMapState::Complete(_)) {
        what.push_str(" ConfigMap kube-system/bootstrap needs no change.");
    }
    blocked.iter().fold(Remedy::new(what), |remedy, (waiting, ..)| {
        remedy
            .command(format!("oc get pods -n {} -o wide", waiting.namespace))
            .command(format!(
                "oc get events -n {} --field-selector type=Warning",
                waiting.namespace
            ))
            .verify(format!("oc get endpoints api -n {}", waiting.namespace))
    })
}
