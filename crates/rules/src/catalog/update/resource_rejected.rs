//! Release manifests that the cluster-version operator cannot apply.
//!
//! The condition names the object but not the field, which only the log of the cluster-version
//! operator shows.
//!
//! - openshift/cluster-version-operator `pkg/payload/task.go`, `reasonForPayloadSyncError`
//! - <https://github.com/okd-project/okd/issues/460>

use crate::catalog::prelude::*;

const APPLY_FAILED: LogPattern = LogPattern::new(
    "error running apply for",
    "openshift-cluster-version",
    "cluster-version-operator",
);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION)])
    .reads(&[Need::Log(&APPLY_FAILED)])
    .check(|cx| UpdateProblem::judge(cx, |it| class_of(it).is_some(), finding))
    // Many failures are gone after the next attempt.
    .note_until(Span::minutes(5))
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
    )
    .verify(&["oc adm upgrade"]);

/// One class of manifest failures.
struct FailureClass {
    reason: &'static str,
    severity: Severity,
    certainty: Certainty,
    /// The failure, in words that follow the name of the manifest.
    what: &'static str,
    why: &'static str,
    fix: &'static str,
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
        fix: "Find the field in the log of the cluster-version operator and fix the object. \
              Objects that the release owns are created again when they are missing.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceForbidden",
        severity: Error,
        certainty: Certainty::Certain,
        what: "is forbidden",
        why: "The cluster-version operator is cluster-admin, so no role is missing: an admission \
              webhook, a policy engine or a quota rejects the object.",
        fix: "Exempt the openshift-* namespaces from the policy that rejects it.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceTypeMissing",
        severity: Error,
        certainty: Certainty::Likely,
        what: "cannot be applied because the API server does not know its type",
        why: "The type comes from an aggregated API that is not available, or from a \
              CustomResourceDefinition that does not exist. This is a consequence of the missing \
              API.",
        fix: "Restore the API: check the APIServices that are not available.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceNotFound",
        severity: Warning,
        certainty: Certainty::Possible,
        what: "was not found while it was applied",
        why: "The object or its namespace was deleted in the meantime. The next attempt usually \
              succeeds.",
        fix: "Check whether the object or its namespace is being deleted.",
    },
    FailureClass {
        reason: "UpdatePayloadResourceConflict",
        severity: Warning,
        certainty: Certainty::Possible,
        what: "is being changed by another client",
        why: "Another client writes the same object. The next attempt usually succeeds. If the \
              conflict persists, two controllers overwrite each other.",
        fix: "Check metadata.managedFields to find the other writer of the object.",
    },
    FailureClass {
        reason: "UpdatePayloadFailed",
        severity: Error,
        certainty: Certainty::Likely,
        what: "cannot be applied",
        why: "The cluster-version operator does not classify this error. Its log contains the \
              message.",
        fix: "Read the error in the log of the cluster-version operator.",
    },
    FailureClass {
        reason: "ClusterOperatorNoVersions",
        severity: Error,
        certainty: Certainty::Certain,
        what: "declares no versions in the release",
        why: "The ClusterOperator manifest of a release must list the versions that the operator \
              will report. Without them the cluster-version operator cannot determine when the \
              operator is updated: the release itself is defective.",
        fix: "Update to another release.",
    },
];

fn class_of(failure: &UpdateFailure<'_>) -> Option<&'static FailureClass> {
    const { &CLASSES }.iter().find(|class| class.reason == failure.reason)
}

fn finding(problem: &UpdateProblem<'_>) -> Option<Finding> {
    let class = class_of(&problem.failure)?;
    let message = &problem.failure.message;
    let manifest = Manifest::of(message);
    let what = match (&manifest, operator_names(message).join(", ")) {
        (Some(it), _) => format!("{} {} ({}) {}", it.kind, it.name, it.position, class.what),
        (None, names) if names.is_empty() => format!("a manifest {}", class.what),
        (None, names) => format!("ClusterOperator {names} {}", class.what),
    };
    let subject = manifest.as_ref().map_or(Subject::view(problem.version), Manifest::subject);
    Some(
        problem
            .finding_about(subject, format!("{} is stuck: {what}", problem.operation()))
            .severity(severity_by_phase(&problem.cx, class.severity))
            .certainty(class.certainty)
            .uncertainty("the message shows the class of the failure, not its cause")
            .evidence(manifest.and_then(|it| logged(&problem.cx, it.name)))
            .why(class.why)
            .fix(class.fix)
            .run(
                "oc logs -n openshift-cluster-version deployment/cluster-version-operator \
                 --tail=-1 | grep 'error running apply'",
            ),
    )
}

/// The line of the log about the manifest of that name.
fn logged(cx: &RuleContext<'_>, name: &str) -> Option<Evidence> {
    cx.log_hits(&APPLY_FAILED).find_map(|hits| {
        let is_about =
            |line: &&LogLine| line.text.contains(name) && cx.is_recent(line.time, Span::hours(2));
        let line = hits.lines().find(is_about)?;
        Some(Evidence::logged_line(APPLY_FAILED.namespace, hits, line))
    })
}

/// The manifest in the message: `Could not update <kind> "<name>" (<i> of <n>)`.
struct Manifest<'m> {
    kind: &'m str,
    name: &'m str,
    position: &'m str,
}

impl<'m> Manifest<'m> {
    fn of(message: &'m str) -> Option<Self> {
        let (_, rest) = message.split_once("Could not update ")?;
        let (kind, rest) = rest.split_once(" \"")?;
        let (name, rest) = rest.split_once('"')?;
        let (position, _) = rest.split_once('(')?.1.split_once(')')?;
        Some(Self { kind, name, position })
    }

    fn subject(&self) -> Subject {
        let (namespace, name) = self.name.split_once('/').unwrap_or(("", self.name));
        Subject {
            kind: Cow::Owned(self.kind.to_owned()),
            namespace: namespace.to_owned(),
            name: name.to_owned(),
        }
    }
}
