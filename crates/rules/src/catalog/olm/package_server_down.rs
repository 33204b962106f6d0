//! A package server that is not installed.
//!
//! # Why it matters
//!
//! The package server answers what the catalogs offer. Without it the console's catalog is empty,
//! ClusterOperator operator-lifecycle-manager-packageserver is not Available, and an update waits for
//! it.
//!
//! # What to do
//!
//! Look at the pods of Deployment openshift-operator-lifecycle-manager/packageserver, and at the APIService
//! v1.packages.operators.coreos.com with its certificate.
//!
//! # Blind spots
//!
//! Why its pods do not run, the findings of the pods say.
//!
//! # References
//!
//! - operator-framework/operator-lifecycle-manager `pkg/lib/operatorstatus/csv_reporter.go`
//!   (`ClusterServiceVersionNotSucceeded`)

use mustknow_gather::kinds::{CLUSTER_SERVICE_VERSION, ClusterServiceVersion};
use mustknow_gather::resource::Resource;

use crate::catalog::prelude::*;
use crate::facts::{Patience, excerpt, judge_summary};

const NAMESPACE: &str = "openshift-operator-lifecycle-manager";
const NAME: &str = "packageserver";
const OPERATOR: &str = "operator-lifecycle-manager-packageserver";
/// How long its pods may take to be replaced.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "olm/package-server-down",
    title: "a package server that is not installed",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[],
    uses: &[Need::Kind(&CLUSTER_SERVICE_VERSION)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    judge_summary(case, OPERATOR, &["Available"], |reported| {
        let subject = Subject::namespaced("ClusterServiceVersion", NAMESPACE, NAME);
        let said = excerpt(&reported.message);
        let finding = reported
            .finding(subject, format!("the package server is not installed: {said}"))
            .saying(NAMESPACE)
            .why("The catalogs of operators cannot be asked, and an update waits for it.")
            .remedy(
                Remedy::new("Look at the pods of the package server and at its APIService.")
                    .command(format!("oc get pods -n {NAMESPACE} -l app=packageserver"))
                    .command("oc describe apiservice v1.packages.operators.coreos.com")
                    .verify(format!("oc get clusteroperator {OPERATOR}")),
            );
        let own = case.find::<ClusterServiceVersion<'_>>(NAMESPACE, NAME).map(|own| {
            let reason = own.resource().text(&["status", "reason"]).unwrap_or_default();
            Evidence::field(own.resource(), &["status", "phase"], reason)
        });
        let patience = Patience::of(case, reported.since(), GRACE);
        Some(patience.weigh(finding.evidence(own), META.severity))
    })
}

/// Whether it is the ClusterServiceVersion that this rule is about.
pub(super) fn is_it(resource: &Resource) -> bool {
    resource.namespace() == NAMESPACE && resource.name() == NAME
}
