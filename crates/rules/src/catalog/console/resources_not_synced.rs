//! Console resources that cannot be synced.
//!
//! The OAuthClient and the update notification are reported by other rules.
//!
//! - openshift/console-operator `pkg/console/operator/sync_v400.go`, `pkg/console/status/status.go`

use crate::catalog::prelude::*;

/// Condition types, and the part of the console that each is about.
const PARTS: [(&str, &str); 17] = [
    ("SyncLoopRefreshDegraded", "its route"),
    ("CustomLogoSyncDegraded", "the custom logo"),
    ("ConfigMapSyncDegraded", "its configuration"),
    ("ServiceCASyncDegraded", "the service CA"),
    ("TrustedCASyncDegraded", "the trusted CA bundle"),
    ("DefaultIngressCertValidationDegraded", "the router certificate"),
    ("OAuthServingCertValidationDegraded", "the OAuth server certificate"),
    ("DeploymentSyncDegraded", "Deployment console"),
    ("DownloadsDeploymentSyncDegraded", "Deployment downloads"),
    ("ServiceSyncDegraded", "its Service"),
    ("RedirectServiceSyncDegraded", "the redirect Service"),
    ("ConsoleDefaultRouteSyncDegraded", "its default route"),
    ("ConsoleCustomRouteSyncDegraded", "its custom route"),
    ("DownloadsDefaultRouteSyncDegraded", "the default route of downloads"),
    ("DownloadsCustomRouteSyncDegraded", "the custom route of downloads"),
    ("OCDownloadsSyncDegraded", "the download links"),
    ("PDBSyncDegraded", "its PodDisruptionBudget"),
];

/// openshift/console-operator `pkg/console/subresource/route/route.go`.
const CUSTOM_ROUTE: &str = "Correct the entry of the console in spec.componentRoutes of \
                            ingresses.config cluster: a host name outside the ingress domain needs \
                            servingCertKeyPairSecret, the name of a TLS Secret in openshift-config \
                            with tls.crt and tls.key.";

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .check(|cx| {
        if !is_managed(cx, &OPERATOR_CONSOLE) {
            return Err(not_applicable("its operator is not managed"));
        }
        judge_parts(
            cx,
            CONSOLE,
            &PARTS,
            |_| true,
            |first, parts| {
                let summary = format!("console operator cannot sync {parts}: {}", first.detail());
                let finding = first.finding(summary);
                if first.state.reason == "InvalidCustomRouteConfig" {
                    finding.action(CUSTOM_ROUTE).run("oc get ingresses.config cluster -o yaml")
                } else {
                    finding
                }
            },
        )
    })
    .reads(&[Need::Kind(&OPERATOR_CONSOLE)])
    // How long an API may be unavailable.
    .note_until(Span::minutes(10))
    .why(
        "The console operator creates the configuration, Services, routes and Deployments of \
         the console one after another and stops at the first failure. The console remains \
         unchanged, and the operator is degraded.",
    )
    .fix(
        "The message shows the object and the reason. In most cases a ConfigMap that the \
         configuration references is missing, such as the ConfigMap of a custom logo, or an API \
         does not answer.",
    )
    .run(&[
        "oc get consoles.operator.openshift.io cluster -o yaml",
        "oc logs -n openshift-console-operator deployment/console-operator --tail=200",
    ])
    .verify(&["oc get clusteroperator console"]);
