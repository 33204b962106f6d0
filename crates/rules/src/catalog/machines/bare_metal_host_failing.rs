//! BareMetalHost in error state.
//!
//! Details about a host that is being provisioned are only in the Ironic log.
//!
//! - metal3-io/baremetal-operator `apis/metal3.io/v1alpha1/baremetalhost_types.go` (`OperationalStatus`,
//!   `ErrorType`, `ErrorCount`)

use crate::catalog::prelude::*;

/// Fewer failed attempts than this may need only another attempt.
const ATTEMPTS: i64 = 2;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&BARE_METAL_HOST)])
    .check(check)
    .why("The Machine for this host does not start, or cannot be fenced or updated.")
    .fix(
        "Fix the problem in the message: in most cases the address or the credentials of the \
         BMC, or the network that the host boots from. The operator retries automatically.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let examined = cx.all::<BareMetalHost<'_>>().count();
    let findings = cx
        .all::<BareMetalHost<'_>>()
        .map(View::resource)
        .filter(|host| deletion_requested_at(host).is_none())
        .filter(|host| host.text(&["status", "operationalStatus"]).as_deref() == Some("error"))
        .map(finding);
    Ok(Checked::over(examined, findings))
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
            "Fix the address or the credentials of the BMC, or the network connection to it."
        }
        "inspection error" | "provisioning error" | "preparation error" => {
            "Check whether the host boots from the provisioning network, and check the Ironic log."
        }
        _ => "Fix the problem in the message.",
    };
    let finding = Finding::new(
        subject.clone(),
        format!("{subject}{for_whom} has a {class}: {}", excerpt(&message)),
        Evidence::field(host, &["status", "errorMessage"], format!("attempt {attempts} failed")),
    )
    .since(host.time(&["status", "lastUpdated"]))
    .keywords(format!("{class}: {message}"))
    .keywords(&machine);
    let mut remedy = Remedy::new(advice);
    if is_shell_safe(namespace) && is_shell_safe(name) {
        remedy = remedy
            .command(format!("oc describe baremetalhost -n {namespace} {name}"))
            .verify(format!("oc get baremetalhosts -n {namespace}"));
    }
    let finding = finding.remedy(remedy);
    if attempts < ATTEMPTS {
        finding.severity(Info).likely("the next attempt may succeed")
    } else {
        finding
    }
}
