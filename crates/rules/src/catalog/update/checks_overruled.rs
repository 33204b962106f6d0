//! Update started despite failed checks.
//!
//! Only the most recent update is checked, for thirty days. Releases before 4.10 do not record
//! accepted risks.
//!
//! - openshift/api `config/v1/types_cluster_version.go`, `UpdateHistory.acceptedRisks`
//! - openshift/cluster-version-operator `pkg/cvo/sync_worker.go`

use crate::catalog::prelude::*;

/// How long the accepted risks of a completed update are reported.
const FRESH: Span = Span::hours(30 * 24);

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .each(&[&CLUSTER_VERSION], judge)
    .at_once("the history does not change afterwards")
    .why(
        "The cluster-version operator records which failed checks were accepted when an update \
         was started: a signature that could not be verified, an operator that was not \
         upgradeable, a known risk, a rollback. Problems during or after such an update may be \
         what the check warned about.",
    )
    .fix(
        "Read which checks were overridden, and check these components first if something \
         fails.",
    )
    .run(&["oc adm upgrade"]);

fn judge(cx: &RuleContext<'_>, object: &Resource) -> Result<Option<Finding>, NotJudged> {
    let Some(update) = UpdatePhase::of(ClusterVersion::of(object)) else {
        return Err(not_applicable("the ClusterVersion has no history"));
    };
    let newest = update.newest();
    let entry = object.at(&["status", "history"]).and_then(|list| list.items().next());
    let accepted = entry.and_then(|entry| entry.text_at(&["acceptedRisks"])).unwrap_or_default();
    let overruled: Vec<_> =
        accepted.lines().map(str::trim).filter(|line| is_override(line)).collect();
    // A new cluster can override only the signature check of its own release.
    if overruled.is_empty() || !cx.is_recent(newest.ended(), FRESH) || update.is_installing() {
        return Ok(None);
    }
    let span = entry.and_then(|entry| entry.entry_span("acceptedRisks"));
    let finding = Finding::new(
        Subject::of(object),
        format!(
            "the update to {} was started despite failed checks: {}",
            newest.version(),
            excerpt(&overruled.join("; "))
        ),
        Evidence::seen(object, span.unwrap_or_else(|| newest.span()), "the accepted risks"),
    );
    Ok(Some(finding.since(newest.started()).keywords(&*accepted)))
}

/// Whether a line of accepted risks is worth reporting. Every update by image records that the
/// update service was not queried or does not know the release.
fn is_override(line: &str) -> bool {
    let is_heading = line.is_empty() || line.ends_with(':');
    let is_unasked = line.contains("\"ClusterVersionRecommendedUpdate\"")
        && (line.contains("\"NoChannel\"") || line.contains("\"UnknownUpdate\""));
    !is_heading && !is_unasked
}
