//! Unavailable aggregated API.
//!
//! Several APIServices behind one Service are reported as one finding. An APIService that answers
//! one attempt in five counts as available, so an API that is only intermittently reachable is not
//! detected here. Third-party APIServices whose Service does not exist are reported by
//! `apiservices/orphaned`.
//!
//! - kubernetes/kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/KubeAggregatedAPIErrors.md`

use super::orphaned;
use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, Any)
    .needs(&[Need::Kind(&API_SERVICE)])
    .reads(&[Need::Kind(&ENDPOINTS), Need::Kind(&POD)])
    .check(check)
    // An API may be unavailable that long while its pods are replaced.
    .note_until(Span::minutes(5))
    .why(
        "The API server forwards requests for these API groups to a Service. While the Service \
         does not answer, every request for these groups fails and API discovery is incomplete, \
         which stops garbage collection and the deletion of namespaces. On OpenShift most \
         operators fail without the API groups of the platform.",
    )
    .fix(
        "Check the pods behind the Service. If they are ready, the network from the control-plane \
         nodes to the pods fails, or the certificate of the pods is not accepted.",
    )
    .run(&["oc get endpoints {service} -n {namespace}", "oc get pods -n {namespace} -o wide"])
    .verify(&["oc get apiservice {name}"]);

type UnavailableApis<'s> = Vec<(ApiService<'s>, Condition<'s>)>;

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut down: BTreeMap<(String, String), UnavailableApis<'_>> = BTreeMap::new();
    for api in cx.all::<ApiService<'_>>() {
        let Some(((namespace, name), available)) = api.service().zip(api.available()) else {
            continue;
        };
        examined += 1;
        if available.is_false() && !orphaned::is_orphan(api, available) {
            let service = (namespace.into_owned(), name.into_owned());
            down.entry(service).or_default().push((api, available));
        }
    }
    let findings =
        down.iter().filter_map(|((namespace, name), apis)| finding(cx, namespace, name, apis));
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    namespace: &str,
    service: &str,
    apis: &UnavailableApis<'_>,
) -> Option<Finding> {
    let (first, available) = apis.first()?;
    let message = available.message();
    let names: Vec<_> = apis.iter().map(|(api, _)| api.name()).collect();
    let summary = format!(
        "Service {namespace}/{service} does not answer for the API {} ({}): {}",
        name_list_up_to(&names, 4),
        available.reason(),
        excerpt(&message)
    );
    let is_platform = apis.iter().any(|(api, _)| {
        api.group().ends_with(".openshift.io") || &*api.group() == "packages.operators.coreos.com"
    });
    let mut evidence = apis.iter().map(|(api, condition)| {
        Evidence::condition(api.resource(), *condition, "the API server cannot reach it")
    });
    let finding = Finding::new(Subject::view(*first), summary, evidence.next()?)
        .severity(if is_platform { Critical } else { Error })
        .since(apis.iter().filter_map(|(_, condition)| condition.since()).min())
        .with("namespace", namespace)
        .with("service", service)
        .keywords(format!("namespace {namespace} service {service}: {}", names.join(" ")))
        .keywords(format!("{}: {message}", available.reason()))
        .covers(apis.iter().map(|(api, _)| Subject::view(*api)))
        .evidence(evidence.take(4))
        .evidence(endpoints(cx, namespace, service))
        .evidence(unready_pods(cx, namespace));
    let finding = match endpoint(&message) {
        Some((address, endpoint)) => {
            let node = cx
                .within::<Pod<'_>>(namespace)
                .find(|pod| pod.resource().text(&["status", "podIP"]).as_deref() == Some(address))
                .and_then(Pod::node);
            let finding = finding.group_by(GroupKey::Endpoint, endpoint);
            node.into_iter().fold(finding, |finding, node| finding.group_by(GroupKey::Node, node))
        }
        None => finding,
    };
    Some(reporters(cx, &names).into_iter().fold(finding, |finding, (operator, name)| {
        finding.explains(Subject::cluster("ClusterOperator", operator), name)
    }))
}

/// The address, without and with port, that did not answer: `... from https://10.1.2.3:8443/...`.
fn endpoint(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("https://")?;
    let endpoint = rest.split(['/', '"', ' ', '?']).next()?;
    let (address, port) = endpoint.rsplit_once(':')?;
    let address = address.trim_matches(['[', ']']);
    port.chars().all(|c| c.is_ascii_digit()).then_some((address, endpoint))
}

fn endpoints(cx: &RuleContext<'_>, namespace: &str, service: &str) -> Option<Evidence> {
    match cx.look_up::<Endpoints<'_>>(namespace, service) {
        Lookup::Here(found) => {
            let (ready, waiting) = (found.ready(), found.not_ready());
            let note = format!("{ready} ready addresses, {waiting} not ready");
            Some(Evidence::field(found.resource(), &["subsets"], note))
        }
        Lookup::Absent(searched) => {
            Some(Evidence::missing(Subject::namespaced("Endpoints", namespace, service), &searched))
        }
        Lookup::Unknown(_) => None,
    }
}

fn unready_pods(cx: &RuleContext<'_>, namespace: &str) -> Vec<Evidence> {
    cx.within::<Pod<'_>>(namespace)
        .filter(|pod| !pod.is_finished() && !pod.is_ready())
        .take(3)
        .map(|pod| {
            let place = pod.node().map(|node| format!(" on node {node}")).unwrap_or_default();
            let note = format!("this pod of the namespace is not ready{place}");
            match pod.condition("Ready") {
                Some(condition) => Evidence::condition(pod.resource(), condition, note),
                None => Evidence::field(pod.resource(), &["status", "phase"], note),
            }
        })
        .collect()
}

/// Each ClusterOperator with a condition that names one of the APIs, and that name.
fn reporters(cx: &RuleContext<'_>, names: &[&str]) -> Vec<(String, String)> {
    cx.all::<ClusterOperator<'_>>()
        .filter_map(|operator| {
            let detail: String =
                Condition::all(operator.resource()).map(|c| c.message().into_owned()).collect();
            let name = names.iter().find(|name| detail.contains(**name))?;
            Some((operator.name().to_owned(), (*name).to_owned()))
        })
        .collect()
}
