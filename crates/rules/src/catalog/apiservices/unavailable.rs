//! An aggregated API that does not answer.
//!
//! # Why it matters
//!
//! The API server hands requests for these groups on to a Service. While that does not answer,
//! every request for them fails, discovery is incomplete, and with it garbage collection and the
//! deletion of namespaces. Without the groups of OpenShift itself most operators fail.
//!
//! # What to do
//!
//! Follow the Service to its pods. Where they are ready, the way from the control-plane nodes to
//! the pod network is broken.
//!
//! # Blind spots
//!
//! Several APIServices behind one Service are one finding. An APIService that answers one try in
//! five counts as available, so an API that is only sometimes reachable is not seen here.
//! Third-party APIServices whose Service is gone are `apiservices/orphaned`.
//!
//! # References
//!
//! - kubernetes/kube-aggregator `pkg/controllers/status/remote/remote_available_controller.go`
//! - openshift/runbooks `alerts/cluster-kube-apiserver-operator/KubeAggregatedAPIErrors.md`

use std::collections::BTreeMap;

use mustknow_gather::Lookup;
use mustknow_gather::kinds::{
    API_SERVICE, ApiService, ClusterOperator, Condition, ENDPOINTS, Endpoints, POD, Pod,
};
use mustknow_gather::time::Time;

use super::orphaned;
use crate::catalog::prelude::*;
use crate::facts::{enumerate, excerpt};

/// How long an API may be away while its pods are replaced.
const GRACE: Span = Span::minutes(5);

pub(super) static META: Meta = Meta {
    id: "apiservices/unavailable",
    title: "an aggregated API that does not answer",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&API_SERVICE)],
    uses: &[Need::Kind(&ENDPOINTS), Need::Kind(&POD)],
};

type Down<'s> = Vec<(ApiService<'s>, Condition<'s>)>;

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut down: BTreeMap<(String, String), Down<'_>> = BTreeMap::new();
    for api in case.all::<ApiService<'_>>() {
        let (Some((namespace, name)), Some(available)) = (api.service(), api.available()) else {
            continue;
        };
        examined += 1;
        if available.is_false() && !orphaned::is_orphan(api, available) {
            let service = (namespace.into_owned(), name.into_owned());
            down.entry(service).or_default().push((api, available));
        }
    }
    let findings = down
        .iter()
        .filter_map(|((namespace, name), apis)| finding(case, namespace, name, apis))
        .collect();
    Verdict::over(examined, findings, "no APIService is answered by a Service")
}

fn finding(case: &Case<'_>, namespace: &str, service: &str, apis: &Down<'_>) -> Option<Finding> {
    let (first, available) = apis.first()?;
    let names: Vec<_> = apis.iter().map(|(api, _)| api.name()).collect();
    let since = apis.iter().filter_map(|(_, condition)| condition.since()).min();
    let summary = format!(
        "Service {namespace}/{service} does not answer for the API {} ({}): {}",
        enumerate(&names, 4),
        available.reason(),
        excerpt(&available.message())
    );
    let mut evidence = apis.iter().map(|(api, condition)| {
        Evidence::condition(api.resource(), *condition, "the API server cannot reach it")
    });
    let finding = Finding::new(Subject::view(*first), summary, evidence.next()?)
        .severity(severity(case, since, apis))
        .since(since)
        .why(why(case, namespace, service))
        .saying(format!("namespace {namespace} service {service}: {}", names.join(" ")))
        .saying(format!("{}: {}", available.reason(), available.message()))
        .evidence(evidence.take(4))
        .evidence(endpoints(case, namespace, service))
        .evidence(unready_pods(case, namespace))
        .remedy(
            Remedy::new(
                "Mend the pods behind the Service; where they are ready, the way from the \
                 control-plane nodes to them.",
            )
            .command(format!("oc get endpoints {service} -n {namespace}"))
            .command(format!("oc get pods -n {namespace} -o wide"))
            .verify(format!("oc get apiservice {}", first.name())),
        );
    let finding = match endpoint(&available.message()) {
        Some((address, endpoint)) => {
            let node = case
                .within::<Pod<'_>>(namespace)
                .find(|pod| pod.resource().text(&["status", "podIP"]).as_deref() == Some(address))
                .and_then(Pod::node);
            let finding = finding.shares(Common::Endpoint, endpoint);
            node.into_iter().fold(finding, |finding, node| finding.shares(Common::Node, node))
        }
        None => finding,
    };
    Some(reporters(case, &names).into_iter().fold(finding, |finding, (operator, name)| {
        finding.explains(Subject::cluster("ClusterOperator", operator), name)
    }))
}

/// The address, and address and port, that did not answer: `... from https://10.1.2.3:8443/...`.
fn endpoint(message: &str) -> Option<(&str, &str)> {
    let (_, rest) = message.split_once("https://")?;
    let endpoint = rest.split(['/', '"', ' ', '?']).next()?;
    let (address, port) = endpoint.rsplit_once(':')?;
    let address = address.trim_matches(['[', ']']);
    port.chars().all(|c| c.is_ascii_digit()).then_some((address, endpoint))
}

fn severity(case: &Case<'_>, since: Option<Time>, apis: &Down<'_>) -> Severity {
    // Without a time nobody can say it is young.
    if case.age(since).is_some_and(|age| age <= GRACE) {
        return Severity::Warning;
    }
    let is_platform = apis.iter().any(|(api, _)| {
        api.group().ends_with(".openshift.io") || &*api.group() == "packages.operators.coreos.com"
    });
    if is_platform { Severity::Critical } else { Severity::Error }
}

fn why(case: &Case<'_>, namespace: &str, service: &str) -> String {
    let ready = case.find::<Endpoints<'_>>(namespace, service).map(Endpoints::ready);
    let also = match ready {
        Some(0) => " No pod behind the Service is ready.",
        Some(_) => {
            " The Service has ready pods, so the way from the control-plane nodes to the pod \
             network, or the certificate of the pods, is what fails."
        }
        None => "",
    };
    format!(
        "Requests for these groups fail, discovery is incomplete, and with it garbage collection \
         and the deletion of namespaces.{also}"
    )
}

fn endpoints(case: &Case<'_>, namespace: &str, service: &str) -> Option<Evidence> {
    match case.look_up::<Endpoints<'_>>(namespace, service) {
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

fn unready_pods(case: &Case<'_>, namespace: &str) -> Vec<Evidence> {
    case.within::<Pod<'_>>(namespace)
        .filter(|pod| !pod.is_finished() && !pod.is_ready())
        .take(3)
        .map(|pod| {
            let place = pod.node().map_or_else(String::new, |node| format!(" on node {node}"));
            let note = format!("a pod of the namespace that is not ready{place}");
            match pod.condition("Ready") {
                Some(condition) => Evidence::condition(pod.resource(), condition, note),
                None => Evidence::field(pod.resource(), &["status", "phase"], note),
            }
        })
        .collect()
}

/// Each ClusterOperator whose conditions name one of the APIs, with the name.
fn reporters(case: &Case<'_>, names: &[&str]) -> Vec<(String, String)> {
    case.all::<ClusterOperator<'_>>()
        .filter_map(|operator| {
            let words: String =
                Condition::all(operator.resource()).map(|c| c.message().into_owned()).collect();
            let name = names.iter().find(|name| words.contains(**name))?;
            Some((operator.name().to_owned(), (*name).to_owned()))
        })
        .collect()
}
