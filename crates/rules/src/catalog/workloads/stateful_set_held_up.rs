//! A `StatefulSet` that waits for one of its pods.
//!
//! # Why it matters
//!
//! A `StatefulSet` goes by the numbers of its pods. It makes the next one only when those before are
//! ready, and replaces the next one only when those it has replaced are. One pod that does not become
//! ready holds up all that come after. A pod of an older version that is broken is not even
//! replaced when the template is mended.
//!
//! # What to do
//!
//! Mend that pod first. When its template has been mended since and the pod is of the older version,
//! delete it: the controller then makes it anew.
//!
//! # Blind spots
//!
//! Sets with the policy `Parallel` wait for nobody and are not judged. A pod may take a quarter of
//! an hour to become ready.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/statefulset/stateful_set_control.go`
//! - kubernetes/website `content/en/docs/concepts/workloads/controllers/statefulset.md` ("Forced
//!   rollback")

use mustknow_gather::kinds::{POD, Pod, STATEFUL_SET, Workload};
use mustknow_gather::resource::Resource;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{client, has_fault, is_expected, severity_in};

/// How long a pod may take to become ready.
const LIMIT: Span = Span::minutes(15);

pub(super) static META: Meta = Meta {
    id: "workloads/stateful-set-held-up",
    title: "a StatefulSet that waits for one of its pods",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::Any,
    needs: &[Need::Kind(&STATEFUL_SET), Need::Kind(&POD)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let all = case.snapshot().of_kind(&STATEFUL_SET);
    let findings = all.iter().filter_map(|set| finding(case, set)).collect();
    Verdict::over(all.len(), findings, "no StatefulSet in the archive")
}

fn finding(case: &Case<'_>, set: &Resource) -> Option<Finding> {
    if set.text(&["spec", "podManagementPolicy"]).as_deref() == Some("Parallel") {
        return None;
    }
    let of_set = |pod: &Pod<'_>| {
        pod.owner().is_some_and(|(kind, name)| kind == "StatefulSet" && name == set.name())
    };
    let mut pods: Vec<(usize, Pod<'_>)> = case
        .within::<Pod<'_>>(set.namespace())
        .filter(of_set)
        .filter_map(|pod| Some((pod.name().rsplit_once('-')?.1.parse().ok()?, pod)))
        .collect();
    pods.sort_by_key(|(number, _)| *number);
    let (_, pod) = pods.iter().copied().find(|(_, pod)| !pod.is_ready() && is_expected(*pod))?;
    let since = pod.condition("Ready")?.since();
    let wanted = usize::try_from(Workload::of(set).wanted()).unwrap_or(0);
    let update = set.text(&["status", "updateRevision"]);
    let rolls = update.is_some() && update != set.text(&["status", "currentRevision"]);
    let made = set.at(&["status", "replicas"]).and_then(Value::as_i64)?;
    let lacking = wanted.saturating_sub(usize::try_from(made).unwrap_or(0));
    if !case.is_older(since, LIMIT) || (lacking == 0 && !rolls) {
        return None;
    }
    let revision = pod.resource().label("controller-revision-hash");
    let is_old = rolls && revision.is_some() && revision != update;
    let held = match (lacking, rolls) {
        (0, _) => "the rollout of its new version stops there".to_owned(),
        (lacking, _) => format!("{lacking} of its {wanted} pods wait to be made"),
    };
    let age = case.age(since).map(|age| format!(" for {age}")).unwrap_or_default();
    let subject = Subject::of(set);
    let (client, namespace, name) = (client(case), set.namespace(), set.name());
    let ready = pod.condition("Ready")?;
    let broken = is_old && has_fault(case, pod);
    let remedy = if broken {
        let older = Proof::Verified(format!(
            "it is of revision {}, the newest is {}",
            revision.as_deref().unwrap_or_default(),
            update.as_deref().unwrap_or_default()
        ));
        Remedy::new(
            "The pod is of an older version and broken, so the controller waits for it and does not \
             replace it. Delete it when the new version is the mended one.",
        )
        .command(format!("{client} delete pod -n {namespace} {}", pod.name()))
        .before("the pod is of an older version than the StatefulSet wants", older)
        .before(
            "the new version mends what is wrong with the pod",
            Proof::ByHand(format!("{client} get statefulset -n {namespace} {name} -o yaml")),
        )
    } else {
        Remedy::new("Mend that pod first.")
            .command(format!("{client} describe pod -n {namespace} {}", pod.name()))
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject} waits for pod {}, which has not been ready{age}: {held}", pod.name()),
        Evidence::condition(pod.resource(), ready, "the pod that is waited for"),
    )
    .severity(severity_in(case, namespace, META.severity))
    .since(since)
    .evidence([Evidence::field(set, &["status", "updateRevision"], "the version it wants")])
    .saying(format!("StatefulSet/{namespace}/{name}"))
    .saying(pod.name())
    .saying(ready.message())
    .why("It goes by the numbers of its pods, and one that is not ready holds up the rest.")
    .remedy(remedy.verify(format!("{client} rollout status statefulset -n {namespace} {name}")));
    Some(finding)
}
