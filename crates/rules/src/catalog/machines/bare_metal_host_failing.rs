//! A bare-metal host that cannot be registered, inspected, provisioned or switched.
//!
//! # Why it matters
//!
//! The machine that is to run on it does not come up, or can neither be fenced nor updated.
//!
//! # What to do
//!
//! Mend what the message names: mostly the address or the credentials of the BMC, or the network the host
//! boots from. The operator tries again by itself.
//!
//! # Blind spots
//!
//! What goes on inside a host that is being provisioned stands in the log of Ironic, which says more.
//!
//! # References
//!
//! - metal3-io/baremetal-operator `apis/metal3.io/v1alpha1/baremetalhost_types.go` (`OperationalStatus`,
//!   `ErrorType`, `ErrorCount`)

use mustknow_gather::kinds::{BARE_METAL_HOST, BareMetalHost};
use mustknow_gather::resource::Resource;
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{asked_to_go, excerpt, is_plain};

/// So many attempts fail where nothing but another attempt is needed.
const ATTEMPTS: i64 = 2;

pub(super) static META: Meta = Meta {
    id: "machines/bare-metal-host-failing",
    title: "a bare-metal host that cannot be registered, inspected, provisioned or switched",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&BARE_METAL_HOST)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let examined = case.all::<BareMetalHost<'_>>().count();
    let findings = case
        .all::<BareMetalHost<'_>>()
        .map(View::resource)
        .filter(|host| asked_to_go(host).is_none())
        .filter(|host| host.text(&["status", "operationalStatus"]).as_deref() == Some("error"))
        .map(finding)
        .collect();
    Verdict::over(examined, findings, "no BareMetalHost in the archive")
}

fn finding(host: &Resource) -> Finding {
    let text = |path: &[&str]| host.text(path).unwrap_or_default();
    let class = text(&["status", "errorType"]);
    let message = text(&["status", "errorMessage"]);
    let machine = text(&["spec", "consumerRef", "name"]);
    let attempts = host.at(&["status", "errorCount"]).and_then(Value::as_i64).unwrap_or(0);
    let (subject, namespace, name) = (Subject::of(host), host.namespace(), host.name());
    let for_whom =
        if machine.is_empty() { String::new() } else { format!(", for Machine {machine},") };
    let advice = match &*class {
        "registration error" | "provisioned registration error" | "power management error" => {
            "Mend the address or the credentials of the BMC, or the way to it."
        }
        "inspection error" | "provisioning error" | "preparation error" => {
            "Look whether the host boots from the provisioning network, and read the log of Ironic."
        }
        _ => "Mend what the message names.",
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject}{for_whom} has a {class}: {}", excerpt(&message)),
        Evidence::field(host, &["status", "errorMessage"], format!("attempt {attempts} failed")),
    )
    .since(host.time(&["status", "lastUpdated"]))
    .saying(format!("{class}: {message}"))
    .saying(&machine)
    .why("What is to run on the host does not come up, or can neither be fenced nor updated.");
    let mut remedy = Remedy::new(advice);
    if is_plain(namespace) && is_plain(name) {
        remedy = remedy
            .command(format!("oc describe baremetalhost -n {namespace} {name}"))
            .verify(format!("oc get baremetalhosts -n {namespace}"));
    }
    let finding = finding.remedy(remedy);
    if attempts < ATTEMPTS {
        finding.severity(Severity::Info).likely("another attempt may do")
    } else {
        finding
    }
}
