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
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&EVENT), Need::Kind(&OPERATOR_HUB)])
    // A pull may take that long.
    .grace(Span::minutes(5))
    .even_while_installing("OKD has no login for these images")
    .why(
        "OKD is intended to use only the community catalog. If the configuration for this did \
         not reach the cluster, the marketplace operator also adds the Red Hat catalogs. Their \
         images require a login, so their pods never start, and the installation of any \
         operator may fail while a catalog cannot be queried.",
    )
    .fix(
        "Disable the default sources, and add the community catalog from a registry that \
         requires no login.",
    )
    .run(&[
        "oc patch operatorhub cluster --type=merge -p '{\"spec\":{\"disableAllDefaultSources\":true}}'",
    ])
    .verify(&["oc get catalogsources,pods -n openshift-marketplace"])
    .before(&[(
        "no Subscription uses one of these catalogs",
        "oc get subscriptions.operators.coreos.com --all-namespaces",
    )]);

fn check(cx: &RuleContext<'_>) -> Checked {
    let mut failures = ImagePullFailure::all(cx);
    failures.retain(|it| {
        it.pod().namespace() == NAMESPACE && it.image.starts_with("registry.redhat.io/")
    });
    let hub = cx.find::<OperatorHub<'_>>("", "cluster").map(OperatorHub::resource);
    let finding = ImagePullFailure::finding(&failures, |_, _| {
        let pods: Vec<_> = failures.iter().map(|it| it.pod().name()).collect();
        let pods = name_list(&pods);
        let summary =
            format!("Red Hat catalogs are enabled, but OKD has no login for their images: {pods}");
        (Subject::cluster("OperatorHub", "cluster"), summary)
    });
    let finding = finding.map(|finding| {
        finding.evidence(hub.map(|hub| {
            let disables_all = hub.at(&["spec", "disableAllDefaultSources"]);
            let note = match disables_all.and_then(Value::as_bool) {
                Some(true) => "sources are enabled by name",
                _ => "configured sources",
            };
            Evidence::field(hub, &["spec"], note)
        }))
    });
    Checked::over(cx.within::<Pod<'_>>(NAMESPACE).count(), finding)
}
