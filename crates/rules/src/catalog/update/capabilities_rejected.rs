//! ClusterVersion status rejected because of unknown capabilities.
//!
//! Only the log of the cluster-version operator shows this. Log lines older than two hours are
//! ignored.
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/capability/capability.go`
//! - <https://github.com/okd-project/okd/issues/1577>,
//!   <https://github.com/okd-project/okd/issues/1951>,
//!   <https://github.com/okd-project/okd/issues/2224>

use crate::catalog::prelude::*;

/// Log lines older than this are ignored.
const RECENT: Span = Span::hours(2);

const REJECTED: LogPattern = LogPattern::new(
    "status.capabilities.enabledCapabilities",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching("is invalid.*Unsupported value");

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_VERSION), Need::Log(&REJECTED)])
    .check(check)
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
    .side_effects(&["a forced update skips the image verification and the Upgradeable check"])
    .before(&[
        (
            "the image is a release that knows the capabilities and is at least as new as \
                 the release the cluster was rolled back from",
            "oc adm release info <release image>",
        ),
        ("an etcd backup was taken", ""),
    ]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let logged = LogOccurrences::recent(cx, &REJECTED, RECENT);
    let Some(version) = cx.cluster_version() else {
        return Err(not_applicable("no ClusterVersion/version in the archive"));
    };
    let lines = logged.hits.iter().flat_map(|hits| hits.lines());
    let mut unknown: Vec<String> =
        lines.flat_map(|line| unsupported(&line.text)).map(str::to_owned).collect();
    unknown.sort();
    unknown.dedup();
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next() else {
        return Ok(Checked::over(logged.examined(cx), None));
    };
    let which = match unknown.as_slice() {
        [] => String::new(),
        [one] => format!(" ({one})"),
        many => format!(" ({})", name_list_up_to(many, 6)),
    };
    let finding = Finding::new(
        Subject::view(version),
        format!(
            "ClusterVersion/version status is rejected: it lists capabilities that the running \
             release does not know{which}"
        ),
        first,
    )
    .since(logged.since())
    .keywords("status.capabilities.enabledCapabilities")
    .evidence(evidence)
    .evidence(Some(Evidence::field(
        version.resource(),
        &["status", "capabilities"],
        "the listed capabilities",
    )));
    Ok(Checked::over(1, vec![finding]))
}

/// The values in `... Unsupported value: "X": supported values: ...`.
fn unsupported(line: &str) -> Vec<&str> {
    line.split("Unsupported value: ")
        .skip(1)
        .filter_map(|rest| {
            let rest = rest.trim_start_matches('\\').strip_prefix('"')?;
            rest.split(['"', '\\']).next()
        })
        .filter(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()))
        .collect()
}
