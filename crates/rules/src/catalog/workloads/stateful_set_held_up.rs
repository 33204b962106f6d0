//! `StatefulSet` blocked by a pod that is not ready.
//!
//! StatefulSets with the pod management policy `Parallel` do not wait and are not checked.
//!
//! - kubernetes/kubernetes `pkg/controller/statefulset/stateful_set_control.go`
//! - kubernetes/website `content/en/docs/concepts/workloads/controllers/statefulset.md` ("Forced
//!   rollback")

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .each(&[&STATEFUL_SET], |cx, set| Ok(finding(cx, set)))
    .needs(&[Need::Kind(&POD)])
    // How long a pod may take to become ready.
    .grace(Span::minutes(15))
    .why(
        "A StatefulSet handles its pods in the order of their ordinals. One pod that does not \
         become ready blocks the creation and the update of all following pods. A broken pod of \
         an older revision is not replaced even if the template is fixed.",
    )
    .fix(
        "Fix that pod first. If the template was fixed in the meantime and the pod has the \
         older revision, delete the pod. The controller then creates it again.",
    )
    .run(&["oc describe pod -n {namespace} {pod}"])
    .verify(&["oc rollout status statefulset -n {namespace} {name}"]);

fn finding(cx: &RuleContext<'_>, set: &Resource) -> Option<Finding> {
    if set.text(&["spec", "podManagementPolicy"]).as_deref() == Some("Parallel") {
        return None;
    }
    let pod = first_unready(cx, set)?;
    let ready = pod.condition("Ready")?;
    let desired = usize::try_from(Workload::of(set).desired()).unwrap_or(0);
    let made = set.at(&["status", "replicas"]).and_then(Value::as_i64)?;
    let lacking = desired.saturating_sub(usize::try_from(made).unwrap_or(0));
    let update = set.text(&["status", "updateRevision"]);
    let rolls = update.is_some() && update != set.text(&["status", "currentRevision"]);
    let consequence = match (lacking, rolls) {
        (0, false) => return None,
        (0, true) => "the rollout is blocked".to_owned(),
        (lacking, _) => format!("{lacking} of {desired} pods are not created"),
    };
    let age = cx.age(ready.since()).map(|age| format!(" for {age}")).unwrap_or_default();
    let (subject, name) = (Subject::of(set), pod.name());
    let summary =
        format!("{subject} waits for pod {name}, which has not been ready{age}: {consequence}");
    let evidence =
        Evidence::condition(pod.resource(), ready, "the pod that blocks the StatefulSet");
    let finding = Finding::new(subject.clone(), summary, evidence)
        .since(ready.since())
        .evidence([Evidence::field(set, &["status", "updateRevision"], "the update revision")])
        .keywords(subject.to_string())
        .keywords(name)
        .keywords(ready.message())
        .with("pod", name);
    let update = update.unwrap_or_default();
    match pod.resource().label("controller-revision-hash") {
        Some(revision) if rolls && revision != update && has_fault(cx, pod) => Some(replace(
            finding,
            pod,
            &format!("its revision is {revision}, the newest is {update}"),
        )),
        _ => Some(finding),
    }
}

/// The pod with the lowest ordinal that is not ready.
fn first_unready<'s>(cx: &RuleContext<'s>, set: &Resource) -> Option<Pod<'s>> {
    owned_pods(cx, set)
        .filter(|pod| !pod.is_ready() && is_expected(*pod))
        .filter_map(|pod| Some((pod.name().rsplit_once('-')?.1.parse::<usize>().ok()?, pod)))
        .min_by_key(|(ordinal, _)| *ordinal)
        .map(|(_, pod)| pod)
}

/// A broken pod of an older revision: the controller waits for it and does not replace it.
fn replace(finding: Finding, pod: Pod<'_>, revisions: &str) -> Finding {
    finding
        .fix(
            "Delete the pod if the new revision fixes it. The pod is broken and has an older \
             revision, so the controller waits for it and does not replace it.",
        )
        .with("pod", pod.name())
        .run("oc delete pod -n {namespace} {pod}")
        .before(
            "the pod has an older revision than the StatefulSet",
            Proof::Verified(revisions.to_owned()),
        )
        .before(
            "the new revision fixes the pod's problem",
            Proof::by_hand("oc get statefulset -n {namespace} {name} -o yaml"),
        )
}
