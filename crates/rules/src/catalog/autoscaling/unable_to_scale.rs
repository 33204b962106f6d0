//! A `HorizontalPodAutoscaler` that cannot scale.
//!
//! # Why it matters
//!
//! It cannot read what it should scale by, or what it should scale. The number of pods stays what it
//! is, however high the load.
//!
//! # What to do
//!
//! Without metrics of CPU or memory look at the API `metrics.k8s.io` and who serves it; where only
//! some pods have none, at their resource requests. For metrics of one's own look at the adapter that
//! serves them.
//!
//! # Blind spots
//!
//! A target that is scaled to no pod is not scaled, which is meant so. Of version `autoscaling/v1` the
//! conditions stand in an annotation and are read from there.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/podautoscaler/horizontal.go`
//! - kubernetes/api `autoscaling/v1/types.go`, kubernetes/kubernetes
//!   `pkg/apis/autoscaling/annotations.go`

use mustknow_gather::kinds::{Condition, HORIZONTAL_POD_AUTOSCALER, HorizontalPodAutoscaler};
use mustknow_gather::time::Time;
use mustknow_gather::yaml::Tree;

use crate::catalog::prelude::*;
use crate::facts::{client, excerpt, severity_in};

/// How long metrics of new pods may lack.
const GRACE: Span = Span::minutes(15);
/// Where `autoscaling/v1` keeps the conditions.
const ANNOTATION: &str = "autoscaling.alpha.kubernetes.io/conditions";

pub(super) static META: Meta = Meta {
    id: "autoscaling/unable-to-scale",
    title: "a HorizontalPodAutoscaler that cannot scale",
    severity: Severity::Warning,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&HORIZONTAL_POD_AUTOSCALER)],
    uses: &[],
};

/// What a condition says, wherever it stands.
struct Said {
    kind: String,
    reason: String,
    message: String,
    since: Option<Time>,
    evidence: Evidence,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    for scaler in case.all::<HorizontalPodAutoscaler<'_>>() {
        examined += 1;
        let bad = complaint(scaler)
            .filter(|said| said.reason != "ScalingDisabled" && case.is_older(said.since, GRACE));
        findings.extend(bad.map(|said| finding(case, scaler, said)));
    }
    Verdict::over(examined, findings, "no HorizontalPodAutoscaler in the archive")
}

/// The first of its conditions that keeps it from scaling.
fn complaint(scaler: HorizontalPodAutoscaler<'_>) -> Option<Said> {
    let resource = scaler.resource();
    let is_bad = |condition: &Condition<'_>| {
        matches!(&*condition.name(), "AbleToScale" | "ScalingActive") && condition.is_false()
    };
    let said = |condition: Condition<'_>, evidence| Said {
        kind: condition.name().into_owned(),
        reason: condition.reason().into_owned(),
        message: condition.message().into_owned(),
        since: condition.since(),
        evidence,
    };
    if let Some(condition) = Condition::all(resource).find(is_bad) {
        let note = format!("{}: {}", condition.name(), condition.reason());
        return Some(said(condition, Evidence::condition(resource, condition, note)));
    }
    let tree = Tree::parse(resource.annotation(ANNOTATION)?.into_owned()).ok()?;
    let condition = Condition::list(tree.documents().next()).find(is_bad)?;
    let note = format!("{}: {}", condition.name(), condition.reason());
    let evidence = Evidence::field(resource, &["metadata", "annotations", ANNOTATION], note);
    Some(said(condition, evidence))
}

fn finding(case: &Case<'_>, scaler: HorizontalPodAutoscaler<'_>, said: Said) -> Finding {
    let resource = scaler.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let target = ["kind", "name"]
        .map(|field| resource.text(&["spec", "scaleTargetRef", field]).unwrap_or_default());
    let [kind, target] = target;
    let why = match said.reason.as_str() {
        "FailedGetScale" | "FailedUpdateScale" => {
            "It cannot read or change how many pods its target wants."
        }
        "AmbiguousSelector" => "Several autoscalers select the same pods, so none of them acts.",
        "FailedGetResourceMetric" | "FailedComputeMetricsReplicas" => {
            "It gets no measurements, so the number of pods stays what it is under any load."
        }
        _ => "It cannot decide how many pods there should be, so their number stays what it is.",
    };
    let client = client(case);
    Finding::new(
        subject.clone(),
        format!("{subject} cannot scale {kind} {target}: {}", excerpt(&said.message)),
        said.evidence,
    )
    .severity(severity_in(case, namespace, META.severity))
    .since(said.since)
    .saying(format!("{} {}", said.kind, said.reason))
    .saying(&said.message)
    .why(why)
    .remedy(
        Remedy::new("Mend what serves its metrics, or what the message names.")
            .command(format!("{client} describe horizontalpodautoscaler -n {namespace} {name}"))
            .command(format!("{client} get apiservices v1beta1.metrics.k8s.io -o yaml"))
            .verify(format!("{client} get horizontalpodautoscaler -n {namespace} {name}")),
    )
}
