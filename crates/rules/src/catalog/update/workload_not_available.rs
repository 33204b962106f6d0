//! Release Deployment that does not roll out.
//!
//! The cause is visible in the pods only if their namespace was collected.
//!
//! - openshift/cluster-version-operator `lib/resourcebuilder/apps.go`,
//!   `checkDeploymentHealth`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Kind(&DEPLOYMENT), Need::Kind(&POD)])
    .check(|cx| {
        let is_workload = |failure: &UpdateFailure<'_>| {
            matches!(&*failure.reason, "WorkloadNotAvailable" | "WorkloadNotProgressing")
        };
        UpdateProblem::judge(cx, is_workload, |it| Some(finding(it)))
    })
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
    .why(
        "The cluster-version operator itself deploys the operators of a release and waits for \
         each Deployment. When its pods do not start, the new operator never runs, and the \
         update is stuck before the operator can report anything: its ClusterOperator looks \
         healthy, but is outdated.",
    )
    .fix("Check the pods of the Deployment: image pulls, scheduling, admission.")
    .verify(&["oc adm upgrade"]);

/// How many pods are shown.
const SHOWN: usize = 5;

fn finding(problem: &UpdateProblem<'_>) -> Finding {
    let (cx, operation) = (&problem.cx, problem.operation());
    let Some((namespace, name)) = workload(&problem.failure.message) else {
        let summary = format!("{operation} is waiting for a workload that does not roll out");
        return problem.finding(summary);
    };
    let deployment = cx.find_as::<Workload<'_>>(&DEPLOYMENT, namespace, name);
    let pods = unready_pods(cx, namespace, name);
    let summary = format!(
        "{operation} is waiting for Deployment/{namespace}/{name}, which does not roll out"
    );
    let finding = problem
        .finding_about(Subject::namespaced("Deployment", namespace, name), summary)
        .evidence(deployment.map(|it| {
            let note = format!("{} of {} available", it.available(), it.desired());
            Evidence::field(it.resource(), &["status"], note)
        }))
        .evidence(pods.iter().map(|pod| unready_evidence(*pod)))
        .keywords(pods.iter().map(|pod| pod.name()).collect::<Vec<_>>().join("\n"))
        .run("oc describe deployment {name} -n {namespace}")
        .run("oc get pods -n {namespace} -o wide");
    let has_recovered = pods.is_empty()
        && deployment.is_some_and(|it| it.desired() > 0 && it.available() >= it.desired());
    if !has_recovered {
        return finding;
    }
    finding.severity(Info).possible("the Deployment itself reports otherwise").why(
        "The condition reports that the Deployment does not roll out. The Deployment itself \
         reports that all of its pods are available, so it has just recovered.",
    )
}

/// Namespace and name in `deployment <namespace>/<name> is not available ...`.
fn workload(message: &str) -> Option<(&str, &str)> {
    let is_name = |text: &str| {
        let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        !text.is_empty() && text.chars().all(fits)
    };
    let names = message.split_whitespace().filter_map(|word| word.split_once('/'));
    names.into_iter().find(|(namespace, name)| is_name(namespace) && is_name(name))
}

/// The first few pods of the Deployment that are not ready.
fn unready_pods<'s>(cx: &RuleContext<'s>, namespace: &str, name: &str) -> Vec<Pod<'s>> {
    let prefix = format!("{name}-");
    let is_of_deployment =
        |pod: &Pod<'_>| pod.owner().is_some_and(|(_, owner)| owner.starts_with(&prefix));
    cx.within::<Pod<'s>>(namespace)
        .filter(|pod| is_of_deployment(pod) && !pod.is_ready() && !pod.is_finished())
        .take(SHOWN)
        .collect()
}
