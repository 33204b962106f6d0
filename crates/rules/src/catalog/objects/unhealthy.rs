//! Unhealthy object that no other rule explains.
//!
//! It shows what the object reports, and not why. Objects that another rule reports are left out, and
//! so are the pods of a workload that is reported. Older releases write fewer conditions, and of an
//! object without a time in its status it is not known how long it has been unwell.
//!
//! - kubernetes/community `contributors/devel/sig-architecture/api-conventions.md` (conditions)
//! - kubernetes/kubernetes `pkg/controller`, `pkg/kubelet` (counters, phases and reasons)
//! - kubernetes-monitoring/kubernetes-mixin `alerts` (how long each state may last)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Symptom, Any)
    .check(|cx| {
        let (judged, unwell) = unwell_built_in(cx);
        Ok(Checked::over(judged, findings_of(cx, unwell)))
    })
    .reads(&[
        Need::Kind(&POD),
        Need::Kind(&DEPLOYMENT),
        Need::Kind(&REPLICA_SET),
        Need::Kind(&STATEFUL_SET),
        Need::Kind(&DAEMON_SET),
        Need::Kind(&JOB),
        Need::Kind(&CRON_JOB),
        Need::Kind(&NODE),
        Need::Kind(&NAMESPACE),
        Need::Kind(&SERVICE),
        Need::Kind(&PERSISTENT_VOLUME),
        Need::Kind(&PERSISTENT_VOLUME_CLAIM),
        Need::Kind(&STORAGE_CLASS),
        Need::Kind(&VOLUME_ATTACHMENT),
        Need::Kind(&API_SERVICE),
        Need::Kind(&CUSTOM_RESOURCE_DEFINITION),
        Need::Kind(&HORIZONTAL_POD_AUTOSCALER),
        Need::Kind(&POD_DISRUPTION_BUDGET),
        Need::Kind(&CERTIFICATE_SIGNING_REQUEST),
    ])
    .grace(Span::minutes(15))
    .why(
        "The object reports that it is not well, and has done so for longer than such a state \
         usually lasts. No other check explains it, so its cause is not known.",
    )
    .fix(
        "Read what the object itself reports, and look for the component that should act on it: \
         its controller, its node, or what it depends on.",
    );
