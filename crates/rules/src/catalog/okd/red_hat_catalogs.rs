//! Catalogs of Red Hat that OKD cannot pull.
//!
//! # Why it matters
//!
//! OKD is to use the catalog of the community only. Where the configuration that says so did not
//! reach the cluster, the marketplace operator adds the catalogs of Red Hat as well. Their images
//! need a login, so their pods never start, and installing any operator may fail while a catalog
//! cannot be asked.
//!
//! # What to do
//!
//! Disable the default sources and add the catalog of the community from a registry that needs no
//! login.
//!
//! # Blind spots
//!
//! With a pull secret of Red Hat the catalogs work; then nothing fails and this is no finding.
//!
//! # References
//!
//! - <https://github.com/okd-project/okd/issues/1299>,
//!   <https://github.com/okd-project/okd/issues/1996>,
//!   <https://github.com/okd-project/okd/issues/2311>
//! - operator-framework/operator-marketplace `pkg/operatorhub/handler.go`

use mustknow_gather::kinds::{EVENT, OPERATOR_HUB, OperatorHub, POD, Pod};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{Unpulled, few};
use crate::meta::Releases;

const NAMESPACE: &str = "openshift-marketplace";

pub(super) static META: Meta = Meta {
    id: "okd/red-hat-catalogs",
    title: "catalogs of Red Hat that OKD cannot pull",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Releases(Releases::OKD),
    needs: &[Need::Kind(&POD)],
    uses: &[Need::Kind(&EVENT), Need::Kind(&OPERATOR_HUB)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let theirs: Vec<_> = Unpulled::all(case)
        .into_iter()
        .filter(|one| one.pod().namespace() == NAMESPACE)
        .filter(|one| one.image.starts_with("registry.redhat.io/"))
        .collect();
    let examined = case.within::<Pod<'_>>(NAMESPACE).count();
    let evidence = Unpulled::evidence(&theirs);
    let Some((first, rest)) = evidence.split_first() else {
        return Verdict::over(examined, Vec::new(), "no pod of the marketplace in the archive");
    };
    let hub = case.find::<OperatorHub<'_>>("", "cluster");
    let disables_all = hub.is_some_and(|hub| {
        let field = hub.resource().at(&["spec", "disableAllDefaultSources"]);
        field.and_then(Value::as_bool) == Some(true)
    });
    let names: Vec<_> = theirs.iter().map(|one| one.pod().name()).collect();
    let finding = Finding::new(
        Subject::cluster("OperatorHub", "cluster"),
        format!(
            "catalogs of Red Hat are enabled, and OKD has no login for their images: {}",
            few(&names)
        ),
        first.clone(),
    )
    .why(
        "The marketplace operator made a CatalogSource for each default source. The images are in \
         registry.redhat.io, which refuses clients without a login.",
    )
    .since(Unpulled::since(&theirs))
    .evidence(rest.iter().cloned())
    .evidence(hub.map(|hub| {
        let note = if disables_all { "sources are enabled by name" } else { "what is configured" };
        Evidence::field(hub.resource(), &["spec"], note)
    }))
    .remedy(
        Remedy::new(
            "Disable the default sources, and add the catalog of the community as a CatalogSource \
             of its own, from a registry that needs no login.",
        )
        .command(
            "oc patch operatorhub cluster --type=merge \
             -p '{\"spec\":{\"disableAllDefaultSources\":true}}'",
        )
        .before(
            "no Subscription uses one of these catalogs",
            Proof::ByHand("oc get subscriptions.operators.coreos.com --all-namespaces".to_owned()),
        )
        .verify(format!("oc get catalogsources,pods -n {NAMESPACE}")),
    );
    Verdict::Found(vec![Unpulled::explained(&theirs, finding)])
}
