//! HorizontalPodAutoscaler that cannot scale.
//!
//! A target that is scaled to zero pods is not scaled. This is intended and not reported.
//!
//! - kubernetes/kubernetes `pkg/controller/podautoscaler/horizontal.go`
//! - kubernetes/api `autoscaling/v1/types.go`, kubernetes/kubernetes
//!   `pkg/apis/autoscaling/annotations.go`

use crate::catalog::prelude::*;

/// Where `autoscaling/v1` stores the conditions.
const ANNOTATION: &str = "autoscaling.alpha.kubernetes.io/conditions";

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .each(&[&HORIZONTAL_POD_AUTOSCALER], |_, scaler| judge(scaler))
    // How long metrics of new pods may be missing.
    .grace(Span::minutes(15))
    .why(
        "The HorizontalPodAutoscaler cannot read its metrics or its scale target. The number of \
         pods does not change, no matter how high the load is.",
    )
    .fix(
        "If CPU or memory metrics are missing, check the API metrics.k8s.io and the component \
         that serves it. If only some pods have no metrics, check their resource requests. For \
         custom metrics, check the adapter that serves them.",
    )
    .run(&[
        "oc describe horizontalpodautoscaler -n {namespace} {name}",
        "oc get apiservices v1beta1.metrics.k8s.io -o yaml",
    ])
    .verify(&["oc get horizontalpodautoscaler -n {namespace} {name}"]);

/// The first condition that prevents scaling, from the status or from the annotation.
fn judge(scaler: &Resource) -> Result<Option<Finding>, NotJudged> {
    let is_bad = |condition: &Condition<'_>| {
        matches!(&*condition.name(), "AbleToScale" | "ScalingActive")
            && condition.is_false()
            && condition.reason() != "ScalingDisabled"
    };
    let note = |bad: Condition<'_>| format!("{}: {}", bad.name(), bad.reason());
    if let Some(bad) = Condition::all(scaler).find(is_bad) {
        let evidence = Evidence::condition(scaler, bad, note(bad));
        return Ok(Some(finding(scaler, bad, evidence)));
    }
    let Some(annotation) = scaler.annotation(ANNOTATION) else { return Ok(None) };
    let tree = Tree::parse(annotation.into_owned()).map_err(|error| {
        let what = format!("annotation {ANNOTATION} of {}: {error}", scaler.key());
        Gap::new(GapKind::Damaged, what)
    })?;
    let path = ["metadata", "annotations", ANNOTATION];
    let bad = Condition::list(tree.documents().next()).find(is_bad);
    Ok(bad.map(|bad| finding(scaler, bad, Evidence::field(scaler, &path, note(bad)))))
}

fn finding(scaler: &Resource, bad: Condition<'_>, evidence: Evidence) -> Finding {
    let [kind, target] = ["kind", "name"]
        .map(|field| scaler.text(&["spec", "scaleTargetRef", field]).unwrap_or_default());
    let subject = Subject::of(scaler);
    let summary = format!("{subject} cannot scale {kind} {target}: {}", excerpt(&bad.message()));
    let why = match &*bad.reason() {
        "FailedGetScale" | "FailedUpdateScale" => {
            "It cannot read or change the replica count of its target."
        }
        "AmbiguousSelector" => "Several autoscalers select the same pods, so none of them scales.",
        "FailedGetResourceMetric" | "FailedComputeMetricsReplicas" => {
            "It gets no metrics, so the number of pods does not change under any load."
        }
        _ => "It cannot calculate the desired number of pods, so the number does not change.",
    };
    Finding::new(subject, summary, evidence)
        .since(bad.since())
        .keywords(format!("{} {}", bad.name(), bad.reason()))
        .keywords(bad.message())
        .why(why)
}
