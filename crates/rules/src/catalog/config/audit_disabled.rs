//! API servers that keep no audit log.
//!
//! # Why it matters
//!
//! With the audit profile `None` nobody can tell afterwards who changed or deleted what. It saves
//! disk and nothing else.
//!
//! # What to do
//!
//! Set the profile `Default`, unless another place audits.
//!
//! # Blind spots
//!
//! `customRules` may switch auditing on again for some groups; then the profile itself is no
//! finding.
//!
//! # References
//!
//! - openshift/api `config/v1/types_apiserver.go`, `AuditProfileType`

use mustknow_gather::kinds::{API_SERVER_CONFIG, ApiServerConfig};

use crate::catalog::prelude::*;

pub(super) static META: Meta = Meta {
    id: "config/audit-disabled",
    title: "API servers that keep no audit log",
    severity: Severity::Info,
    role: Role::Context,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&API_SERVER_CONFIG)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(config) = case.find::<ApiServerConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no APIServer/cluster".to_owned());
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
        "the API servers keep no audit log: the profile is None",
        Evidence::field(config.resource(), &["spec", "audit"], "the profile"),
    )
    .why("Nobody can tell afterwards who changed or deleted what.")
    .saying("audit")
    .remedy(
        Remedy::new("Set the profile Default.")
            .command(
                "oc patch apiserver cluster --type=merge \
                 -p '{\"spec\":{\"audit\":{\"profile\":\"Default\"}}}'",
            )
            .before("nothing else is to audit in its place", Proof::ByHand(String::new()))
            .side_effect("the API servers roll out a new revision"),
    );
    Verdict::Found(vec![finding])
}
