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
/// How long a pod may take to become ready.
const STARTING: Span = Span::minutes(10);
/// How many pods one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&POD), Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "Platform pods are tested as the release ships them. If a policy engine or an injector \
         changes them, for example adds a volume or a container, some of them differ from the \
         other pods of their workload. They fail in unexpected ways, and a rollout that waits \
         for them is stuck.",
    )
    .fix(
        "Exclude the namespaces openshift-* and kube-* from the policy, and let the pods be \
         recreated.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    // Other openshift-* namespaces belong to add-ons, which may use such an engine.
    let platform: BTreeSet<String> = cx
        .all::<ClusterOperator<'_>>()
        .filter(|operator| operator.is_platform())
        .flat_map(|operator| operator.related_namespaces().map(Cow::into_owned))
        .filter(|name| name.starts_with("openshift-") || name.starts_with("kube-"))
        .collect();
    let mut examined = 0;
    let mut changed: BTreeMap<(Subject, &str), Vec<Pod<'_>>> = BTreeMap::new();
    for pod in cx.all::<Pod<'_>>() {
        if !platform.contains(pod.namespace()) || !is_expected(pod) {
            continue;
        }
        examined += 1;
        let mark = MARKS.iter().find(|(mark, _)| pod.resource().annotation(mark).is_some());
        if let Some((mark, _)) = mark {
            changed.entry((workload(pod), *mark)).or_default().push(pod);
        }
    }
    let findings =
        changed.into_iter().filter_map(|((subject, mark), pods)| finding(cx, subject, mark, &pods));
    Ok(Checked::over(examined, findings))
}

fn finding(
    cx: &RuleContext<'_>,
    subject: Subject,
    mark: &str,
    pods: &[Pod<'_>],
) -> Option<Finding> {
    let engine = MARKS.iter().find(|(known, _)| *known == mark).map(|(_, whose)| *whose)?;
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    let unready = pods.iter().find(|pod| {
        let since = pod.condition("Ready").filter(|c| !c.is_true()).and_then(Condition::since);
        cx.is_older(since, STARTING)
    });
    let mut evidence = pods.iter().take(SHOWN).map(|pod| {
        let path = ["metadata", "annotations", mark];
        Evidence::field(pod.resource(), &path, "annotation set by the engine")
    });
    let first = evidence.next()?;
    let state = if unready.is_some() { ", and not all of them are ready" } else { "" };
    let finding = Finding::new(
        subject.clone(),
        format!(
            "{engine} changed {} of {subject}{state}: {}",
            pluralize(pods.len(), "pod"),
            name_list(&names)
        ),
        first,
    )
    .keywords(names.join("\n"))
    .keywords(pods.iter().filter_map(|pod| pod.node()).collect::<Vec<_>>().join("\n"))
    .evidence(evidence)
    .evidence(unready.and_then(|pod| {
        let ready = pod.condition("Ready")?;
        Some(Evidence::condition(pod.resource(), ready, "this pod is not ready"))
    }))
    .group_by(GroupKey::Webhook, engine)
    .run("oc get mutatingwebhookconfigurations")
    .run(format!("oc delete pod -n {} {}", subject.namespace, pods.first()?.name()))
    .before("the namespaces are excluded", Proof::ByHand(String::new()));
    Some(match unready {
        Some(pod) => finding
            .severity(Error)
            .since(pod.condition("Ready").and_then(Condition::since))
            .explains(subject, "")
            .likely("that the change keeps the pods from becoming ready is inferred"),
        None => finding,
    })
}
