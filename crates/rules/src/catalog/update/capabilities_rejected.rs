//! ClusterVersion status rejected because of unknown capabilities.
//!
//! # Why it matters
//!
//! A capability stays enabled once it has been enabled. After a rollback to a release that does not
//! know a capability, the schema of that release rejects every write of the ClusterVersion status:
//! its history, conditions and progress no longer change, and no other update starts.
//!
//! # What to do
//!
//! Update to a release that knows every capability listed in the status. A rollback is not
//! supported.
//!
//! # Blind spots
//!
//! Only the log of the cluster-version operator shows this. Log lines older than two hours are
//! ignored.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/capability/capability.go`
//! - <https://github.com/okd-project/okd/issues/1577>,
//!   <https://github.com/okd-project/okd/issues/1951>,
//!   <https://github.com/okd-project/okd/issues/2224>

use mustknow_cluster::model::kinds::CLUSTER_VERSION;
use mustknow_cluster::model::log::LogPattern;

use crate::catalog::prelude::*;
use crate::engine::name_list_up_to;
use crate::signals::LogOccurrences;

/// Log lines older than this are ignored.
const RECENT: Span = Span::hours(2);

static REJECTED: LogPattern = LogPattern::new(
    "status.capabilities.enabledCapabilities",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching("is invalid.*Unsupported value");

pub(super) static META: Meta = Meta {
    id: "update/capabilities-rejected",
    title: "ClusterVersion status rejected because of unknown capabilities",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Log(&REJECTED)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let logged = LogOccurrences::recent(cx, &REJECTED, RECENT);
    let Some(version) = cx.cluster_version() else {
        return Verdict::NotApplicable("no ClusterVersion/version in the archive".to_owned());
    };
    let lines = logged.hits.iter().flat_map(|hits| hits.lines());
    let mut unknown: Vec<String> =
        lines.flat_map(|line| unsupported(&line.text)).map(str::to_owned).collect();
    unknown.sort();
    unknown.dedup();
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: logged.examined(cx) };
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
    .why(
        "The schema of the running release allows only its own capabilities, but the status still \
         lists capabilities that a newer release enabled. The cluster-version operator cannot \
         write the status, so the history and the progress it shows are outdated, and the cluster \
         accepts no other update.",
    )
    .since(logged.since())
    .keywords("status.capabilities.enabledCapabilities")
    .evidence(evidence)
    .evidence(Some(Evidence::field(
        version.resource(),
        &["status", "capabilities"],
        "the listed capabilities",
    )))
    .remedy(
        Remedy::new("Update to a release that knows every capability listed in the status.")
            .command(
                "oc adm upgrade --to-image=<release image of that version> \
                 --allow-explicit-upgrade --force",
            )
            .precondition(
                "the image is a release that knows the capabilities and is at least as new as the \
                 release the cluster was rolled back from",
                Proof::ByHand("oc adm release info <release image>".to_owned()),
            )
            .precondition("an etcd backup was taken", Proof::ByHand(String::new()))
            .side_effect("a forced update skips the image verification and the Upgradeable check"),
    );
    Verdict::Found(vec![finding])
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
