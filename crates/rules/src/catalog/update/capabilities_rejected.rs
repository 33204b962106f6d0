//! ClusterVersion status rejected because of unknown capabilities.
//!
//! Only the log of the cluster-version operator shows this.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/capability/capability.go`
//! - <https://github.com/okd-project/okd/issues/1577>,
//!   <https://github.com/okd-project/okd/issues/1951>,
//!   <https://github.com/okd-project/okd/issues/2224>

use crate::catalog::prelude::*;

const REJECTED: LogPattern = LogPattern::new(
    "status.capabilities.enabledCapabilities",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching("is invalid.*Unsupported value");

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .log(&[REJECTED], Span::hours(2), finding)
    .at_once("every write of the status is rejected")
    .why(
        "A capability stays enabled once it has been enabled. After a rollback to a release \
         that does not know a capability, the schema of that release rejects every write of the \
         ClusterVersion status: its history, conditions and progress no longer change, and no \
         other update starts.",
    )
    .fix(
        "Update to a release that knows every capability listed in the status. A rollback is \
         not supported.",
    )
    .run(&["oc adm upgrade --to-image=<release image of that version> --allow-explicit-upgrade \
            --force"])
    .verify(&["oc adm upgrade"])
    .side_effects(&["a forced update skips the image verification and the Upgradeable check"])
    .before(&[
        (
            "the image is a release that knows the capabilities and is at least as new as the \
             release the cluster was rolled back from",
            "oc adm release info <release image>",
        ),
        ("an etcd backup was taken", ""),
    ]);

fn finding(cx: &RuleContext<'_>, logged: &LogOccurrences<'_>) -> Option<Finding> {
    let lines = logged.hits.iter().flat_map(|hits| hits.lines());
    let unknown: BTreeSet<&str> = lines.flat_map(|line| unsupported(&line.text)).collect();
    let which = match name_list_up_to(&Vec::from_iter(unknown), 6) {
        none if none.is_empty() => none,
        names => format!(" ({names})"),
    };
    let listed = cx.cluster_version().map(|version| {
        let path = &["status", "capabilities"];
        Evidence::field(version.resource(), path, "the listed capabilities")
    });
    let mut evidence = logged.evidence();
    let finding = Finding::new(
        Subject::cluster("ClusterVersion", "version"),
        format!(
            "ClusterVersion/version status is rejected: it lists capabilities that the running \
             release does not know{which}"
        ),
        evidence.next()?,
    );
    Some(
        finding
            .since(logged.since())
            .keywords("status.capabilities.enabledCapabilities")
            .evidence(evidence)
            .evidence(listed),
    )
}

/// The values in `... Unsupported value: "X": supported values: ...`.
fn unsupported(line: &str) -> impl Iterator<Item = &str> {
    line.split("Unsupported value: ")
        .skip(1)
        .filter_map(|rest| {
            rest.trim_start_matches('\\').strip_prefix('"')?.split(['"', '\\']).next()
        })
        .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()))
}
