//! Objects of the release that the cluster-version operator cannot apply.
//!
//! # Why it matters
//!
//! A release is some 900 manifests, applied in order. One that the API server does not accept
//! holds up everything after it, on this cluster only: as a rule something that was changed or
//! left behind here does not agree with it.
//!
//! # What to do
//!
//! Read why in the log of the cluster-version operator, then mend the object, the admission
//! policy or the API it needs. The cluster-version operator tries again by itself.
//!
//! # Blind spots
//!
//! The condition names the object but not the field. The log of the cluster-version operator
//! does; where it was not collected only the class of the error is known.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/payload/task.go`, `reasonForPayloadSyncError`
//! - <https://github.com/okd-project/okd/issues/460>

use std::borrow::Cow;

use mustknow_gather::kinds::{CLUSTER_VERSION, ClusterVersion};
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Failure, excerpt, failing_verdict, operators_named, undertaking, urgency};

/// Source: cluster-version-operator `pkg/payload/task.go`.
static APPLY_FAILED: LogPattern = LogPattern::new(
    "error running apply for",
    "openshift-cluster-version",
    "cluster-version-operator",
);

pub(super) static META: Meta = Meta {
    id: "update/resource-rejected",
    title: "objects of the release that the cluster-version operator cannot apply",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[Need::Log(&APPLY_FAILED)],
};

/// One way a manifest fails.
struct Class {
    reason: &'static str,
    severity: Severity,
    certainty: Certainty,
    /// What is wrong with it, after its name.
    what: &'static str,
    why: &'static str,
    remedy: &'static str,
}

const CLASSES: [Class; 7] = [
    Class {
        reason: "UpdatePayloadResourceInvalid",
        severity: Severity::Critical,
        certainty: Certainty::Certain,
        what: "is rejected as invalid",
        why: "The API server compares the manifest with the object that is there: a field that \
              may not change was changed by hand or by an old release, or the schema it is \
              checked against is another one.",
        remedy: "Find the field in the log of the cluster-version operator and mend the object; \
                 what the release owns is created anew when it is missing.",
    },
    Class {
        reason: "UpdatePayloadResourceForbidden",
        severity: Severity::Error,
        certainty: Certainty::Certain,
        what: "is forbidden",
        why: "The cluster-version operator is cluster-admin, so no role is missing: an admission \
              webhook, a policy engine or a quota refuses the object.",
        remedy: "Exempt the namespaces openshift-* from the policy that refuses it.",
    },
    Class {
        reason: "UpdatePayloadResourceTypeMissing",
        severity: Severity::Error,
        certainty: Certainty::Likely,
        what: "cannot be applied because the API server does not know its type",
        why: "The type comes from an aggregated API that is not available, or from a \
              CustomResourceDefinition that is not there. This follows from what took the API \
              away.",
        remedy: "Bring the API back: look at the APIServices that are not available.",
    },
    Class {
        reason: "UpdatePayloadResourceNotFound",
        severity: Severity::Warning,
        certainty: Certainty::Possible,
        what: "was not found while it was applied",
        why: "It, or the namespace it belongs to, was deleted meanwhile. That mostly passes with \
              the next attempt.",
        remedy: "See whether the object or its namespace is being deleted.",
    },
    Class {
        reason: "UpdatePayloadResourceConflict",
        severity: Severity::Warning,
        certainty: Certainty::Possible,
        what: "is being changed by somebody else",
        why: "Something else writes the same object. That mostly passes with the next attempt; \
              if it lasts, two controllers fight over it.",
        remedy: "Find out in metadata.managedFields who else writes the object.",
    },
    Class {
        reason: "UpdatePayloadFailed",
        severity: Severity::Error,
        certainty: Certainty::Likely,
        what: "cannot be applied",
        why: "The error is of no class that the cluster-version operator names; its log has the \
              words.",
        remedy: "Read the error in the log of the cluster-version operator.",
    },
    Class {
        reason: "ClusterOperatorNoVersions",
        severity: Severity::Error,
        certainty: Certainty::Certain,
        what: "declares no versions in the release",
        why: "The ClusterOperator manifest of a release must list the versions the operator will \
              report. Without them the cluster-version operator cannot tell when it is done: the \
              release itself is defective.",
        remedy: "Move to another release.",
    },
];

/// What the message says of the manifest: `Could not update <kind> "<name>" (<i> of <n>)`.
struct Manifest {
    kind: String,
    name: String,
    position: String,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let reasons = CLASSES.map(|class| class.reason);
    failing_verdict(case, &reasons, |version, failures| {
        failures
            .iter()
            .filter_map(|failure| {
                let class = CLASSES.iter().find(|class| class.reason == failure.reason)?;
                Some(finding(case, version, failure, class))
            })
            .collect()
    })
}

fn finding(
    case: &Case<'_>,
    version: ClusterVersion<'_>,
    failure: &Failure<'_>,
    class: &Class,
) -> Finding {
    let manifest = manifest(&failure.message);
    let what = match &manifest {
        Some(Manifest { kind, name, position }) => {
            format!("{kind} {name} ({position}) {}", class.what)
        }
        None => match operators_named(&failure.message).join(", ") {
            names if names.is_empty() => format!("a manifest {}", class.what),
            names => format!("ClusterOperator {names} {}", class.what),
        },
    };
    let logged: Vec<_> = case
        .log_hits(&APPLY_FAILED)
        .filter_map(|hits| {
            let name = &manifest.as_ref()?.name;
            let line = hits.lines().find(|line| line.text.contains(name))?;
            (!case.is_older(line.time, Span::hours(2)))
                .then(|| Evidence::logged_line(APPLY_FAILED.namespace, hits, line))
        })
        .collect();
    Finding::new(
        subject(version, manifest.as_ref()),
        format!("{} cannot go on: {what}", undertaking(version)),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(urgency(case, failure.condition.since(), class.severity))
    .certainty(class.certainty)
    .doubt("the message tells the class of the failure, not what is behind it")
    .why(class.why)
    .since(failure.condition.since())
    .saying(&failure.reason)
    .saying(&failure.message)
    .evidence(logged)
    .remedy(
        Remedy::new(class.remedy)
            .command(
                "oc logs -n openshift-cluster-version deployment/cluster-version-operator \
                 --tail=-1 | grep 'error running apply'",
            )
            .verify("oc adm upgrade"),
    )
}

fn subject(version: ClusterVersion<'_>, manifest: Option<&Manifest>) -> Subject {
    let Some(manifest) = manifest else { return Subject::view(version) };
    let (namespace, name) = manifest.name.split_once('/').unwrap_or(("", &manifest.name));
    Subject {
        kind: Cow::Owned(manifest.kind.clone()),
        namespace: namespace.to_owned(),
        name: name.to_owned(),
    }
}

fn manifest(message: &str) -> Option<Manifest> {
    let (_, rest) = message.split_once("Could not update ")?;
    let (kind, rest) = rest.split_once(" \"")?;
    let (name, rest) = rest.split_once('"')?;
    let (_, rest) = rest.split_once('(')?;
    let (position, _) = rest.split_once(')')?;
    Some(Manifest { kind: kind.to_owned(), name: name.to_owned(), position: position.to_owned() })
}
