//! Quota that blocks object creation.
//!
//! A quota at its limit is not reported as long as nothing was rejected. Events are stored for
//! three hours, and only those of the last hour count. Most user namespaces are not collected.
//!
//! - kubernetes/kubernetes
//!   `staging/src/k8s.io/apiserver/pkg/admission/plugin/resourcequota/controller.go`
//! - openshift/apiserver-library-go `pkg/admission/quota/clusterresourcequota`

use crate::catalog::prelude::*;

/// Older events are ignored.
const RECENT: Span = Span::hours(1);
/// How many events one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Error, Cause, Any)
    .needs(&[Need::Kind(&EVENT)])
    .reads(&[Need::Kind(&RESOURCE_QUOTA), Need::Kind(&CLUSTER_RESOURCE_QUOTA)])
    .check(check)
    .why(
        "An exhausted ResourceQuota, or a ClusterResourceQuota over several namespaces, rejects \
         new objects. Pods that no longer exist are not replaced: a rollout stops halfway, a \
         node cannot be drained, a Job does not start.",
    )
    .fix(
        "Increase the quota, or free resources that it counts. If the message contains *must \
         specify*, set requests and limits in the pods, or create a LimitRange with defaults.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut refused: BTreeMap<(String, String), Vec<Event<'_>>> = BTreeMap::new();
    let mut examined = 0;
    for event in cx.all::<Event<'_>>() {
        examined += 1;
        let is_recent = cx.age(event.last_seen()).is_some_and(|age| age <= RECENT);
        if let Some(quota) = quota(&event.message()).filter(|_| is_recent) {
            let namespace = event.resource().namespace().to_owned();
            refused.entry((namespace, quota)).or_default().push(event);
        }
    }
    let findings =
        refused.into_iter().filter_map(|((ns, quota), events)| finding(cx, &ns, &quota, events));
    Ok(Checked::over(examined, findings))
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
    let mut evidence = events.iter().take(SHOWN).map(|event| event_evidence(*event));
    let first = evidence.next()?;
    let mut about: Vec<String> = events.iter().map(|event| about(*event)).collect();
    about.sort();
    about.dedup();
    let message = events.first()?.message();
    let unspecified = message.contains("failed quota: ");
    let what = message.split_once("quota: ").map_or("", |(_, rest)| rest);
    let own = cx.find::<ResourceQuota<'_>>(namespace, quota).map(View::resource);
    let shared = cx.find::<ClusterResourceQuota<'_>>("", quota).map(View::resource);
    let object = own.or(shared);
    let subject = match (own, shared) {
        (None, Some(shared)) => Subject::of(shared),
        _ => Subject::namespaced("ResourceQuota", namespace, quota),
    };
    let summary = if unspecified {
        format!("{} cannot create pods: {}", name_list(&about), excerpt(what))
    } else {
        format!(
            "{} cannot create pods, the quota is exhausted: {}",
            name_list(&about),
            excerpt(what)
        )
    };
    let client = client(cx);
    let remedy = if unspecified {
        "Set the requests and limits listed in the message, or create a LimitRange with defaults."
    } else {
        "Increase the quota, or free resources that it counts."
    };
    let finding = Finding::new(subject, summary, first)
        .severity(severity_in(cx, namespace, RULE.meta.severity))
        .since(events.last().and_then(|event| event.resource().created()))
        .keywords(&*message)
        .keywords(about.join("\n"))
        .evidence(evidence)
        .evidence(object.map(|object| {
            Evidence::field(object, &["status"], "the allowed and the used resources")
        }))
        .group_by(GroupKey::Namespace, namespace)
        .fix(remedy)
        .run(format!("{client} describe resourcequota -n {namespace}"))
        .verify(format!("{client} get events -n {namespace}"));
    Some(finding)
}

/// The object that could not create pods: `ReplicaSet/<namespace>/<name>`.
fn about(event: Event<'_>) -> String {
    let part = |field: &str| {
        event.resource().text(&["involvedObject", field]).unwrap_or_default().into_owned()
    };
    format!("{}/{}/{}", part("kind"), event.resource().namespace(), part("name"))
}
