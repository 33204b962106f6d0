//! Mismatch between the configured and the running network type.
//!
//! # Why it matters
//!
//! `spec.networkType` of Network cluster is the configured network type, `status.networkType` is
//! the type that the operator has rolled out. They differ while a migration is in progress, or if
//! the type was changed without a migration, which the operator rejects.
//!
//! # What to do
//!
//! Complete the migration, or set the type back.
//!
//! # Blind spots
//!
//! The time at which the type was changed is not shown. A live migration that reports its steps is
//! covered by `network/migration-stuck`. Clusters that are being installed are not checked.
//!
//! # References
//!
//! - openshift/api `config/v1/types_network.go`
//! - openshift/cluster-network-operator `pkg/controller/operconfig/cluster.go`

use mustknow_cluster::model::kinds::NETWORK_CONFIG;
use mustknow_cluster::views::{Condition, NetworkConfig};

use crate::catalog::prelude::*;
use crate::engine::is_installing;

pub(super) static META: Meta = Meta {
    id: "network/type-mismatch",
    title: "mismatch between the configured and the running network type",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NETWORK_CONFIG)],
    uses: &[],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let Some(network) = cx.find::<NetworkConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no Network cluster".to_owned());
    };
    if is_installing(cx) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let resource = network.resource();
    let field = |part| resource.text(&[part, "networkType"]).filter(|name| !name.is_empty());
    let (Some(desired), Some(present)) = (field("spec"), field("status")) else {
        return Verdict::NotApplicable("Network cluster has no networkType".to_owned());
    };
    let is_migrating =
        network.condition("NetworkTypeMigrationInProgress").is_some_and(Condition::is_true);
    if is_migrating || desired.eq_ignore_ascii_case(&present) {
        return Verdict::Healthy { examined: 1 };
    }
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!("Network cluster specifies {desired}, but {present} is running"),
        Evidence::field(resource, &["spec", "networkType"], "the configured type"),
    )
    .evidence([Evidence::field(resource, &["status", "networkType"], "the running type")])
    .keywords(format!("{desired} {present} networkType"))
    .likely("these fields do not show whether a migration is in progress")
    .why(
        "The network operator changes the type only through a migration. Until the migration is \
         complete, or the type is set back, the network is in an intermediate state.",
    )
    .remedy(
        Remedy::new("Complete the migration with the documented procedure, or set the type back.")
            .command("oc get networks.operator.openshift.io cluster -o yaml")
            .command("oc get machineconfigpools")
            .verify("oc get networks.config.openshift.io cluster -o yaml"),
    );
    Verdict::Found(vec![finding])
}
