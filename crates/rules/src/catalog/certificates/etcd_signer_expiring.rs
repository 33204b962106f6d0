//! Etcd CA that expires within two years and is not renewed automatically.
//!
//! CAs with a refresh period annotation are renewed by the etcd operator and are covered by
//! certificates/rotation-late. A CA that has already expired is covered by certificates/expired.
//!
//! - openshift/cluster-etcd-operator `manifests/0000_90_etcd-operator_03_prometheusrule.yaml`
//!   (etcdSignerCAExpirationWarning below 730 days, etcdSignerCAExpirationCritical below 365)
//! - openshift/runbooks `alerts/cluster-etcd-operator/etcdSignerCAExpirationCritical.md`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .certificate(|cx, ca| {
        if !is_etcd_signer(cx, ca) {
            return Err(not_applicable("no Secret is the CA of etcd"));
        }
        let now = collection_time(cx)?;
        let refresh = ca.secret.resource().annotation("certificates.openshift.io/refresh-period");
        if ca.is_expired(now) || refresh.is_some() {
            return Ok(None);
        }
        let remaining = Span::between(now, ca.not_after);
        let severity = match remaining {
            it if it < Span::days(90) => Error,
            it if it < Span::days(365) => Warning,
            it if it < Span::days(730) => Info,
            _ => return Ok(None),
        };
        let summary = format!(
            "etcd CA {} expires {remaining} after the collection and is not renewed automatically",
            ca.subject.label
        );
        let note = format!("it expires at {}", seconds(ca.not_after));
        Ok(Some(ca.finding(summary, note).severity(severity).keywords("certificate etcd")))
    })
    .at_once("the end of its validity is known")
    .why(
        "Every etcd member and every etcd client depends on this CA. Replacing it takes time, \
         because every member must trust the new CA before the old CA expires. When it expires, \
         etcd and therefore the API are down.",
    )
    .fix("Replace the CA as described in the runbook of the alert, well before it expires.")
    .verify(&[SHOW_DATES])
    .before(&[(
        "every etcd member is healthy and a backup was taken",
        "oc rsh -n openshift-etcd etcd-<node> etcdctl endpoint health --cluster",
    )]);

/// Whether it is a CA of etcd: in openshift-config only in releases without one in openshift-etcd.
fn is_etcd_signer(cx: &RuleContext<'_>, ca: LeafCertificate<'_>) -> bool {
    let is_superseded = || cx.find::<Secret<'_>>("openshift-etcd", ca.name()).is_some();
    matches!(ca.name(), "etcd-signer" | "etcd-metric-signer")
        && match ca.namespace() {
            "openshift-etcd" => true,
            "openshift-config" => !is_superseded(),
            _ => false,
        }
}
