//! Disabled audit logging on the API servers.
//!
//! `customRules` may enable audit logging again for some groups. In that case the profile is not
//! reported.
//!
//! - openshift/api `config/v1/types_apiserver.go`, `AuditProfileType`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Info, Context, OpenShift)
    .each(&[&API_SERVER_CONFIG], |_, config| {
        let profile = config.text(&["spec", "audit", "profile"]);
        let rules = config.at(&["spec", "audit", "customRules"]);
        let is_off = profile.as_deref() == Some("None") && rules.is_none_or(Value::is_empty);
        let summary = "API servers write no audit log: the audit profile is None";
        let evidence = || Evidence::field(config, &["spec", "audit"], "the audit profile");
        Ok(is_off.then(|| Finding::new(Subject::of(config), summary, evidence()).keywords("audit")))
    })
    .at_once("a setting stays until an administrator changes it")
    .why(
        "With the audit profile None it is not possible to find out afterwards which user \
         changed or deleted an object. The profile only saves disk space.",
    )
    .fix("Set the profile Default, unless audit events are recorded elsewhere.")
    .run(&["oc patch apiserver cluster --type=merge -p \
            '{\"spec\":{\"audit\":{\"profile\":\"Default\"}}}'"])
    .verify(&["oc get apiserver cluster -o jsonpath={.spec.audit.profile}"])
    .side_effects(&["the API servers roll out a new revision"])
    .before(&[("audit events are not recorded elsewhere", "")]);
