//! A ClusterVersion whose status the API server rejects because of its capabilities.
//!
//! # Why it matters
//!
//! A capability, once enabled, stays enabled. After a way back to a release that does not know a
//! capability, the schema of that release rejects every write of the ClusterVersion's status: its
//! history, its conditions and its progress stay as they are, and no other update begins.
//!
//! # What to do
//!
//! Go forward to a release that knows every capability the status lists. Going back was never
//! supported.
//!
//! # Blind spots
//!
//! Only the log of the cluster-version operator says so. Lines older than two hours are history.
//!
//! # References
//!
//! - openshift/cluster-version-operator `pkg/cvo/status.go`, `lib/capability/capability.go`
//! - <https://github.com/okd-project/okd/issues/1577>,
//!   <https://github.com/okd-project/okd/issues/1951>,
//!   <https://github.com/okd-project/okd/issues/2224>

use mustknow_gather::kinds::CLUSTER_VERSION;
use mustknow_gather::log::LogPattern;

use crate::catalog::prelude::*;
use crate::facts::{Logged, enumerate};

/// What stopped longer ago is history.
const RECENT: Span = Span::hours(2);

static REJECTED: LogPattern = LogPattern::new(
    "status.capabilities.enabledCapabilities",
    "openshift-cluster-version",
    "cluster-version-operator",
)
.matching("is invalid.*Unsupported value");

pub(super) static META: Meta = Meta {
    id: "update/capabilities-rejected",
    title: "a ClusterVersion whose status the API server rejects because of its capabilities",
    severity: Severity::Critical,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION), Need::Log(&REJECTED)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let logged = Logged::recent(case, &REJECTED, RECENT);
    let Some(version) = case.cluster_version() else {
        return Verdict::NotApplicable("there is no ClusterVersion/version".to_owned());
    };
    let lines = logged.hits.iter().flat_map(|hits| hits.lines());
    let mut unknown: Vec<String> =
        lines.flat_map(|line| unsupported(&line.text)).map(str::to_owned).collect();
    unknown.sort();
    unknown.dedup();
    let mut evidence = logged.evidence();
    let Some(first) = evidence.next() else {
        return Verdict::Healthy { examined: logged.examined(case) };
    };
    let which = match unknown.as_slice() {
        [] => String::new(),
        [one] => format!(" ({one})"),
        many => format!(" ({})", enumerate(many, 6)),
    };
    let finding = Finding::new(
        Subject::view(version),
        format!(
            "the status of ClusterVersion/version is rejected: it lists capabilities that the \
             running release does not know{which}"
        ),
        first,
    )
    .why(
        "The schema of the running release allows only its own capabilities, and those a newer \
         release enabled stay in the status. The cluster-version operator cannot write the \
         status, so the history and the progress it shows are not those of now, and the cluster \
         takes no other update.",
    )
    .since(logged.since())
    .saying("status.capabilities.enabledCapabilities")
    .evidence(evidence)
    .evidence(Some(Evidence::field(
        version.resource(),
        &["status", "capabilities"],
        "the capabilities it lists",
    )))
    .remedy(
        Remedy::new("Go forward to a release that knows every capability the status lists.")
            .command(
                "oc adm upgrade --to-image=<release image of that version> \
                 --allow-explicit-upgrade --force",
            )
            .before(
                "the image is a release that knows the capabilities, at least as new as the one \
                 the cluster came back from",
                Proof::ByHand("oc adm release info <release image>".to_owned()),
            )
            .before("etcd was backed up", Proof::ByHand(String::new()))
            .side_effect("a forced update skips the checks of the image and of Upgradeable"),
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
