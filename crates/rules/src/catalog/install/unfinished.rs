//! Installation that has not completed.
//!
//! The logs of the bootstrap host are not part of a must-gather.
//!
//! - openshift/installer `docs/user/troubleshooting.md`
//! - openshift/oc `pkg/cli/admin/upgrade/status/controlplane.go`, `isTargetInstall`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .check(check)
    .why(
        "No version was ever completed. While an installation is in progress, operators become \
         available one after another, and most conditions reflect this. An installation that is \
         still in progress after 90 minutes does not complete without intervention.",
    )
    .fix(
        "If the installation started recently, wait. Later, check the operators that are not \
         available, and the bootstrap host while it still exists.",
    );

/// How long an installation may take.
const LIMIT: Span = Span::minutes(90);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    match UpdatePhase::of(version) {
        Some(UpdatePhase::Installing(entry)) => {
            Ok(Checked::over(1, vec![finding(cx, version, entry)]))
        }
        Some(_) => Ok(Checked::over(1, None)),
        None => {
            let what = "ClusterVersion/version has no history";
            let command = "oc get clusterversion version -o yaml";
            Err(NotJudged::from(Gap::new(GapKind::FieldAbsent, what).command(command)))
        }
    }
}

fn finding<'s>(
    cx: &RuleContext<'s>,
    version: ClusterVersion<'s>,
    entry: HistoryEntry<'s>,
) -> Finding {
    let age = cx.age(entry.started());
    let is_old = age.is_some_and(|age| age > LIMIT);
    let unavailable: Vec<_> = cx
        .all::<ClusterOperator<'s>>()
        .filter(|operator| operator.condition("Available").is_none_or(|c| !c.is_true()))
        .collect();
    let names: Vec<_> = unavailable.iter().map(|operator| operator.name()).collect();
    let duration = age.map(|age| format!(" for {age}")).unwrap_or_default();
    let rest = match names.as_slice() {
        [] => String::new(),
        _ => format!("; not available: {}", name_list(&names)),
    };
    let summary = if is_old {
        format!("installation of {} has been running{duration}{rest}", entry.version())
    } else {
        format!(
            "installation of {} has been running{duration}, which is normal{rest}",
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
        Evidence::seen(version.resource(), entry.span(), "no history entry is Completed"),
    )
    .severity(if is_old { Error } else { Info })
    .why(why(is_old, !precondition.is_empty()))
    .keywords(names.join("\n"))
    .evidence(version.condition("Progressing").map(|condition| {
        Evidence::condition(version.resource(), condition, excerpt(&condition.message()))
    }))
    .evidence(precondition.iter().map(|(operator, condition)| {
        Evidence::condition(operator.resource(), *condition, "waits for bootstrap completion")
    }))
    .remedy(remedy(is_old));
    let conditions =
        ["Progressing", "Failing"].into_iter().filter_map(|name| version.condition(name));
    conditions.map(Condition::message).fold(finding, Finding::keywords)
}

fn why(is_old: bool, waits_for_bootstrap: bool) -> String {
    let age = if is_old {
        "No version was ever completed. An installation takes 30 to 60 minutes. One that runs for \
         more than 90 minutes does not complete without intervention."
    } else {
        "No version was ever completed. During an installation operators are missing, not \
         available or degraded until they are deployed."
    };
    if waits_for_bootstrap {
        format!(
            "{age} PreconditionNotReady is a normal message during an installation: the operators \
             wait until the installer reports that the bootstrap is complete."
        )
    } else {
        age.to_owned()
    }
}

fn remedy(is_old: bool) -> Remedy {
    if is_old {
        Remedy::new(
            "Check the operators that are not available, and gather the bootstrap logs while the \
             bootstrap host still exists.",
        )
        .command("oc get clusteroperators")
        .command("openshift-install gather bootstrap --dir <installation directory>")
        .verify("openshift-install wait-for install-complete --dir <installation directory>")
    } else {
        Remedy::new("Wait until the installation is complete.")
            .command("openshift-install wait-for install-complete --dir <installation directory>")
    }
}
