//! Failing precondition check of APIServices (ErrorCheckingPrecondition).
//!
//! # Why it matters
//!
//! Before they manage their APIServices, the operators `openshift-apiserver` and `authentication`
//! read the Endpoints `api` and ConfigMap `kube-system/bootstrap`. An error while reading either
//! object is reported with reason `ErrorCheckingPrecondition`: the Endpoints object does not exist,
//! or the API refused the request. A missing ConfigMap is reported differently.
//!
//! # What to do
//!
//! Follow the error: restore the Service `api` that the Endpoints belong to, or fix the API that
//! refused the request.
//!
//! # Blind spots
//!
//! Whether the Endpoints object exists is known only if the complete list of its namespace was
//! collected.
//!
//! # References
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/apiservice/apigroup.go`

use mustknow_cluster::model::kinds::{
    AUTHENTICATION_CONFIG, CLUSTER_OPERATOR, ENDPOINT_SLICE, ENDPOINTS, OPERATOR_AUTHENTICATION,
    OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_cluster::views::ClusterOperator;

use crate::catalog::prelude::*;
use crate::domain::{ApiPrecondition, EndpointsState, WaitingOperator};

pub(super) static META: Meta = Meta {
    id: "apiservices/precondition-unreadable",
    title: "failing precondition check of APIServices (ErrorCheckingPrecondition)",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[
        Need::ConfigMap("kube-system", "bootstrap"),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
    ],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let precondition = ApiPrecondition::of(cx);
    let findings = precondition.failing.iter().map(finding).collect();
    let examined = ["authentication", "openshift-apiserver"]
        .into_iter()
        .filter(|name| cx.find::<ClusterOperator<'_>>("", name).is_some())
        .count();
    Verdict::over(examined, findings, "neither operator is in the archive")
}

fn finding(failing: &WaitingOperator<'_>) -> Finding {
    let message = failing.condition.message();
    let error = message.lines().next().unwrap_or_default();
    let (summary, extra) = if let EndpointsState::NoObject(searched) = &failing.endpoints {
        let what = Subject::namespaced("Endpoints", failing.namespace, "api");
        let summary = format!(
            "Endpoints {}/api does not exist, so {} cannot become available",
            failing.namespace, failing.operator
        );
        (summary, Some(Evidence::missing(what, searched)))
    } else {
        (format!("{} cannot read its precondition: {error}", failing.operator), None)
    };
    Finding::new(
        Subject::namespaced("Service", failing.namespace, "api"),
        summary,
        failing.evidence(),
    )
    .why(
        "The operator reads the Endpoints of its API and ConfigMap kube-system/bootstrap before it \
         manages the APIServices. Here reading them fails. The cause is neither missing addresses \
         nor a missing ConfigMap.",
    )
    .since(failing.since())
    .keywords(&message)
    .evidence(extra)
    .explains(failing.subject(), "APIServices")
    .remedy(
        Remedy::new("Follow the error: restore the Service or fix the API that it names.")
            .command(format!("oc get service,endpoints -n {}", failing.namespace)),
    )
}
