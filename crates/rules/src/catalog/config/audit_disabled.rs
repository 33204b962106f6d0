//! Disabled audit logging on the API servers.
//!
//! # Why it matters
//!
//! With the audit profile `None` it is not possible to find out afterwards which user changed or
//! deleted an object. The profile only saves disk space.
//!
//! # What to do
//!
//! Set the profile `Default`, unless audit events are recorded elsewhere.
//!
//! # Blind spots
//!
//! `customRules` may enable audit logging again for some groups. In that case the profile is not
//! reported.
//!
//! # References
//!
//! - openshift/api `config/v1/types_apiserver.go`, `AuditProfileType`

use mustknow_cluster::model::kinds::API_SERVER_CONFIG;
use mustknow_cluster::views::ApiServerConfig;

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "config/audit-disabled",
    title: "disabled audit logging on the API servers",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&API_SERVER_CONFIG)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(config) = cx.find::<ApiServerConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("APIServer/cluster does not exist".to_owned());
    };
    let profile = config.resource().text(&["spec", "audit", "profile"]);
    let has_rules = config
        .resource()
        .at(&["spec", "audit", "customRules"])
        .is_some_and(|rules| !rules.is_empty());
    if profile.as_deref() != Some("None") || has_rules {
        return Verdict::Healthy { examined: 1 };
    }
    let finding = Finding::new(
        Subject::view(config),
        "API servers write no audit log: the audit profile is None",
        Evidence::field(config.resource(), &["spec", "audit"], "the audit profile"),
    )
    .why("It is not possible to find out afterwards which user changed or deleted an object.")
    .keywords("audit")
    .remedy(
        Remedy::new("Set the audit profile to Default.")
            .command(
                "oc patch apiserver cluster --type=merge \
                 -p '{\"spec\":{\"audit\":{\"profile\":\"Default\"}}}'",
            )
            .precondition("audit events are not recorded elsewhere", Proof::ByHand(String::new()))
            .side_effect("the API servers roll out a new revision"),
    );
    Verdict::Found(vec![finding])
}
