//! `Red` Hat catalogs that OKD cannot pull.
//!
//! With a Red Hat pull secret the catalogs work; nothing fails, and nothing is reported.
//!
//! - <https://github.com/okd-project/okd/issues/1299>,
//!   <https://github.com/okd-project/okd/issues/1996>,
//!   <https://github.com/okd-project/okd/issues/2311>
//! - operator-framework/operator-marketplace `pkg/operatorhub/handler.go`

use crate::catalog::prelude::*;

const NAMESPACE: &str = "openshift-marketplace";

pub(super) const RULE: Rule = rule(Warning, Cause, OKD)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT), Need::Kind(&OPERATOR_HUB)])
    .check(check)
    .why(
        "OKD is intended to use only the community catalog. If the configuration for this did \
         not reach the cluster, the marketplace operator also adds the Red Hat catalogs. Their \
         images require a login, so their pods never start, and the installation of any \
         operator may fail while a catalog cannot be queried.",
    )
    .fix(
        "Disable the default sources, and add the community catalog from a registry that \
         requires no login.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let failures: Vec<_> = ImagePullFailure::all(cx)
        .into_iter()
        .filter(|one| one.pod().namespace() == NAMESPACE)
        .filter(|one| one.image.starts_with("registry.redhat.io/"))
        .collect();
    let examined = cx.within::<Pod<'_>>(NAMESPACE).count();
    let evidence = ImagePullFailure::evidence(&failures);
    let Some((first, rest)) = evidence.split_first() else {
        return Ok(Checked::over(examined, Vec::new()));
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
    .since(ImagePullFailure::since(&failures))
    .evidence(rest.iter().cloned())
    .evidence(hub.map(|hub| {
        let note = if disables_all { "sources are enabled by name" } else { "configured sources" };
        Evidence::field(hub.resource(), &["spec"], note)
    }))
    .run(
        "oc patch operatorhub cluster --type=merge \
             -p '{\"spec\":{\"disableAllDefaultSources\":true}}'",
    )
    .before(
        "no Subscription uses one of these catalogs",
        Proof::ByHand("oc get subscriptions.operators.coreos.com --all-namespaces".to_owned()),
    )
    .verify(format!("oc get catalogsources,pods -n {NAMESPACE}"));
    Ok(Checked::over(1, vec![ImagePullFailure::with_effects(&failures, finding)]))
}
