//! Degraded TuneD profile.
//!
//! Warnings of TuneD, and updates that are deferred to the next restart, are not reported.
//!
//! - openshift/cluster-node-tuning-operator `pkg/tuned/status.go`, `pkg/operator/status.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-cluster-node-tuning-operator";
/// How long a profile may take to be applied again.
const APPLYING: Span = Span::minutes(15);
/// How many profiles one finding shows.
const SHOWN: usize = 3;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&TUNED_PROFILE)])
    .check(check)
    .why(
        "Some settings of the profile, including those that a PerformanceProfile requests, are \
         not in effect on the node: the daemon reports an error, or another setting overrides \
         one of them.",
    )
    .fix(
        "Check the message of TuneD. Fix an override by removing the conflicting sysctl or by \
         setting reapply_sysctl=true. An error usually names a setting that the kernel does not \
         have.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut groups: BTreeMap<(String, String), Vec<(TunedProfile<'_>, Condition<'_>)>> =
        BTreeMap::new();
    for profile in cx.within::<TunedProfile<'_>>(NAMESPACE) {
        examined += 1;
        let Some(degraded) = profile.condition("Degraded").filter(|c| c.is_true()) else {
            continue;
        };
        let waits = degraded.reason() == "TunedDeferredUpdate";
        if waits || Persistence::of(cx, degraded.since(), APPLYING) == Persistence::WithinGrace {
            continue;
        }
        let name = profile.resource().text(&["spec", "config", "tunedProfile"]);
        let key = (name.unwrap_or_default().into_owned(), degraded.reason().into_owned());
        groups.entry(key).or_default().push((profile, degraded));
    }
    let findings =
        groups.into_iter().filter_map(|((name, reason), of)| finding(&name, &reason, &of));
    Ok(Checked::over(examined, findings))
}

fn finding(
    name: &str,
    reason: &str,
    members: &[(TunedProfile<'_>, Condition<'_>)],
) -> Option<Finding> {
    let (_, degraded) = members.first()?;
    let nodes: Vec<_> = members.iter().map(|(profile, _)| profile.resource().name()).collect();
    let mut evidence = members.iter().take(SHOWN).map(|(profile, degraded)| {
        let note = format!("{reason}: {}", excerpt(&degraded.message()));
        Evidence::condition(profile.resource(), *degraded, note)
    });
    let first = evidence.next()?;
    let how = match reason {
        "TunedSysctlOverride" => "is partly overridden by other settings",
        _ => "is applied with errors",
    };
    Some(
        Finding::new(
            Subject::namespaced("Profile", NAMESPACE, nodes.first().copied()?),
            format!(
                "TuneD profile {name} {how} on {}: {}",
                pluralize(nodes.len(), "node"),
                name_list(&nodes)
            ),
            first,
        )
        .since(members.iter().filter_map(|(_, degraded)| degraded.since()).min())
        .keywords(reason)
        .keywords(degraded.message())
        .keywords(nodes.join("\n"))
        .evidence(evidence)
        .explains(Subject::cluster("ClusterOperator", "node-tuning"), "ProfileDegraded")
        .explains(Subject::cluster("ClusterOperator", "node-tuning"), "failed to be applied")
        .run(format!("oc get profiles.tuned.openshift.io -n {NAMESPACE} -o yaml"))
        .verify("oc get clusteroperator node-tuning"),
    )
}
