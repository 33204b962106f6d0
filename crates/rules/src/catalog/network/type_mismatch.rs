//! A network type that is asked for and is not the one that runs.
//!
//! # Why it matters
//!
//! `spec.networkType` of Network cluster says what the network is to be, `status.networkType` what
//! the operator has rolled out. They differ while a migration has not ended, or when somebody
//! changed the type without one, which the operator refuses.
//!
//! # What to do
//!
//! Finish the migration, or set the type back.
//!
//! # Blind spots
//!
//! When the type was changed is not told. A live migration that reports its steps is
//! `network/migration-stuck`, and an installation is left out.
//!
//! # References
//!
//! - openshift/api `config/v1/types_network.go`
//! - openshift/cluster-network-operator `pkg/controller/operconfig/cluster.go`

use mustknow_gather::kinds::{Condition, NETWORK_CONFIG, NetworkConfig};

use crate::catalog::prelude::*;
use crate::facts::is_installing;

pub(super) static META: Meta = Meta {
    id: "network/type-mismatch",
    title: "another network type than the one that is asked for",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&NETWORK_CONFIG)],
    uses: &[],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let Some(network) = case.find::<NetworkConfig<'_>>("", "cluster") else {
        return Verdict::NotApplicable("there is no Network cluster".to_owned());
    };
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let resource = network.resource();
    let field = |part| resource.text(&[part, "networkType"]).filter(|name| !name.is_empty());
    let (Some(wanted), Some(present)) = (field("spec"), field("status")) else {
        return Verdict::NotApplicable("Network cluster names no type".to_owned());
    };
    let is_migrating =
        network.condition("NetworkTypeMigrationInProgress").is_some_and(Condition::is_true);
    if is_migrating || wanted.eq_ignore_ascii_case(&present) {
        return Verdict::Healthy { examined: 1 };
    }
    let finding = Finding::new(
        Subject::cluster("Network", "cluster"),
        format!("Network cluster asks for {wanted}, and {present} is what runs"),
        Evidence::field(resource, &["spec", "networkType"], "what is asked for"),
    )
    .evidence([Evidence::field(resource, &["status", "networkType"], "what runs")])
    .saying(format!("{wanted} {present} networkType"))
    .likely("whether a migration is under way is not told by these fields")
    .why(
        "The network operator rolls out another type only as a migration; until that ends, or the \
         type is set back, the network is in between.",
    )
    .remedy(
        Remedy::new("Finish the migration by its procedure, or set the type back.")
            .command("oc get networks.operator.openshift.io cluster -o yaml")
            .command("oc get machineconfigpools")
            .verify("oc get networks.config.openshift.io cluster -o yaml"),
    );
    Verdict::Found(vec![finding])
}
