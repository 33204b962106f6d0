//! Quota that blocks object creation.
//!
//! A quota at its limit is not reported as long as nothing was rejected. Events are stored for
//! three hours, and only those of the last hour count. Most user namespaces are not collected.
//! A workload that has all its pods by now is ignored.
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go`
//! - openshift/apiserver-library-go `pkg/admission/quota/clusterresourcequota`

use crate::catalog::prelude::*;

/// How many events one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[
        Need::Kind(&RESOURCE_QUOTA),
        Need::Kind(&CLUSTER_RESOURCE_QUOTA),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&REPLICA_SET),
        Need::Kind(&STATEFUL_SET),
    ])
    .check(check)
    .at_once("events of the last hour show that the quota rejects objects")
    .why(
        "An exhausted ResourceQuota, or a ClusterResourceQuota over several namespaces, rejects \
         new objects. Pods that no longer exist are not replaced: a rollout stops halfway, a \
         node cannot be drained, a Job does not start.",
    )
    .fix(
        "Increase the quota, or free resources that it counts. If the message contains \"must \
         specify\", set requests and limits in the pods, or create a LimitRange with defaults.",
    )
    .run(&["oc describe resourcequota -n {namespace}"])
    .verify(&["oc get events -n {namespace} --field-selector reason=FailedCreate"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut refused: BTreeMap<(&str, String), Vec<Event<'_>>> = BTreeMap::new();
    for event in cx.all::<Event<'_>>() {
        if let Some(quota) = quota(&event.message())
            && cx.is_recent(event.last_seen(), Span::hours(1))
            && !has_its_pods(cx, event)
        {
            refused.entry((event.resource().namespace(), quota)).or_default().push(event);
        }
    }
    let findings =
        refused.into_iter().filter_map(|((ns, quota), events)| finding(cx, ns, &quota, events));
    Ok(Checked::over(cx.all::<Event<'_>>().count(), findings))
}

/// The quota in `... exceeded quota: <name>, requested: ...` or `... failed quota: <name>: must
/// specify ...`.
fn quota(message: &str) -> Option<String> {
    let (_, rest) =
        message.split_once("exceeded quota: ").or_else(|| message.split_once("failed quota: "))?;
    let name = rest.split([',', ':', ' ']).next()?;
    is_shell_safe(name).then(|| name.to_owned())
}

fn finding(
    cx: &RuleContext<'_>,
    namespace: &str,
    quota: &str,
    mut events: Vec<Event<'_>>,
) -> Option<Finding> {
    events.sort_by_key(|event| std::cmp::Reverse(event.last_seen()));
    let (newest, others) = events.split_first()?;
    let message = newest.message();
    let rejected: BTreeSet<_> = events.iter().map(|event| about(*event)).collect();
    let rejected: Vec<_> = rejected.into_iter().collect();
    let is_unspecified = message.contains("failed quota: ");
    let problem = if is_unspecified { "" } else { ", the quota is exhausted" };
    let what = message.split_once("quota: ").map_or("", |(_, rest)| rest);
    let summary =
        format!("{} cannot create pods{problem}: {}", name_list(&rejected), excerpt(what));
    let own = cx.find::<ResourceQuota<'_>>(namespace, quota).map(View::resource);
    let shared = || cx.find::<ClusterResourceQuota<'_>>("", quota).map(View::resource);
    let object = own.or_else(shared);
    let subject =
        object.map_or_else(|| Subject::namespaced("ResourceQuota", namespace, quota), Subject::of);
    let finding = Finding::new(subject, summary, event_evidence(*newest))
        .affects([namespace])
        .since(first_of(events.iter().copied()))
        .keywords(&message)
        .keywords(rejected.join("\n"))
        .evidence(others.iter().take(SHOWN - 1).map(|event| event_evidence(*event)))
        .evidence(object.map(|object| {
            Evidence::field(object, &["status"], "the allowed and the used resources")
        }))
        .group_by(GroupKey::Namespace, namespace)
        .with("namespace", namespace);
    Some(finding)
}

/// The object that could not create pods: `ReplicaSet/<namespace>/<name>`.
fn about(event: Event<'_>) -> String {
    let [kind, _, name] = event.about();
    format!("{kind}/{}/{name}", event.resource().namespace())
}
