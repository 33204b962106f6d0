//! Degraded TuneD profile.
//!
//! Warnings of TuneD, and updates that are deferred to the next restart, are not reported.
//!
//! - openshift/cluster-node-tuning-operator `pkg/tuned/status.go`, `pkg/operator/status.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-cluster-node-tuning-operator";
/// How long a profile may take to be applied again.
const APPLYING: Span = Span::minutes(15);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&TUNED_PROFILE)])
    .check(check)
    .grace(APPLYING)
    .why(
        "Some settings of the profile, including those that a PerformanceProfile requests, are \
         not in effect on the node: the daemon reports an error, or another setting overrides \
         one of them.",
    )
    .fix(
        "Check the message of TuneD. Fix an override by removing the conflicting sysctl or by \
         setting reapply_sysctl=true. An error usually names a setting that the kernel does not \
         have.",
    )
    .run(&["oc get profiles.tuned.openshift.io -n {namespace} -o yaml"])
    .verify(&["oc get clusteroperator node-tuning"]);

/// A profile, and its condition Degraded.
type Degraded<'s> = (TunedProfile<'s>, Condition<'s>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let profiles: Vec<_> = cx.within::<TunedProfile<'_>>(NAMESPACE).collect();
    let mut groups: BTreeMap<_, Vec<Degraded<'_>>> = BTreeMap::new();
    for profile in &profiles {
        let Some(degraded) = profile.condition("Degraded").filter(|it| it.is_true()) else {
            continue;
        };
        let counts = Persistence::of(cx, degraded.since(), APPLYING).counts();
        if counts && degraded.reason() != "TunedDeferredUpdate" {
            let name = profile.resource().text(&["spec", "config", "tunedProfile"]);
            let key = (name.unwrap_or_default(), degraded.reason());
            groups.entry(key).or_default().push((*profile, degraded));
        }
    }
    let findings = groups.iter().filter_map(|((name, reason), of)| finding(name, reason, of));
    Ok(Checked::over(profiles.len(), findings))
}

fn finding(name: &str, reason: &str, members: &[Degraded<'_>]) -> Option<Finding> {
    let (_, degraded) = members.first()?;
    let nodes: Vec<_> = members.iter().map(|(profile, _)| profile.resource().name()).collect();
    let mut evidence = members.iter().take(3).map(|(profile, degraded)| {
        let note = format!("{reason}: {}", excerpt(&degraded.message()));
        Evidence::condition(profile.resource(), *degraded, note)
    });
    let how = match reason {
        "TunedSysctlOverride" => "is partly overridden by other settings",
        _ => "is applied with errors",
    };
    let summary = format!(
        "TuneD profile {name} {how} on {}: {}",
        pluralize(nodes.len(), "node"),
        name_list(&nodes)
    );
    let subject = Subject::namespaced("Profile", NAMESPACE, *nodes.first()?);
    let operator = || Subject::cluster("ClusterOperator", "node-tuning");
    let finding = Finding::new(subject, summary, evidence.next()?)
        .since(members.iter().filter_map(|(_, degraded)| degraded.since()).min())
        .keywords(reason)
        .keywords(degraded.message())
        .keywords(nodes.join("\n"))
        .evidence(evidence)
        .explains(operator(), "ProfileDegraded")
        .explains(operator(), "failed to be applied");
    Some(if members.iter().all(is_without_error) { finding.severity(Info) } else { finding })
}

/// Whether the profile is applied and the daemon quotes no error.
fn is_without_error((profile, degraded): &Degraded<'_>) -> bool {
    let is_applied = profile.condition("Applied").is_some_and(Condition::is_true);
    is_applied && degraded.message().trim_end().ends_with("TuneD stderr:")
}
