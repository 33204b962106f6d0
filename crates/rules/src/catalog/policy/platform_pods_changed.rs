//! A policy engine or an injector that changes pods of the platform.
//!
//! # Why it matters
//!
//! The pods of the platform are tested as the release has them. An engine that changes them, adds a
//! volume or a container, makes some of them differ from their siblings. They fail in ways nobody
//! knows, and a rollout that waits for them hangs.
//!
//! # What to do
//!
//! Exclude the namespaces `openshift-*` and `kube-*` from the policy, and let the pods be made anew.
//!
//! # Blind spots
//!
//! Only engines that leave an annotation on what they change are seen. A change may be harmless;
//! while the pods are ready it is only worth a warning.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1724>

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use mustknow_gather::kinds::{CLUSTER_OPERATOR, ClusterOperator, Condition, POD, Pod};

use crate::catalog::prelude::*;
use crate::facts::{count, few, is_expected, workload};

/// What engines write on the pods they change, and whose it is.
const MARKS: [(&str, &str); 4] = [
    ("policies.kyverno.io/last-applied-patches", "Kyverno"),
    ("sidecar.istio.io/status", "the sidecar injector of Istio"),
    ("linkerd.io/proxy-version", "the proxy injector of Linkerd"),
    ("vault.hashicorp.com/agent-inject-status", "the agent injector of Vault"),
];
/// How long a pod may take to become ready.
const STARTING: Span = Span::minutes(10);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "policy/platform-pods-changed",
    title: "a policy engine that changes pods of the platform",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&POD), Need::Kind(&CLUSTER_OPERATOR)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    // Other namespaces called openshift-* belong to add-ons, which may well use such an engine.
    let platform: BTreeSet<String> = case
        .all::<ClusterOperator<'_>>()
        .filter(|operator| operator.is_platform())
        .flat_map(|operator| operator.related_namespaces().map(Cow::into_owned))
        .filter(|name| name.starts_with("openshift-") || name.starts_with("kube-"))
        .collect();
    let mut examined = 0;
    let mut changed: BTreeMap<(Subject, &str), Vec<Pod<'_>>> = BTreeMap::new();
    for pod in case.all::<Pod<'_>>() {
        if !platform.contains(pod.namespace()) || !is_expected(pod) {
            continue;
        }
        examined += 1;
        let mark = MARKS.iter().find(|(mark, _)| pod.resource().annotation(mark).is_some());
        if let Some((mark, _)) = mark {
            changed.entry((workload(pod), *mark)).or_default().push(pod);
        }
    }
    let findings = changed
        .into_iter()
        .filter_map(|((subject, mark), pods)| finding(case, subject, mark, &pods));
    Verdict::over(examined, findings.collect(), "no pod of the platform in the archive")
}

fn finding(case: &Case<'_>, subject: Subject, mark: &str, pods: &[Pod<'_>]) -> Option<Finding> {
    let engine = MARKS.iter().find(|(known, _)| *known == mark).map(|(_, whose)| *whose)?;
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    let unready = pods.iter().find(|pod| {
        let since = pod.condition("Ready").filter(|c| !c.is_true()).and_then(Condition::since);
        case.is_older(since, STARTING)
    });
    let mut evidence = pods.iter().take(SHOWN).map(|pod| {
        let path = ["metadata", "annotations", mark];
        Evidence::field(pod.resource(), &path, "what the engine wrote on the pod")
    });
    let first = evidence.next()?;
    let state = if unready.is_some() { ", and not all of them are ready" } else { "" };
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{engine} changed {} of {subject}{state}: {}",
            count(pods.len(), "pod"),
            few(&names)
        ),
        first,
    )
    .why(
        "The pods are not as the release has them. What was changed may keep them from starting, \
         and pods of one workload that differ hold up its rollout.",
    )
    .saying(names.join("\n"))
    .saying(pods.iter().filter_map(|pod| pod.node()).collect::<Vec<_>>().join("\n"))
    .evidence(evidence)
    .evidence(unready.and_then(|pod| {
        let ready = pod.condition("Ready")?;
        Some(Evidence::condition(pod.resource(), ready, "this pod is not ready"))
    }))
    .shares(Common::Webhook, engine)
    .remedy(
        Remedy::new(
            "Exclude the namespaces openshift-* and kube-* from the engine, then let the pods be \
             made anew.",
        )
        .command("oc get mutatingwebhookconfigurations")
        .command(format!("oc delete pod -n {} {}", subject.namespace, pods.first()?.name()))
        .before("the namespaces are excluded", Proof::ByHand(String::new())),
    );
    Some(match unready {
        Some(pod) => finding
            .severity(Severity::Error)
            .since(pod.condition("Ready").and_then(Condition::since))
            .explains(subject, "")
            .likely("that the change keeps the pods from becoming ready is inferred"),
        None => finding,
    })
}
