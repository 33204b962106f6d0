//! Release manifests that the cluster-version operator cannot apply.
//!
//! The condition names the object but not the field. The log of the cluster-version operator shows
//! the field. If the log was not collected, only the class of the error is known.
//!
//! - openshift/cluster-version-operator `pkg/payload/task.go`, `reasonForPayloadSyncError`
//! - <https://github.com/okd-project/okd/issues/460>

use crate::catalog::prelude::*;

/// Source: cluster-version-operator `pkg/payload/task.go`.
const APPLY_FAILED: LogPattern = LogPattern::new(
    "error running apply for",
    "openshift-cluster-version",
    "cluster-version-operator",
);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Log(&APPLY_FAILED)])
    .check(check)
    .why(
        "A release contains some 900 manifests, which are applied in order. A manifest that the \
         API server does not accept blocks all manifests after it, on this cluster only: \
         usually something that was changed or left behind on this cluster conflicts with the \
         manifest.",
    )
    .fix(
        "Find the reason in the log of the cluster-version operator, then fix the object, the \
         admission policy or the API that it needs. The cluster-version operator retries \
         automatically.",
    );

/// One class of manifest failures.
struct FailureClass {
    reason: &'static str,
    severity: Severity,
    certainty: Certainty,
    /// The failure, in words that follow the name of the manifest.
    what: &'static str,
    why: &'static str,
    remedy: &'static str,
}

const CLASSES: [FailureClass; 7] = [
    FailureClass {
        reason: "UpdatePayloadResourceInvalid",
        severity: Critical,
        certainty: Certainty::Certain,
        what: "is rejected as invalid",
        why: "The API server compares the manifest with the existing object: an immutable field \
              was changed manually or by an old release, or the manifest is validated against a \
              different schema.",
        remedy: "Find the field in the log of the cluster-version operator and fix the object. \
                 Objects that the release owns are created again when they are missing.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceForbidden",
        severity: Error,
        certainty: Certainty::Certain,
        what: "is forbidden",
        why: "The cluster-version operator is cluster-admin, so no role is missing: an admission \
              webhook, a policy engine or a quota rejects the object.",
        remedy: "Exempt the openshift-* namespaces from the policy that rejects it.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceTypeMissing",
        severity: Error,
        certainty: Certainty::Likely,
        what: "cannot be applied because the API server does not know its type",
        why: "The type comes from an aggregated API that is not available, or from a \
              CustomResourceDefinition that does not exist. This is a consequence of the missing \
              API.",
        remedy: "Restore the API: check the APIServices that are not available.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceNotFound",
        severity: Warning,
        certainty: Certainty::Possible,
        what: "was not found while it was applied",
        why: "The object or its namespace was deleted in the meantime. The next attempt usually \
              succeeds.",
        remedy: "Check whether the object or its namespace is being deleted.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceConflict",
        severity: Warning,
        certainty: Certainty::Possible,
        what: "is being changed by another client",
        why: "Another client writes the same object. The next attempt usually succeeds. If the \
              conflict persists, two controllers overwrite each other.",
        remedy: "Check metadata.managedFields to find the other writer of the object.",
    },
    FailureClass {
        reason: "UpdatePayloadFailed",
        severity: Error,
        certainty: Certainty::Likely,
        what: "cannot be applied",
        why: "The cluster-version operator does not classify this error. Its log contains the \
              message.",
        remedy: "Read the error in the log of the cluster-version operator.",
    },
    FailureClass {
        reason: "ClusterOperatorNoVersions",
        severity: Error,
        certainty: Certainty::Certain,
        what: "declares no versions in the release",
        why: "The ClusterOperator manifest of a release must list the versions that the operator \
              will report. Without them the cluster-version operator cannot determine when the \
              operator is updated: the release itself is defective.",
        remedy: "Update to another release.",
    },
];

/// The manifest in the message: `Could not update <kind> "<name>" (<i> of <n>)`.
struct Manifest {
    kind: String,
    name: String,
    position: String,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let reasons = CLASSES.map(|class| class.reason);
    judge_failing(cx, &reasons, |version, update_failures| {
        update_failures
            .iter()
            .filter_map(|failure| {
                let class = CLASSES.iter().find(|class| class.reason == failure.reason)?;
                Some(finding(cx, version, failure, class))
            })
            .collect()
    })
}

fn finding(
    cx: &RuleContext<'_>,
    version: ClusterVersion<'_>,
    failure: &UpdateFailure<'_>,
    class: &FailureClass,
) -> Finding {
    let manifest = manifest(&failure.message);
    let what = match &manifest {
        Some(Manifest { kind, name, position }) => {
            format!("{kind} {name} ({position}) {}", class.what)
        }
        None => match operator_names(&failure.message).join(", ") {
            names if names.is_empty() => format!("a manifest {}", class.what),
            names => format!("ClusterOperator {names} {}", class.what),
        },
    };
    let logged: Vec<_> = cx
        .log_hits(&APPLY_FAILED)
        .filter_map(|hits| {
            let name = &manifest.as_ref()?.name;
            let line = hits.lines().find(|line| line.text.contains(name))?;
            (!cx.is_older(line.time, Span::hours(2)))
                .then(|| Evidence::logged_line(APPLY_FAILED.namespace, hits, line))
        })
        .collect();
    Finding::new(
        subject(version, manifest.as_ref()),
        format!("{} is stuck: {what}", current_operation(version)),
        Evidence::condition(version.resource(), failure.condition, excerpt(&failure.message)),
    )
    .severity(severity_by_age(cx, failure.condition.since(), class.severity))
    .certainty(class.certainty)
    .uncertainty("the message shows the class of the failure, not its cause")
    .why(class.why)
    .since(failure.condition.since())
    .keywords(&failure.reason)
    .keywords(&failure.message)
    .evidence(logged)
    .fix(class.remedy)
    .run(
        "oc logs -n openshift-cluster-version deployment/cluster-version-operator \
                 --tail=-1 | grep 'error running apply'",
    )
    .verify("oc adm upgrade")
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
