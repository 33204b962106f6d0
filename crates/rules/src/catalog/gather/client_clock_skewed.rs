//! A workstation whose clock differs from the cluster's.
//!
//! # Why it matters
//!
//! The archive holds times of both clocks. Where they differ, times in `must-gather.logs` and in
//! the names of the archive cannot be compared with those of the cluster, and certificates and
//! tokens may seem invalid to the one side only.
//!
//! # What to do
//!
//! Set the clock of the workstation. If the cluster's is the wrong one, see `etcd/clock-drift` and
//! the chrony of the nodes. Everything this tool computes rests on the cluster's clock.
//!
//! # Blind spots
//!
//! The client writes its last time after it has fetched everything, so it may seem up to half an
//! hour ahead for no other reason. Which of both clocks is wrong cannot be told.
//!
//! # References
//!
//! - openshift/oc `pkg/cli/admin/mustgather/mustgather.go` (`logTimestamp`)

use mustknow_gather::clock::ClockSource;

use crate::catalog::prelude::*;
use crate::evidence::{Place, seconds};

/// The client writes its last line after the cluster's; how far it may seem to be before it.
const BEHIND: Span = Span::minutes(-5);
/// How long the client may take to fetch what was collected.
const AHEAD: Span = Span::minutes(30);

pub(super) static META: Meta = Meta {
    id: "gather/client-clock-skewed",
    title: "a workstation whose clock differs from the cluster's",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::Any,
    needs: &[],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let snapshot = case.snapshot();
    let ahead = snapshot.clock().and_then(|clock| Some((clock, clock.client_ahead?)));
    let (Some((clock, ahead)), Some((path, line))) = (ahead, snapshot.client_clock()) else {
        let what =
            "no two timestamp files, one of the client and one of the cluster, were collected";
        return Verdict::Unknown(Gap::new(GapKind::NotCollected, what).ask("oc adm must-gather"));
    };
    let is_cluster = matches!(clock.source, ClockSource::GatherPod | ClockSource::Leases);
    if !is_cluster || (BEHIND..=AHEAD).contains(&ahead) {
        return Verdict::Healthy { examined: 1 };
    }
    let (span, which) = if ahead.seconds() < 0 {
        (Span::minutes(-ahead.seconds() / 60), "behind")
    } else {
        (ahead, "ahead of")
    };
    let evidence = Evidence::Seen {
        subject: Subject::cluster("Clock", "client"),
        place: Place::Line {
            path: path.to_owned(),
            number: line.number,
            text: line.text.clone(),
            mark: 0..line.text.len(),
        },
        note: format!("the cluster says {} ({})", seconds(clock.now), clock.source),
    };
    let summary = format!("the clock of the client is {span} {which} that of the cluster");
    let finding = Finding::new(Subject::cluster("Clock", "client"), summary, evidence)
        .certainty(Certainty::Likely)
        .doubt("which of the two clocks is wrong is inferred")
        .why(
            "Times the client wrote cannot be compared with those of the cluster. Everything here \
             is computed with the cluster's clock.",
        )
        .remedy(Remedy::new("Set the clock that is wrong.").command("timedatectl"));
    Verdict::Found(vec![finding])
}
