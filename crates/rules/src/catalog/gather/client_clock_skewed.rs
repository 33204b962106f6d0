//! Clock skew between the workstation and the cluster.
//!
//! The client writes its last time after it has fetched everything, so it may appear up to half an
//! hour ahead for this reason alone. Which of the two clocks is wrong cannot be determined.
//!
//! - openshift/oc `pkg/cli/admin/mustgather/mustgather.go` (`logTimestamp`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, Any)
    .check(check)
    .at_once("it is about the archive, not about the cluster")
    .why(
        "The archive contains times of both clocks. If they differ, times in the log of the client \
         and in the names of the archive cannot be compared with those of the cluster, and \
         certificates and tokens may appear invalid to one side only.",
    )
    .fix(
        "Set the clock of the workstation. If the clock of the cluster is wrong, see \
         etcd/clock-drift and the chrony service of the nodes. All calculations of this tool \
         use the cluster clock.",
    )
    .run(&["timedatectl"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let snapshot = cx.snapshot();
    let ahead = snapshot.clock().and_then(|clock| Some((clock, clock.client_ahead?)));
    let is_timed = snapshot.clock().is_some_and(|clock| clock.source == ClockSource::GatherPod);
    if !is_timed && snapshot.client_clock().is_none() {
        return Err(not_applicable("the client of this archive writes no timestamp files"));
    }
    let (Some((clock, ahead)), Some((path, line))) = (ahead, snapshot.client_clock()) else {
        let what = "the timestamp files of the client and of the cluster were not both collected";
        return Err(Gap::new(GapKind::NotCollected, what).command("oc adm must-gather").into());
    };
    // The client writes its last line after the cluster, when it has fetched what was collected.
    let usual = Span::minutes(-5)..=Span::minutes(30);
    let is_cluster = matches!(clock.source, ClockSource::GatherPod | ClockSource::Leases);
    if !is_cluster || usual.contains(&ahead) {
        return Ok(Checked::over(1, None));
    }
    let (span, which) = match ahead.seconds() {
        ..0 => (Span::minutes(-ahead.seconds() / 60), "behind"),
        _ => (ahead, "ahead of"),
    };
    let subject = Subject::cluster("Clock", "client");
    let evidence = Evidence::Seen {
        subject: subject.clone(),
        place: Place::Line {
            path: path.to_owned(),
            number: line.number,
            text: line.text.clone(),
            mark: 0..line.text.len(),
        },
        note: format!("the cluster clock shows {} ({})", seconds(clock.now), clock.source),
    };
    let summary = format!("the clock of the client is {span} {which} the clock of the cluster");
    let finding = Finding::new(subject, summary, evidence)
        .likely("it is inferred which of the two clocks is wrong");
    Ok(Checked::over(1, [finding]))
}
