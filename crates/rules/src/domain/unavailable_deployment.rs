//! A Deployment of an operator without enough available pods, and which of its pods are not ready.

use mustknow_cluster::model::time::Span;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Pod;

use super::pods::is_expected;
use crate::signals::operator_condition::OperatorCondition;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::meta::Severity;
use crate::terms::quoting::name_list;

/// How many pods one finding shows.
const SHOWN: usize = 3;
/// How long pods may be unavailable while others serve: they are replaced one at a time.
const REPLACING: Span = Span::minutes(20);

/// A finding about a Deployment that the workload controller of library-go watches: without an
/// available pod, or with only some. Reads Pods.
///
/// Source: openshift/library-go `pkg/operator/apiserver/controller/workload/workload.go`.
pub fn unavailable_api(
    bad: &OperatorCondition<'_>,
    deployment: (&'static str, &'static str),
) -> Option<Finding> {
    match (bad.is_unavailable(), bad.state.reason.as_str()) {
        (true, "NoPod") => Some(unavailable_deployment(bad, deployment, "has no available pod")),
        (false, "UnavailablePod") => {
            let finding = unavailable_deployment(bad, deployment, "has unavailable pods");
            Some(finding.severity(Severity::Error).grace(REPLACING))
        }
        _ => None,
    }
}

/// A finding about the Deployment that a condition of its operator is about; `state` follows its
/// name. Reads Pods.
pub fn unavailable_deployment(
    bad: &OperatorCondition<'_>,
    (namespace, name): (&'static str, &'static str),
    state: &str,
) -> Finding {
    let is_its_own =
        |pod: &Pod<'_>| pod.name().strip_prefix(name).is_some_and(|rest| rest.starts_with('-'));
    let pods = bad.cx.within::<Pod<'_>>(namespace).filter(is_its_own);
    let waiting: Vec<_> = pods.filter(|pod| !pod.is_ready() && is_expected(*pod)).collect();
    let names: Vec<_> = waiting.iter().map(|pod| pod.name()).collect();
    let not_ready = match names.as_slice() {
        [] => String::new(),
        names => format!("; not ready: {}", name_list(names)),
    };
    let evidence = waiting.iter().take(SHOWN).filter_map(|pod| {
        Some(Evidence::condition(pod.resource(), pod.condition("Ready")?, "this pod is not ready"))
    });
    let summary = format!("Deployment {namespace}/{name} {state}{not_ready}");
    bad.finding_about(Subject::namespaced("Deployment", namespace, name), summary)
        .keywords(names.join(" "))
        .evidence(evidence)
        .explains(bad.cluster_operator(), bad.controller())
}
