//! Which finding explains which.
//!
//! Two sources say so: a finding itself, when its rule knows the mechanism to the end, and the
//! table of edges, each of which says how a failure of one layer looks in the messages of another. A
//! cause cannot have begun later than its effect, give or take the inertia of operators; and
//! nothing explains itself, however long the way round.

mod control_plane;
mod edges;

use std::collections::BTreeMap;

use mustknow_gather::time::Span;

use self::control_plane::CONTROL_PLANE;
use self::edges::{EDGES, Edge};
use crate::finding::Finding;
use crate::meta::Role;
use crate::rule::Rule;

/// `effect` follows from `cause`; both count the findings of a judgement in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// The finding that explains.
    pub cause: usize,
    /// The finding that is explained.
    pub effect: usize,
    /// How the one leads to the other.
    pub because: &'static str,
}

/// How much later than its effect a cause may seem to begin: operators report the latest of
/// several transitions, and the nodes' clocks differ.
const INERTIA: Span = Span::minutes(10);

/// Says which of `findings` explain which.
pub fn explain(findings: &[(&'static Rule, &Finding)]) -> Vec<Explanation> {
    let mut found: Vec<Explanation> = Vec::new();
    // Most pairs of rules have no edge, which is settled once for each pair of rules and not anew
    // for each of what may be thousands of findings.
    let mut between: BTreeMap<(&str, &str), Vec<&'static Edge>> = BTreeMap::new();
    for (at, (cause_rule, cause)) in findings.iter().enumerate() {
        for (other, (effect_rule, effect)) in findings.iter().enumerate() {
            if at == other || !may_explain(cause_rule.meta.role, effect_rule.meta.role) {
                continue;
            }
            let edges = between
                .entry((cause.rule, effect.rule))
                .or_insert_with(|| edges_between(cause.rule, effect.rule));
            if edges.is_empty() && cause.explains.is_empty() {
                continue;
            }
            if let Some(because) = reason(cause, effect, edges)
                && !leads_to(&found, other, at)
            {
                found.push(Explanation { cause: at, effect: other, because });
            }
        }
    }
    found
}

/// Every edge there is.
fn table() -> impl Iterator<Item = &'static Edge> {
    EDGES.iter().chain(CONTROL_PLANE)
}

fn edges_between(cause: &str, effect: &str) -> Vec<&'static Edge> {
    table()
        .filter(|edge| matches_any(edge.cause, cause) && matches_any(edge.effect, effect))
        .collect()
}

/// Whether findings of these roles may stand in that order. What only ever follows from something
/// else is not what a cause follows from, and context stands outside.
fn may_explain(cause: Role, effect: Role) -> bool {
    match (cause, effect) {
        (Role::Context, _) | (_, Role::Context) | (Role::Symptom, Role::Cause) => false,
        (Role::Cause | Role::Symptom, _) => true,
    }
}

