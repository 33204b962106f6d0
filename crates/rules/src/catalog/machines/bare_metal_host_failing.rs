//! BareMetalHost in error state.
//!
//! Details about a host that is being provisioned are only in the Ironic log.
//!
//! - metal3-io/baremetal-operator `apis/metal3.io/v1alpha1/baremetalhost_types.go` (`OperationalStatus`,
//!   `ErrorType`, `ErrorCount`)

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .each(&[&BARE_METAL_HOST], |_, host| {
        let status = host.text(&["status", "operationalStatus"]);
        let is_failing =
            status.as_deref() == Some("error") && deletion_requested_at(host).is_none();
        Ok(is_failing.then(|| finding(host)))
    })
    .at_once("the number of failed attempts shows whether it lasts")
    .even_while_installing("the installer does not correct the address or the credentials of a BMC")
    .why("The Machine for this host does not start, or cannot be fenced or updated.")
    .fix(
        "Fix the problem in the message: in most cases the address or the credentials of the \
         BMC, or the network that the host boots from. The operator retries automatically.",
    )
    .run(&["oc describe baremetalhost -n {namespace} {name}"])
    .verify(&["oc get baremetalhosts -n {namespace}"]);

fn finding(host: &Resource) -> Finding {
    let text = |path: &[&str]| host.text(path).unwrap_or_default();
    let class = text(&["status", "errorType"]);
    let message = text(&["status", "errorMessage"]);
    let machine = text(&["spec", "consumerRef", "name"]);
    let attempts = host.at(&["status", "errorCount"]).and_then(Value::as_i64).unwrap_or(0);
    let for_whom =
        if machine.is_empty() { String::new() } else { format!(", for Machine {machine},") };
    let action = match &*class {
        "registration error" | "provisioned registration error" | "power management error" => {
            "Fix the address or the credentials of the BMC, or the network connection to it."
        }
        "inspection error" | "provisioning error" | "preparation error" => {
            "Check whether the host boots from the provisioning network, and check the Ironic log."
        }
        _ => "Fix the problem in the message.",
    };
    let subject = Subject::of(host);
    let summary = format!("{subject}{for_whom} has a {class}: {}", excerpt(&message));
    let note = format!("attempt {attempts} failed");
    let evidence = Evidence::field(host, &["status", "errorMessage"], note);
    let finding = Finding::new(subject, summary, evidence)
        .since(host.time(&["status", "lastUpdated"]))
        .keywords(format!("{class}: {message}"))
        .keywords(&machine)
        .action(action);
    if attempts < 2 {
        finding.severity(Info).likely("the next attempt may succeed")
    } else {
        finding
    }
}
