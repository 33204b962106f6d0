//! Disabled audit logging on the API servers.
//!
//! `customRules` may enable audit logging again for some groups. In that case the profile is not
//! reported.
//!
//! - openshift/api `config/v1/types_apiserver.go`, `AuditProfileType`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .needs(&[Need::Kind(&API_SERVER_CONFIG)])
    .check(check)
    .why(
        "With the audit profile None it is not possible to find out afterwards which user \
         changed or deleted an object. The profile only saves disk space.",
    )
    .fix("Set the profile Default, unless audit events are recorded elsewhere.")
    .run(&["oc patch apiserver cluster --type=merge -p \
             '{\"spec\":{\"audit\":{\"profile\":\"Default\"}}}'"])
    .side_effects(&["the API servers roll out a new revision"])
    .before(&[("audit events are not recorded elsewhere", "")]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let Some(config) = cx.find::<ApiServerConfig<'_>>("", "cluster") else {
        return Err(not_applicable("APIServer/cluster does not exist"));
    };
    let profile = config.resource().text(&["spec", "audit", "profile"]);
    let has_rules = config
        .resource()
        .at(&["spec", "audit", "customRules"])
        .is_some_and(|rules| !rules.is_empty());
    if profile.as_deref() != Some("None") || has_rules {
        return Ok(Checked::over(1, None));
    }
    let finding = Finding::new(
        Subject::view(config),
        "API servers write no audit log: the audit profile is None",
        Evidence::field(config.resource(), &["spec", "audit"], "the audit profile"),
    )
    .keywords("audit");
    Ok(Checked::over(1, vec![finding]))
}
