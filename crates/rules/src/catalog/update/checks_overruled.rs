//! An update that was begun in spite of checks that failed.
//!
//! # Why it matters
//!
//! The cluster-version operator writes down in spite of which checks an update was begun: a signature
//! it could not verify, an operator that was not upgradeable, a known risk, a rollback. What fails
//! during or after such an update may well be what the check warned of.
//!
//! # What to do
//!
//! Read what was overruled, and look there first when something fails.
//!
//! # Blind spots
//!
//! Only the newest update is looked at, for thirty days. That the update service was not asked is left
//! out: it is noted of every update by image. Releases before 4.10 did not write it down.
//!
//! # References
//!
//! - openshift/api `config/v1/types_cluster_version.go`, `UpdateHistory.acceptedRisks`
//! - openshift/cluster-version-operator `pkg/cvo/sync_worker.go`

use mustknow_gather::kinds::CLUSTER_VERSION;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Update, excerpt};

/// How long an update is worth telling how it was begun.
const FRESH: Span = Span::hours(30 * 24);

pub(super) static META: Meta = Meta {
    id: "update/checks-overruled",
    title: "an update that was begun in spite of checks that failed",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&CLUSTER_VERSION)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some((version, update)) =
        case.cluster_version().and_then(|version| Some((version, Update::of(version)?)))
    else {
        return Verdict::NotApplicable("the ClusterVersion has no history".to_owned());
    };
    let newest = update.newest();
    let entry = version.resource().at(&["status", "history"]).and_then(|list| list.items().next());
    let accepted = entry.and_then(|entry| entry.text_at(&["acceptedRisks"])).unwrap_or_default();
    let is_old = newest.ended().is_some() && case.is_older(newest.ended(), FRESH);
    let overruled: Vec<_> = accepted.lines().map(str::trim).filter(|line| tells(line)).collect();
    // A new cluster has nothing to overrule but the signature of its own release.
    if overruled.is_empty() || is_old || update.is_installing() {
        return Verdict::Healthy { examined: 1 };
    }
    let span = entry
        .and_then(|entry: Value<'_>| entry.entry_span("acceptedRisks"))
        .unwrap_or_else(|| newest.span());
    let finding = Finding::new(
        Subject::view(version),
        format!(
            "the update to {} was begun in spite of checks: {}",
            newest.version(),
            excerpt(&overruled.join("; "))
        ),
        Evidence::seen(version.resource(), span, "what the update was begun in spite of"),
    )
    .why(
        "The checks failed, and the update was forced or the risk accepted. What fails now may be \
         what they warned of.",
    )
    .since(newest.started())
    .saying(&*accepted)
    .remedy(
        Remedy::new("Look first at what the overruled checks are about.").command("oc adm upgrade"),
    );
    Verdict::Found(vec![finding])
}

/// Whether a line of accepted risks is worth telling. That the update service was not asked, or does
/// not know the release, is noted of every update by image.
fn tells(line: &str) -> bool {
    let is_heading = line.is_empty() || line.ends_with(':');
    let is_unasked = line.contains("\"ClusterVersionRecommendedUpdate\"")
        && (line.contains("\"NoChannel\"") || line.contains("\"UnknownUpdate\""));
    !is_heading && !is_unasked
}
