//! Failing precondition check of APIServices (ErrorCheckingPrecondition).
//!
//! Whether the Endpoints object exists is known only if the complete list of its namespace was
//! collected.
//!
//! - openshift/library-go `pkg/operator/apiserver/controller/apiservice/apigroup.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .reads(PRECONDITION_USES)
    .check(check)
    .at_once("the operator retries every minute and still reports it")
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
    )
    .run(&["oc get service,endpoints -n {namespace}"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let findings = ApiPrecondition::of(cx).failing.into_iter().map(|failing| finding(&failing));
    let operators = ["authentication", "openshift-apiserver"].into_iter();
    let collected = operators.filter(|name| cx.find::<ClusterOperator<'_>>("", name).is_some());
    Ok(Checked::over(collected.count(), findings))
}

fn finding(failing: &WaitingOperator<'_>) -> Finding {
    let (namespace, operator) = (failing.namespace, failing.operator);
    let message = failing.condition.message();
    let (summary, extra) = if let EndpointsState::NoObject(searched) = &failing.endpoints {
        let what = Subject::namespaced("Endpoints", namespace, "api");
        let summary = format!(
            "Endpoints {namespace}/api does not exist, so {operator} cannot become available"
        );
        (summary, Some(Evidence::missing(what, searched)))
    } else {
        let error = message.lines().next().unwrap_or_default();
        (format!("{operator} cannot read its precondition: {error}"), None)
    };
    Finding::new(Subject::namespaced("Service", namespace, "api"), summary, failing.evidence())
        .since(failing.since())
        .keywords(&message)
        .evidence(extra)
        .explains(failing.subject(), "APIServices")
}