fn reason(cause: &Finding, effect: &Finding, edges: &[&'static Edge]) -> Option<&'static str> {
    let claimed = cause
        .explains
        .iter()
        .any(|claim| claim.subject == effect.subject && effect.said.contains(&claim.saying));
    if claimed {
        return Some("by the mechanism of the cause");
    }
    let began_later = match (cause.since, effect.since) {
        (Some(cause), Some(effect)) => Span::between(effect, cause) > INERTIA,
        _ => false,
    };
    if began_later {
        return None;
    }
    edges
        .iter()
        .find(|edge| cause.subject != effect.subject && (edge.holds)(cause, effect))
        .map(|edge| edge.because)
}

fn matches_any(patterns: &[&str], rule: &str) -> bool {
    patterns.iter().any(|pattern| {
        if pattern.ends_with('/') { rule.starts_with(pattern) } else { rule == *pattern }
    })
}

/// Whether `from` leads to `to` along what was found so far.
fn leads_to(found: &[Explanation], from: usize, to: usize) -> bool {
    let mut seen = vec![from];
    let mut next = 0;
    while let Some(&at) = seen.get(next) {
        if at == to {
            return true;
        }
        for step in found.iter().filter(|step| step.cause == at) {
            if !seen.contains(&step.effect) {
                seen.push(step.effect);
            }
        }
        next += 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::evidence::{Evidence, Subject};
    use mustknow_gather::snapshot::Searched;
    use mustknow_gather::time;

    fn finding(rule: &'static str, subject: Subject, said: &str) -> Finding {
        let searched = Searched { path: String::new(), objects: 1, sentinels: Vec::new() };
        let evidence = Evidence::missing(subject.clone(), &searched);
        let mut made = Finding::new(subject, "x", evidence).saying(said);
        made.rule = rule;
        made
    }

    fn operator(name: &str, said: &str) -> Finding {
        finding("operators/degraded", Subject::cluster("ClusterOperator", name.to_owned()), said)
    }

    fn steps(findings: &[Finding]) -> Vec<(usize, usize)> {
        let judged: Vec<_> = findings
            .iter()
            .map(|finding| (catalog::find(finding.rule).unwrap(), finding))
            .collect();
        explain(&judged).into_iter().map(|step| (step.cause, step.effect)).collect()
    }

    #[test]
    fn a_node_explains_the_operator_whose_message_names_it() {
        let node = finding("nodes/not-ready", Subject::cluster("Node", "master-1"), "");
        let named = operator("etcd", "The master nodes not ready: node \"master-1\" not ready");
        let other = operator("etcd", "node \"master-11\" not ready");
        assert_eq!(steps(&[node.clone(), named]), [(0, 1)]);
        assert_eq!(steps(&[node, other]), []);
    }

    #[test]
    fn a_common_name_counts_only_with_its_namespace() {
        let subject = Subject::namespaced("Deployment", "openshift-apiserver", "apiserver");
        let pods = finding("pods/not-ready", subject, "");
        let said = "no apiserver.openshift-oauth-apiserver pods available";
        assert_eq!(steps(&[pods.clone(), operator("authentication", said)]), []);
        let said = "no apiserver.openshift-apiserver pods available";
        assert_eq!(steps(&[pods, operator("openshift-apiserver", said)]), [(0, 1)]);
    }

    #[test]
    fn a_cause_that_began_long_after_its_effect_is_none() {
        let at = |text: &str| time::rfc3339(text);
        let node = finding("nodes/not-ready", Subject::cluster("Node", "master-1"), "");
        let effect = operator("etcd", "node \"master-1\" not ready");
        let late = [
            node.clone().since(at("2024-01-01T02:00:00Z")),
            effect.clone().since(at("2024-01-01T01:00:00Z")),
        ];
        assert_eq!(steps(&late), []);
        let within_inertia =
            [node.since(at("2024-01-01T01:05:00Z")), effect.since(at("2024-01-01T01:00:00Z"))];
        assert_eq!(steps(&within_inertia), [(0, 1)]);
    }

    #[test]
    fn a_symptom_explains_no_cause_and_nothing_explains_itself() {
        let endpoints = Subject::namespaced("Endpoints", "openshift-apiserver", "api");
        let cause = finding("apiservices/endpoints-not-ready", endpoints, "openshift-apiserver");
        let pod = Subject::namespaced("Pod", "openshift-apiserver", "apiserver-1");
        let symptom = finding("pods/not-ready", pod, "openshift-apiserver");
        assert_eq!(steps(&[symptom, cause]), [(1, 0)]);
    }

    #[test]
    fn a_static_pod_explains_its_own_operator_only() {
        let subject = Subject::cluster("KubeAPIServer", "cluster");
        let said = "kube-apiserver\nmissing required resources: configmaps: etcd-serving-ca-12";
        let pods = finding("static-pods/installer-resources-missing", subject, said);
        assert_eq!(steps(&[pods.clone(), operator("kube-apiserver", "")]), [(0, 1)]);
        assert_eq!(steps(&[pods, operator("etcd", "the cluster operator etcd")]), []);
    }

    #[test]
    fn what_is_merely_noted_of_etcd_explains_no_operator() {
        let subject = Subject::cluster("Etcd", "cluster");
        let noted = finding("etcd/fragmented", subject.clone(), "etcd database fragmented");
        let slow = finding("etcd/slow-disk", subject, "slow fdatasync");
        let effect = operator("authentication", "etcdserver: request timed out");
        assert_eq!(steps(&[noted, effect.clone()]), []);
        assert_eq!(steps(&[slow, effect]), [(0, 1)]);
    }

    #[test]
    fn an_api_explains_the_namespace_that_waits_for_its_group() {
        let api = finding(
            "apiservices/unavailable",
            Subject::cluster("APIService", "v1beta1.metrics.example.io"),
            "namespace x service y: v1beta1.metrics.example.io",
        );
        let waiting = |group: &str| {
            let said = format!("the complete list of server APIs: {group}: is unable to handle");
            finding("namespaces/terminating-stuck", Subject::cluster("Namespace", "shop"), &said)
        };
        assert_eq!(steps(&[api.clone(), waiting("metrics.example.io/v1beta1")]), [(0, 1)]);
        assert_eq!(steps(&[api, waiting("other.example.io/v1beta1")]), []);
    }

    #[test]
    fn a_webhook_explains_the_call_that_names_it() {
        let subject = Subject::cluster("ValidatingWebhookConfiguration", "policy");
        let webhook =
            finding("webhooks/without-endpoints", subject, "webhook check.example.com policy svc");
        let call = |name: &str| {
            let said = format!("failed calling webhook \"{name}\": no endpoints available");
            operator("dns", &said)
        };
        assert_eq!(steps(&[webhook.clone(), call("check.example.com")]), [(0, 1)]);
        assert_eq!(steps(&[webhook, call("other.example.com")]), []);
    }

    #[test]
    fn every_edge_names_rules_that_exist() {
        let exists =
            |pattern: &str| catalog::all().iter().any(|rule| matches_any(&[pattern], rule.meta.id));
        for edge in table() {
            for pattern in edge.cause.iter().chain(edge.effect) {
                assert!(exists(pattern), "{pattern} is no rule and no area");
            }
        }
    }
}
