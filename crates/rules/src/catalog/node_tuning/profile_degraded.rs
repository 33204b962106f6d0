//! A TuneD profile that a node does not take as it is.
//!
//! # Why it matters
//!
//! The settings of the profile, among them those a PerformanceProfile asks for, are not all in
//! force on the node: the daemon reports an error, or another setting overrides one of them.
//!
//! # What to do
//!
//! Read the words of TuneD. An override is mended by removing the conflicting sysctl or by
//! `reapply_sysctl=true`; an error mostly names a setting the kernel does not have.
//!
//! # Blind spots
//!
//! Warnings of TuneD and updates that wait for the next restart on purpose are no findings.
//!
//! # References
//!
//! - openshift/cluster-node-tuning-operator `pkg/tuned/status.go`, `pkg/operator/status.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{Condition, TUNED_PROFILE, TunedProfile};

use crate::catalog::prelude::*;
use crate::facts::{Patience, count, excerpt, few};

const NAMESPACE: &str = "openshift-cluster-node-tuning-operator";
/// How long a profile may take to be applied anew.
const APPLYING: Span = Span::minutes(15);
/// How many profiles one finding shows.
const SHOWN: usize = 3;

pub(super) static META: Meta = Meta {
    id: "node-tuning/profile-degraded",
    title: "a TuneD profile that a node does not take as it is",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&TUNED_PROFILE)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut groups: BTreeMap<(String, String), Vec<(TunedProfile<'_>, Condition<'_>)>> =
        BTreeMap::new();
    for profile in case.within::<TunedProfile<'_>>(NAMESPACE) {
        examined += 1;
        let Some(degraded) = profile.condition("Degraded").filter(|c| c.is_true()) else {
            continue;
        };
        let waits = degraded.reason() == "TunedDeferredUpdate";
        if waits || Patience::of(case, degraded.since(), APPLYING) == Patience::Young {
            continue;
        }
        let name = profile.resource().text(&["spec", "config", "tunedProfile"]);
        let key = (name.unwrap_or_default().into_owned(), degraded.reason().into_owned());
        groups.entry(key).or_default().push((profile, degraded));
    }
    let findings =
        groups.into_iter().filter_map(|((name, reason), of)| finding(&name, &reason, &of));
    Verdict::over(examined, findings.collect(), "no Profile of the node tuning operator")
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
                count(nodes.len(), "node"),
                few(&nodes)
            ),
            first,
        )
        .why(
            "Some of the settings that the profile, or the PerformanceProfile behind it, asks for \
             are not in force on these nodes.",
        )
        .since(members.iter().filter_map(|(_, degraded)| degraded.since()).min())
        .saying(reason)
        .saying(degraded.message())
        .saying(nodes.join("\n"))
        .evidence(evidence)
        .explains(Subject::cluster("ClusterOperator", "node-tuning"), "ProfileDegraded")
        .explains(Subject::cluster("ClusterOperator", "node-tuning"), "failed to be applied")
        .remedy(
            Remedy::new(
                "Read the words of TuneD: remove the conflicting sysctl or set \
                 reapply_sysctl=true for an override, correct the profile for an error.",
            )
            .command(format!("oc get profiles.tuned.openshift.io -n {NAMESPACE} -o yaml"))
            .verify("oc get clusteroperator node-tuning"),
        ),
    )
}
