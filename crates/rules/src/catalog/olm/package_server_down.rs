//! OLM package server not available.
//!
//! # Why it matters
//!
//! The package server serves the contents of the catalogs. Without it the catalog in the console is
//! empty, ClusterOperator operator-lifecycle-manager-packageserver is unavailable, and an update
//! waits for it.
//!
//! # What to do
//!
//! Check the pods of Deployment openshift-operator-lifecycle-manager/packageserver, and APIService
//! v1.packages.operators.coreos.com and its certificate.
//!
//! # Blind spots
//!
//! This check does not show why the pods are not running. See the findings about those pods.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/lib/operatorstatus/csv_reporter.go`
//!   (`ClusterServiceVersionNotSucceeded`)

use mustknow_cluster::model::kinds::CLUSTER_SERVICE_VERSION;
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::views::ClusterServiceVersion;

use crate::catalog::prelude::*;
use crate::engine::{Persistence, excerpt};
use crate::signals::judge_cluster_operator;

const NAMESPACE: &str = "openshift-operator-lifecycle-manager";
const NAME: &str = "packageserver";
const OPERATOR: &str = "operator-lifecycle-manager-packageserver";
/// How long the replacement of its pods may take.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "olm/package-server-down",
    title: "OLM package server not available",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&CLUSTER_SERVICE_VERSION)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    judge_cluster_operator(cx, OPERATOR, &["Available"], |reported| {
        let subject = Subject::namespaced("ClusterServiceVersion", NAMESPACE, NAME);
        let message = excerpt(&reported.message);
        let finding = reported
            .finding(subject, format!("the OLM package server is not available: {message}"))
            .keywords(NAMESPACE)
            .why("The operator catalogs cannot be queried, and an update waits for it.")
            .remedy(
                Remedy::new("Check the pods of the package server and its APIService.")
                    .command(format!("oc get pods -n {NAMESPACE} -l app=packageserver"))
                    .command("oc describe apiservice v1.packages.operators.coreos.com")
                    .verify(format!("oc get clusteroperator {OPERATOR}")),
            );
        let own = cx.find::<ClusterServiceVersion<'_>>(NAMESPACE, NAME).map(|own| {
            let reason = own.resource().text(&["status", "reason"]).unwrap_or_default();
            Evidence::field(own.resource(), &["status", "phase"], reason)
        });
        let persistence = Persistence::of(cx, reported.since(), GRACE);
        Some(persistence.apply(finding.evidence(own), META.severity))
    })
}

/// Whether this is the ClusterServiceVersion that this rule covers.
pub(super) fn is_it(resource: &Resource) -> bool {
    resource.namespace() == NAMESPACE && resource.name() == NAME
}
