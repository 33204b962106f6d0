//! An installation that has not finished.
//!
//! # Why it matters
//!
//! No version was ever complete. While an installation runs, operators come up one after another
//! and most conditions say so; after an hour and a half one that still runs does not get there by
//! itself.
//!
//! # What to do
//!
//! While it is young, wait. Later, look at the operators that are not available, and at the
//! bootstrap host while it is still there.
//!
//! # Blind spots
//!
//! The logs of the bootstrap host are not part of a must-gather.
//!
//! # References
//!
//! - openshift/installer `docs/user/troubleshooting.md`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `isTargetInstall`

use mustknow_gather::kinds::{
    CLUSTER_VERSION, ClusterOperator, ClusterVersion, Condition, HistoryEntry,
};

use crate::catalog::prelude::*;
use crate::facts::{Update, excerpt, few};

pub(super) static META: Meta = Meta {
    id: "install/unfinished",
    title: "an installation that has not finished",
    severity: Severity::Error,
    role: Role::Symptom,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

/// How long an installation may take.
const LIMIT: Span = Span::minutes(90);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    match Update::of(version) {
        Some(Update::Installing(entry)) => Verdict::Found(vec![finding(case, version, entry)]),
        Some(_) => Verdict::Healthy { examined: 1 },
        None => {
            let what = "ClusterVersion/version has no history";
            let ask = "oc get clusterversion version -o yaml";
            Verdict::Unknown(Gap::new(GapKind::FieldAbsent, what).ask(ask))
        }
    }
}

fn finding<'s>(case: &Case<'s>, version: ClusterVersion<'s>, entry: HistoryEntry<'s>) -> Finding {
    let age = case.age(entry.started());
    let is_old = age.is_some_and(|age| age > LIMIT);
    let unavailable: Vec<_> = case
        .all::<ClusterOperator<'s>>()
        .filter(|operator| operator.condition("Available").is_none_or(|c| !c.is_true()))
        .collect();
    let names: Vec<_> = unavailable.iter().map(|operator| operator.name()).collect();
    let so_far = age.map(|age| format!(" for {age}")).unwrap_or_default();
    let rest = match names.as_slice() {
        [] => String::new(),
        _ => format!("; not available: {}", few(&names)),
    };
    let summary = if is_old {
        format!("the installation of {} has been running{so_far}{rest}", entry.version())
    } else {
        format!(
            "the installation of {} has been running{so_far}, which is normal{rest}",
            entry.version()
        )
    };
    let precondition: Vec<_> = unavailable
        .iter()
        .filter_map(|operator| Some((*operator, operator.condition("Available")?)))
        .filter(|(_, condition)| condition.message().contains("PreconditionNotReady"))
        .collect();
    let finding = Finding::new(
        Subject::view(version),
        summary,
        Evidence::seen(version.resource(), entry.span(), "no entry of the history is Completed"),
    )
    .severity(if is_old { Severity::Error } else { Severity::Info })
    .why(why(is_old, !precondition.is_empty()))
    .saying(names.join("\n"))
    .evidence(version.condition("Progressing").map(|condition| {
        Evidence::condition(version.resource(), condition, excerpt(&condition.message()))
    }))
    .evidence(precondition.iter().map(|(operator, condition)| {
        Evidence::condition(operator.resource(), *condition, "it waits for the bootstrap to end")
    }))
    .remedy(remedy(is_old));
    let said = ["Progressing", "Failing"].into_iter().filter_map(|name| version.condition(name));
    said.map(Condition::message).fold(finding, Finding::saying)
}

fn why(is_old: bool, waits_for_bootstrap: bool) -> String {
    let age = if is_old {
        "No version was ever complete. An installation takes 30 to 60 minutes; one that runs for \
         longer than 90 does not get there by itself."
    } else {
        "No version was ever complete. During an installation operators are missing, not available \
         or degraded until their turn comes."
    };
    if waits_for_bootstrap {
        format!(
            "{age} PreconditionNotReady is a normal message during an installation: the operators \
             wait until the bootstrap is complete, which the installer says by itself."
        )
    } else {
        age.to_owned()
    }
}

fn remedy(is_old: bool) -> Remedy {
    if is_old {
        Remedy::new(
            "Look at the operators that are not available, and gather the bootstrap \
             logs while the host is there.",
        )
        .command("oc get clusteroperators")
        .command("openshift-install gather bootstrap --dir <installation directory>")
        .verify("openshift-install wait-for install-complete --dir <installation directory>")
    } else {
        Remedy::new("Wait until the installation is complete.")
            .command("openshift-install wait-for install-complete --dir <installation directory>")
    }
}
