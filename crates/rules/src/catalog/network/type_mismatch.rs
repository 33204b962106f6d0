//! Mismatch between the configured and the running network type.
//!
//! - openshift/api `config/v1/types_network.go`
//! - openshift/cluster-network-operator `pkg/controller/operconfig/cluster.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(check)
    .needs(&[Need::Kind(&NETWORK_CONFIG)])
    .at_once("a setting; the time of the change is not recorded")
    .why(
        "spec.networkType of Network cluster is the configured network type, status.networkType \
         is the type that the operator has rolled out. They differ while a migration is in \
         progress, or if the type was changed without a migration, which the operator rejects.",
    )
    .fix("Complete the migration, or set the type back.")
    .run(&["oc get networks.operator.openshift.io cluster -o yaml", "oc get machineconfigpools"])
    .verify(&["oc get networks.config.openshift.io cluster -o yaml"]);

fn check(cx: &RuleContext<'_>) -> Judged {
    let network = cx.required::<NetworkConfig<'_>>("", "cluster")?;
    if is_installing(cx) {
        return Err(not_applicable("the installation has not finished"));
    }
    let resource = network.resource();
    let field = |part| resource.text(&[part, "networkType"]).filter(|name| !name.is_empty());
    let (Some(desired), Some(present)) = (field("spec"), field("status")) else {
        return Err(not_applicable("Network cluster has no networkType"));
    };
    let migrating = network.condition("NetworkTypeMigrationInProgress");
    if migrating.is_some_and(Condition::is_true) || desired.eq_ignore_ascii_case(&present) {
        return Ok(Checked::over(1, None));
    }
    let summary = format!("Network cluster specifies {desired}, but {present} is running");
    let evidence = |part, note| Evidence::field(resource, &[part, "networkType"], note);
    let finding =
        Finding::new(Subject::view(network), summary, evidence("spec", "the configured type"))
            .evidence([evidence("status", "the running type")])
            .keywords(format!("{desired} {present} networkType"))
            .likely("these fields do not show whether a migration is in progress");
    Ok(Checked::over(1, [finding]))
}
