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
    LogPattern::new(":2379: connect: ", "openshift-apiserver", "openshift-apiserver")
        .or_in(&[LogSource::container("openshift-oauth-apiserver", "oauth-apiserver")]);

/// What happened within this time before the collection is treated as current.
const RECENT: Span = Span::hours(2);
/// How much earlier than the pod's condition a log line may be and belong to the same failure.
const INERTIA: Span = Span::minutes(10);

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
    ])
    .check(check)
    .at_once("an API without any ready endpoint is not served, for however short a time")
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

type Blocked<'b, 's> = (&'b WaitingOperator<'s>, &'s Resource, usize);

fn check(cx: &RuleContext<'_>) -> Judged {
    let precondition = ApiPrecondition::of(cx);
    if precondition.waiting.is_empty() {
        return Err(not_applicable("no operator is waiting for its precondition"));
    }
    let (mut blocked, mut gaps): (Vec<Blocked<'_, '_>>, Vec<_>) = (Vec::new(), Vec::new());
    for waiting in &precondition.waiting {
        match &waiting.endpoints {
            EndpointsState::NotReady(resource, count) => blocked.push((waiting, *resource, *count)),
            EndpointsState::Unknown(missing) => {
                gaps.push(Gap::missing(missing).would_explain([waiting.subject()]));
            }
            _ => {}
        }
    }
    let finding = finding(cx, &precondition, &blocked);
    Ok(Checked::over(precondition.waiting.len(), finding).or_unknown(gaps))
}

fn finding(
    cx: &RuleContext<'_>,
    precondition: &ApiPrecondition<'_>,
    blocked: &[Blocked<'_, '_>],
) -> Option<Finding> {
    let (first, ..) = blocked.first()?;
    let places: Vec<_> = blocked
        .iter()
        .map(|(waiting, _, addresses)| format!("{} (0 of {addresses})", waiting.namespace))
        .collect();
    let waiting: Vec<_> = blocked.iter().map(|(waiting, ..)| *waiting).collect();
    let names: Vec<_> = waiting.iter().map(|waiting| waiting.operator).collect();
    let causes = causes(cx, &waiting);
    let summary = format!(
        "Endpoints api has no ready address in {}{}, so {} cannot become available",
        places.join(" and "),
        causes.summary,
        names.join(" and ")
    );
    let mut endpoints = blocked.iter().map(|(_, endpoints, _)| {
        let note = "no ready address, only notReadyAddresses or none";
        Evidence::field(endpoints, &["subsets"], note)
    });
    let map = match precondition.config_map {
        ConfigMapState::Complete(map) => Some(Evidence::field(
            map.resource(),
            &["data", "status"],
            "ConfigMap kube-system/bootstrap is complete: it is not the cause",
        )),
        _ => None,
    };
    let subject = Subject::namespaced("Endpoints", first.namespace, "api");
    let finding = Finding::new(subject, summary, endpoints.next()?)
        .evidence(map)
        .evidence(causes.evidence)
        .evidence(endpoints)
        .keywords(&causes.keywords);
    let finding = explain_waiting(finding, &waiting);
    let since = finding.since.into_iter().chain(causes.fault_since).min();
    Some(waiting.iter().fold(finding.since(since), |finding, waiting| {
        let within = |template| Command::new(template, &[("namespace", waiting.namespace)]);
        finding
            .run(within("oc get pods -n {namespace} -o wide"))
            .run(within("oc get events -n {namespace} --field-selector type=Warning"))
            .verify(within("oc get endpoints api -n {namespace}"))
    }))
}

/// Why the pods are not ready, as far as the archive shows.
#[derive(Default)]
struct Causes {
    summary: &'static str,
    keywords: String,
    /// When the first of the pods stopped being ready.
    fault_since: Option<Time>,
    evidence: Vec<Evidence>,
}

fn causes(cx: &RuleContext<'_>, blocked: &[&WaitingOperator<'_>]) -> Causes {
    let mut causes = Causes::default();
    let (mut pods, mut probes) = (Vec::new(), Vec::new());
    for namespace in blocked.iter().map(|waiting| waiting.namespace) {
        causes.add_keywords(namespace);
        let is_api =
            |pod: &Pod<'_>| pod.resource().label("apiserver").is_some() && !pod.is_finished();
        for pod in cx.within::<Pod<'_>>(namespace).filter(is_api) {
            let Some(ready) = pod.condition("Ready").filter(|it| !it.is_true()) else { continue };
            let host = pod.node().unwrap_or_default();
            let note = format!("{} on {host} is not Ready", pod.name());
            causes.add_keywords(&host);
            pods.push(Evidence::condition(pod.resource(), ready, note));
            causes.fault_since = causes.fault_since.into_iter().chain(ready.since()).min();
        }
        let probe = cx
            .within::<Event<'_>>(namespace)
            .filter(|event| matches!(&*event.reason(), "Unhealthy" | "ProbeError"))
            .filter(|event| cx.is_recent(event.last_seen(), RECENT))
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
        let times = fault_since.zip(hits.last.time);
        times.is_some_and(|(fault_since, line)| Span::between(line, fault_since) < INERTIA)
            || cx.is_recent(hits.last.time, RECENT)
    };
    for hits in cx.log_hits(&NO_ETCD).filter(|hits| is_of_now(hits)) {
        causes.summary = ": its pods cannot reach etcd";
        causes.add_keywords(&hits.last.text);
        causes.evidence.push(Evidence::logged(&hits.namespace, hits));
    }
    // The other pods log the same error.
    causes.evidence.truncate(2);
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
