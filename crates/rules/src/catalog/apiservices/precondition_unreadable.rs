//! Failing precondition check of APIServices (ErrorCheckingPrecondition).
//!
//! Whether the Endpoints object exists is known only if the complete list of its namespace was
//! collected.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/apiservice/apigroup.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(&[
        Need::ConfigMap("kube-system", "bootstrap"),
        Need::Kind(&ENDPOINTS),
        Need::Kind(&ENDPOINT_SLICE),
        Need::Kind(&OPERATOR_AUTHENTICATION),
        Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
        Need::Kind(&AUTHENTICATION_CONFIG),
    ])
    .check(check)
    .why(
        "Before they manage their APIServices, the operators openshift-apiserver and \
         authentication read the Endpoints api and ConfigMap kube-system/bootstrap. An error \
         while reading either object is reported with reason ErrorCheckingPrecondition: the \
         Endpoints object does not exist, or the API refused the request. A missing ConfigMap \
         is reported differently.",
    )
    .fix(
        "Follow the error: restore the Service api that the Endpoints belong to, or fix the API \
         that refused the request.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let precondition = ApiPrecondition::of(cx);
    let findings = precondition.failing.iter().map(finding);
    let examined = ["authentication", "openshift-apiserver"]
        .into_iter()
        .filter(|name| cx.find::<ClusterOperator<'_>>("", name).is_some())
        .count();
    Ok(Checked::over(examined, findings))
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
    .since(failing.since())
    .keywords(&message)
    .evidence(extra)
    .explains(failing.subject(), "APIServices")
    .run(format!("oc get service,endpoints -n {}", failing.namespace))
}
