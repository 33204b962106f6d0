//! Red Hat catalogs that OKD cannot pull.
//!
//! # Why it matters
//!
//! OKD is intended to use only the community catalog. If the configuration for this did not reach
//! the cluster, the marketplace operator also adds the Red Hat catalogs. Their images require a
//! login, so their pods never start, and the installation of any operator may fail while a catalog
//! cannot be queried.
//!
//! # What to do
//!
//! Disable the default sources, and add the community catalog from a registry that requires no
//! login.
//!
//! # Blind spots
//!
//! With a Red Hat pull secret the catalogs work; nothing fails, and nothing is reported.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1299>,
//!   <https://github.com/okd-project/okd/issues/1996>,
//!   <https://github.com/okd-project/okd/issues/2311>
//! - operator-framework/operator-marketplace `pkg/operatorhub/handler.go`

use mustknow_cluster::model::kinds::{EVENT, OPERATOR_HUB, POD};
use mustknow_cluster::views::{OperatorHub, Pod};
use mustknow_yaml::Value;

use crate::catalog::prelude::*;
use crate::domain::ImagePullFailure;
use crate::engine::meta::Releases;
use crate::engine::name_list;

const NAMESPACE: &str = "openshift-marketplace";

pub(super) static META: Meta = Meta {
    id: "okd/red-hat-catalogs",
    title: "Red Hat catalogs that OKD cannot pull",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT), Need::Kind(&OPERATOR_HUB)],
};

pub(super) fn check(cx: &RuleContext<'_>) -> Verdict {
    let failures: Vec<_> = ImagePullFailure::all(cx)
        .into_iter()
        .filter(|one| one.pod().namespace() == NAMESPACE)
        .filter(|one| one.image.starts_with("registry.redhat.io/"))
        .collect();
    let examined = cx.within::<Pod<'_>>(NAMESPACE).count();
    let evidence = ImagePullFailure::evidence(&failures);
    let Some((first, rest)) = evidence.split_first() else {
        return Verdict::over(examined, Vec::new(), "no pod of the marketplace in the archive");
    };
    let hub = cx.find::<OperatorHub<'_>>("", "cluster");
    let disables_all = hub.is_some_and(|hub| {
        let field = hub.resource().at(&["spec", "disableAllDefaultSources"]);
        field.and_then(Value::as_bool) == Some(true)
    });
    let names: Vec<_> = failures.iter().map(|one| one.pod().name()).collect();
    let finding = Finding::new(
        Subject::cluster("OperatorHub", "cluster"),
        format!(
            "Red Hat catalogs are enabled, but OKD has no login for their images: {}",
            name_list(&names)
        ),
        first.clone(),
    )
    .why(
        "The marketplace operator created a CatalogSource for each default source. The images are \
         in registry.redhat.io, which rejects clients without a login.",
    )
    .since(ImagePullFailure::since(&failures))
    .evidence(rest.iter().cloned())
    .evidence(hub.map(|hub| {
        let note = if disables_all { "sources are enabled by name" } else { "configured sources" };
        Evidence::field(hub.resource(), &["spec"], note)
    }))
    .remedy(
        Remedy::new(
            "Disable the default sources, and add the community catalog as a separate \
             CatalogSource from a registry that requires no login.",
        )
        .command(
            "oc patch operatorhub cluster --type=merge \
             -p '{\"spec\":{\"disableAllDefaultSources\":true}}'",
        )
        .precondition(
            "no Subscription uses one of these catalogs",
            Proof::ByHand("oc get subscriptions.operators.coreos.com --all-namespaces".to_owned()),
        )
        .verify(format!("oc get catalogsources,pods -n {NAMESPACE}")),
    );
    Verdict::Found(vec![ImagePullFailure::with_effects(&failures, finding)])
}
