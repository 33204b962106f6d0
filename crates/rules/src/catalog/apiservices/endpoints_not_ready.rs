//! Operators blocked by an API without ready endpoints (PreconditionNotReady).
//!
//! Only the events of a pod, which are stored for three hours, and its log show why the pod is not
//! ready.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/apiservice/apigroup.go`
//!   (`checkEndpointsPresence`)

use crate::catalog::prelude::*;

/// Both API servers keep their data in etcd and are not ready while they cannot reach it.
const NO_ETCD: LogPattern =
    LogPattern::new(":2379: connect: ", "openshift-apiserver", "openshift-apiserver");
const NO_ETCD_FOR_OAUTH: LogPattern =
    LogPattern::new(":2379: connect: ", "openshift-oauth-apiserver", "oauth-apiserver");

/// What happened within this time before the collection is treated as current.
const RECENT: Span = Span::hours(2);
/// How much earlier than the pod's condition a log line may be and belong to the same failure.
const INERTIA: Span = Span::minutes(10);
/// How many logs are quoted. The other pods log the same error.
const MAX_LOG_LINES: usize = 2;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[
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
    ])
    .check(check)
    .why(
        "The operators openshift-apiserver and authentication manage their APIServices only \
         when the Endpoints api in openshift-apiserver and openshift-oauth-apiserver have a \
         ready address. Without a ready address they report APIServicesAvailable: \
         PreconditionNotReady. A missing ConfigMap kube-system/bootstrap causes the same \
         message, by another mechanism and with another remedy.",
    )
    .fix(
        "Make the pods behind the Endpoints ready. Check their readiness probes, their logs and \
         the nodes they run on for the cause.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let precondition = ApiPrecondition::of(cx);
    if precondition.waiting.is_empty() {
        return Err(not_applicable("no operator is waiting for its precondition"));
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
        return Ok(Checked::over(1, vec![finding(cx, &precondition, &blocked)]));
    }
    let unknown = precondition.waiting.iter().find_map(|waiting| match &waiting.endpoints {
        EndpointsState::Unknown(missing) => Some((waiting, missing)),
        _ => None,
    });
    match unknown {
        Some((waiting, missing)) => Err(NotJudged::from(
            Gap::missing(missing)
                .commands([format!("oc get endpoints api -n {} -o yaml", waiting.namespace)])
                .would_explain([waiting.subject()]),
        )),
        None => Ok(Checked::over(precondition.waiting.len(), None)),
    }
}

fn finding(
    cx: &RuleContext<'_>,
    precondition: &ApiPrecondition<'_>,
    blocked: &[(&WaitingOperator<'_>, &Resource, usize)],
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
    let causes = causes(cx, blocked);
    let summary = format!(
        "Endpoints api has no ready address in {}{}, so {} cannot become available",
        places.join(" and "),
        causes.summary,
        names.join(" and ")
    );
    let subject = Subject::namespaced("Endpoints", first.namespace, "api");
    let finding = Finding::new(subject, summary, endpoints_evidence(first_endpoints))
        .since(
            blocked
                .iter()
                .filter_map(|(waiting, ..)| waiting.since())
                .chain(causes.fault_since)
                .min(),
        )
        .evidence(config_map_evidence(precondition))
        .evidence(causes.evidence)
        .evidence(blocked.iter().skip(1).map(|(_, endpoints, _)| endpoints_evidence(endpoints)))
        .evidence(blocked.iter().map(|(waiting, ..)| waiting.evidence()))
        .keywords(&causes.keywords)
        .remedy(remedy(precondition, blocked));
    blocked
        .iter()
        .fold(finding, |finding, (waiting, ..)| finding.explains(waiting.subject(), "APIServices"))
}

fn endpoints_evidence(endpoints: &Resource) -> Evidence {
    Evidence::field(endpoints, &["subsets"], "no ready address, only notReadyAddresses or none")
}

/// Evidence that the other half of the precondition holds.
fn config_map_evidence(precondition: &ApiPrecondition<'_>) -> Option<Evidence> {
    match precondition.config_map {
        ConfigMapState::Complete(map) => Some(Evidence::field(
            map.resource(),
            &["data", "status"],
            "ConfigMap kube-system/bootstrap is complete: it is not the cause",
        )),
        _ => None,
    }
}

/// Why the pods are not ready, as far as the archive shows.
#[derive(Default)]
struct Causes {
    summary: String,
    keywords: String,
    /// When the first of the pods stopped being ready.
    fault_since: Option<Time>,
    evidence: Vec<Evidence>,
}

fn causes(cx: &RuleContext<'_>, blocked: &[(&WaitingOperator<'_>, &Resource, usize)]) -> Causes {
    let mut causes = Causes::default();
    let mut pods = Vec::new();
    let mut probes = Vec::new();
    for (waiting, ..) in blocked {
        causes.add_keywords(waiting.namespace);
        for pod in cx.within::<Pod<'_>>(waiting.namespace) {
            let is_api = pod.resource().label("apiserver").is_some() && !pod.is_finished();
            let Some(ready) = pod.condition("Ready").filter(|c| is_api && !c.is_true()) else {
                continue;
            };
            let host = pod.node().unwrap_or_default();
            let note = format!("{} on {host} is not Ready", pod.name());
            causes.add_keywords(&host);
            pods.push(Evidence::condition(pod.resource(), ready, note));
            causes.fault_since = causes.fault_since.into_iter().chain(ready.since()).min();
        }
        let probe = cx
            .within::<Event<'_>>(waiting.namespace)
            .filter(|event| matches!(&*event.reason(), "Unhealthy" | "ProbeError"))
            .filter(|event| !cx.is_older(event.last_seen(), RECENT))
            .max_by_key(|event| (event.count(), event.last_seen()));
        if let Some(event) = probe {
            let note = format!("probes failed {} times", event.count());
            probes.push(Evidence::field(event.resource(), &["message"], note));
            causes.add_keywords(&event.message());
        }
    }
    // A line counts when it was logged after the pods stopped being ready, however long ago.
    let fault_since = causes.fault_since;
    let is_of_now = |hits: &LogHits| {
        let is_after_fault = fault_since
            .zip(hits.last.time)
            .is_some_and(|(fault_since, line)| Span::between(line, fault_since) < INERTIA);
        is_after_fault || !cx.is_older(hits.last.time, RECENT)
    };
    for pattern in [&NO_ETCD, &NO_ETCD_FOR_OAUTH] {
        for hits in cx.log_hits(pattern).filter(|hits| is_of_now(hits)) {
            ": its pods cannot reach etcd".clone_into(&mut causes.summary);
            causes.add_keywords(&hits.last.text);
            causes.evidence.push(Evidence::logged(pattern.namespace, hits));
        }
    }
    causes.evidence.truncate(MAX_LOG_LINES);
    causes.evidence.append(&mut probes);
    causes.evidence.append(&mut pods);
    causes
}

impl Causes {
    fn add_keywords(&mut self, detail: &str) {
        self.keywords.push_str(detail);
        self.keywords.push('\n');
    }
}

fn remedy(
    precondition: &ApiPrecondition<'_>,
    blocked: &[(&WaitingOperator<'_>, &Resource, usize)],
) -> Remedy {
    let mut what = "Make the pods behind the Endpoints ready. Check their readiness probes and \
                    logs for the cause."
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
