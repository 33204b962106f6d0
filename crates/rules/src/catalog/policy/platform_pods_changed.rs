//! Platform pods changed by a policy engine.
//!
//! Only engines that set an annotation on the objects that they change are detected. A change may
//! be harmless; while the pods are ready it is reported as a warning only.
//!
//! - <https://github.com/okd-project/okd/issues/1724>

use crate::catalog::prelude::*;

/// Annotations that engines set on the pods that they change, and the name of the engine.
const MARKS: [(&str, &str); 4] = [
    ("policies.kyverno.io/last-applied-patches", "Kyverno"),
    ("sidecar.istio.io/status", "Istio sidecar injector"),
    ("linkerd.io/proxy-version", "Linkerd proxy injector"),
    ("vault.hashicorp.com/agent-inject-status", "Vault agent injector"),
];

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&POD), Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .at_once("the annotation stays until the pod is recreated")
    .even_while_installing("the installer does not exclude its namespaces from a policy")
    .why(
        "Platform pods are tested as the release ships them. If a policy engine or an injector \
         changes them, for example adds a volume or a container, some of them differ from the \
         other pods of their workload. They fail in unexpected ways, and a rollout that waits \
         for them is stuck.",
    )
    .fix(
        "Exclude the namespaces openshift-* and kube-* from the policy, and let the pods be \
         recreated.",
    )
    .run(&["oc get mutatingwebhookconfigurations", "oc delete pod -n {namespace} {pod}"])
    .verify(&["oc get pods -n {namespace}"])
    .before(&[("the namespaces are excluded", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    // Other openshift-* namespaces belong to add-ons, which may use such an engine.
    let platform: BTreeSet<_> = cx
        .all::<ClusterOperator<'_>>()
        .filter(|operator| operator.is_platform())
        .flat_map(ClusterOperator::related_namespaces)
        .filter(|name| name.starts_with("openshift-") || name.starts_with("kube-"))
        .collect();
    let pods: Vec<_> = cx
        .all::<Pod<'_>>()
        .filter(|pod| platform.contains(pod.namespace()) && is_expected(*pod))
        .collect();
    let mut changed: BTreeMap<_, Vec<Pod<'_>>> = BTreeMap::new();
    for pod in &pods {
        let mark = MARKS.into_iter().find(|(mark, _)| pod.resource().annotation(mark).is_some());
        if let Some(mark) = mark {
            changed.entry((workload(*pod), mark)).or_default().push(*pod);
        }
    }
    let findings =
        changed.into_iter().filter_map(|((subject, mark), pods)| finding(cx, subject, mark, &pods));
    Ok(Checked::over(pods.len(), findings))
}

fn finding(
    cx: &RuleContext<'_>,
    subject: Subject,
    (mark, engine): (&str, &str),
    pods: &[Pod<'_>],
) -> Option<Finding> {
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    // How long a pod may take to become ready.
    let is_late = |ready: &Condition<'_>| cx.is_older(ready.since(), Span::minutes(10));
    let unready = pods.iter().find_map(|pod| {
        let ready = pod.condition("Ready").filter(|ready| !ready.is_true());
        Some((pod, ready.filter(is_late)?))
    });
    let mut evidence = pods.iter().take(3).map(|pod| {
        let path = ["metadata", "annotations", mark];
        Evidence::field(pod.resource(), &path, "annotation set by the engine")
    });
    let state = if unready.is_some() { ", and not all of them are ready" } else { "" };
    let summary = format!(
        "{engine} changed {} of {subject}{state}: {}",
        pluralize(pods.len(), "pod"),
        name_list(&names)
    );
    let finding = Finding::new(subject.clone(), summary, evidence.next()?)
        .with("pod", *names.first()?)
        .keywords(names.join("\n"))
        .keywords(pods.iter().filter_map(|pod| pod.node()).collect::<Vec<_>>().join("\n"))
        .evidence(evidence)
        .group_by(GroupKey::Webhook, engine);
    let Some((pod, ready)) = unready else { return Some(finding) };
    Some(
        finding
            .evidence([Evidence::condition(pod.resource(), ready, "this pod is not ready")])
            .severity(Error)
            .since(ready.since())
            .explains(subject, "")
            .likely("that the change keeps the pods from becoming ready is inferred"),
    )
}
