//! HorizontalPodAutoscaler that cannot scale.
//!
//! A target that is scaled to zero pods is not scaled. This is intended and not reported. With
//! version `autoscaling/v1`, the conditions are in an annotation and are read from there.
//!
//! - kubernetes/kubernetes `pkg/controller/podautoscaler/horizontal.go`
//! - kubernetes/api `autoscaling/v1/types.go`, kubernetes/kubernetes
//!   `pkg/apis/autoscaling/annotations.go`

use crate::catalog::prelude::*;

/// How long metrics of new pods may be missing.
const GRACE: Span = Span::minutes(15);
/// Where `autoscaling/v1` stores the conditions.
const ANNOTATION: &str = "autoscaling.alpha.kubernetes.io/conditions";

pub(super) const RULE: Rule = rule(Warning, Symptom, Any)
    .needs(&[Need::Kind(&HORIZONTAL_POD_AUTOSCALER)])
    .check(check)
    .why(
        "The HorizontalPodAutoscaler cannot read its metrics or its scale target. The number of \
         pods does not change, no matter how high the load is.",
    )
    .fix(
        "If CPU or memory metrics are missing, check the API metrics.k8s.io and the component \
         that serves it. If only some pods have no metrics, check their resource requests. For \
         custom metrics, check the adapter that serves them.",
    );

/// The content of a condition, from the status or from the annotation.
struct ScaleCondition {
    kind: String,
    reason: String,
    message: String,
    since: Option<Time>,
    evidence: Evidence,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for scaler in cx.all::<HorizontalPodAutoscaler<'_>>() {
        examined += 1;
        let bad = failing_condition(scaler).filter(|condition| {
            condition.reason != "ScalingDisabled" && cx.is_older(condition.since, GRACE)
        });
        findings.extend(bad.map(|condition| finding(cx, scaler, condition)));
    }
    Ok(Checked::over(examined, findings))
}

/// The first of its conditions that prevents scaling.
fn failing_condition(scaler: HorizontalPodAutoscaler<'_>) -> Option<ScaleCondition> {
    let resource = scaler.resource();
    let is_bad = |condition: &Condition<'_>| {
        matches!(&*condition.name(), "AbleToScale" | "ScalingActive") && condition.is_false()
    };
    let read = |condition: Condition<'_>, evidence| ScaleCondition {
        kind: condition.name().into_owned(),
        reason: condition.reason().into_owned(),
        message: condition.message().into_owned(),
        since: condition.since(),
        evidence,
    };
    if let Some(condition) = Condition::all(resource).find(is_bad) {
        let note = format!("{}: {}", condition.name(), condition.reason());
        return Some(read(condition, Evidence::condition(resource, condition, note)));
    }
    let tree = Tree::parse(resource.annotation(ANNOTATION)?.into_owned()).ok()?;
    let condition = Condition::list(tree.documents().next()).find(is_bad)?;
    let note = format!("{}: {}", condition.name(), condition.reason());
    let evidence = Evidence::field(resource, &["metadata", "annotations", ANNOTATION], note);
    Some(read(condition, evidence))
}

fn finding(
    cx: &RuleContext<'_>,
    scaler: HorizontalPodAutoscaler<'_>,
    condition: ScaleCondition,
) -> Finding {
    let resource = scaler.resource();
    let (subject, namespace, name) = (Subject::of(resource), resource.namespace(), resource.name());
    let target = ["kind", "name"]
        .map(|field| resource.text(&["spec", "scaleTargetRef", field]).unwrap_or_default());
    let [kind, target] = target;
    let why = match condition.reason.as_str() {
        "FailedGetScale" | "FailedUpdateScale" => {
            "It cannot read or change the replica count of its target."
        }
        "AmbiguousSelector" => "Several autoscalers select the same pods, so none of them scales.",
        "FailedGetResourceMetric" | "FailedComputeMetricsReplicas" => {
            "It gets no metrics, so the number of pods does not change under any load."
        }
        _ => "It cannot calculate the desired number of pods, so the number does not change.",
    };
    let client = client(cx);
    Finding::new(
        subject.clone(),
        format!("{subject} cannot scale {kind} {target}: {}", excerpt(&condition.message)),
        condition.evidence,
    )
    .severity(severity_in(cx, namespace, RULE.meta.severity))
    .since(condition.since)
    .keywords(format!("{} {}", condition.kind, condition.reason))
    .keywords(&condition.message)
    .why(why)
    .run(format!("{client} describe horizontalpodautoscaler -n {namespace} {name}"))
    .run(format!("{client} get apiservices v1beta1.metrics.k8s.io -o yaml"))
    .verify(format!("{client} get horizontalpodautoscaler -n {namespace} {name}"))
}
