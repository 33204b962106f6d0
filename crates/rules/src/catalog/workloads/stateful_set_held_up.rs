//! `StatefulSet` blocked by a pod that is not ready.
//!
//! StatefulSets with the pod management policy `Parallel` do not wait and are not checked. A pod
//! may take up to 15 minutes to become ready.
//!
//! - kubernetes/kubernetes `pkg/controller/statefulset/stateful_set_control.go`
//! - kubernetes/website `content/en/docs/concepts/workloads/controllers/statefulset.md` ("Forced
//!   rollback")

use crate::catalog::prelude::*;

/// How long a pod may take to become ready.
const LIMIT: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .needs(&[Need::Kind(&STATEFUL_SET), Need::Kind(&POD)])
    .check(check)
    .why(
        "A StatefulSet handles its pods in the order of their ordinals. It creates the next pod \
         only when the previous ones are ready, and updates the next pod only when the updated \
         ones are ready. One pod that does not become ready blocks all following pods. A \
         broken pod of an older revision is not replaced even if the template is fixed.",
    )
    .fix(
        "Fix that pod first. If the template was fixed in the meantime and the pod has the \
         older revision, delete the pod. The controller then creates it again.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let all = cx.snapshot().of_kind(&STATEFUL_SET);
    let findings = all.iter().filter_map(|set| finding(cx, set));
    Ok(Checked::over(all.len(), findings))
}

fn finding(cx: &RuleContext<'_>, set: &Resource) -> Option<Finding> {
    if set.text(&["spec", "podManagementPolicy"]).as_deref() == Some("Parallel") {
        return None;
    }
    let of_set = |pod: &Pod<'_>| {
        pod.owner().is_some_and(|(kind, name)| kind == "StatefulSet" && name == set.name())
    };
    let mut pods: Vec<(usize, Pod<'_>)> = cx
        .within::<Pod<'_>>(set.namespace())
        .filter(of_set)
        .filter_map(|pod| Some((pod.name().rsplit_once('-')?.1.parse().ok()?, pod)))
        .collect();
    pods.sort_by_key(|(number, _)| *number);
    let (_, pod) = pods.iter().copied().find(|(_, pod)| !pod.is_ready() && is_expected(*pod))?;
    let since = pod.condition("Ready")?.since();
    let desired = usize::try_from(Workload::of(set).desired()).unwrap_or(0);
    let update = set.text(&["status", "updateRevision"]);
    let rolls = update.is_some() && update != set.text(&["status", "currentRevision"]);
    let made = set.at(&["status", "replicas"]).and_then(Value::as_i64)?;
    let lacking = desired.saturating_sub(usize::try_from(made).unwrap_or(0));
    if !cx.is_older(since, LIMIT) || (lacking == 0 && !rolls) {
        return None;
    }
    let revision = pod.resource().label("controller-revision-hash");
    let is_old = rolls && revision.is_some() && revision != update;
    let consequence = match (lacking, rolls) {
        (0, _) => "the rollout is blocked".to_owned(),
        (lacking, _) => format!("{lacking} of {desired} pods are not created"),
    };
    let age = cx.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let subject = Subject::of(set);
    let (client, namespace, name) = (client(cx), set.namespace(), set.name());
    let ready = pod.condition("Ready")?;
    let broken = is_old && has_fault(cx, pod);
    let remedy = if broken {
        let older = Proof::Verified(format!(
            "its revision is {}, the newest is {}",
            revision.as_deref().unwrap_or_default(),
            update.as_deref().unwrap_or_default()
        ));
        Remedy::new(
            "Delete the pod if the new revision fixes it. The pod is broken and has an older \
             revision, so the controller waits for it and does not replace it.",
        )
        .command(format!("{client} delete pod -n {namespace} {}", pod.name()))
        .precondition("the pod has an older revision than the StatefulSet", older)
        .precondition(
            "the new revision fixes the pod's problem",
            Proof::ByHand(format!("{client} get statefulset -n {namespace} {name} -o yaml")),
        )
    } else {
        Remedy::new("Fix that pod first.")
            .command(format!("{client} describe pod -n {namespace} {}", pod.name()))
    };
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{subject} waits for pod {}, which has not been ready{age}: {consequence}",
            pod.name()
        ),
        Evidence::condition(pod.resource(), ready, "the pod that blocks the StatefulSet"),
    )
    .severity(severity_in(cx, namespace, RULE.meta.severity))
    .since(since)
    .evidence([Evidence::field(set, &["status", "updateRevision"], "the update revision")])
    .keywords(format!("StatefulSet/{namespace}/{name}"))
    .keywords(pod.name())
    .keywords(ready.message())
    .remedy(remedy.verify(format!("{client} rollout status statefulset -n {namespace} {name}")));
    Some(finding)
}
