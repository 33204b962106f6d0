//! API or ingress host name that does not resolve on the nodes.
//!
//! Only failed lookups that operators report are read. Names inside the cluster (`*.svc`) are not
//! covered. All names in one ingress domain are reported as one name, the wildcard.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go` (`humanizeError`)
//! - <https://github.com/okd-project/okd/issues/401>

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .check(|cx| Ok(check(cx)))
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    // A resolver may fail temporarily.
    .note_until(Span::minutes(5))
    .why(
        "api, api-int and the wildcard *.apps are resolved by DNS servers outside the cluster. \
         If a record is missing, or the resolver of the nodes does not respond, logins, the \
         console and the ingress checks fail at the same time, although all of these components \
         run.",
    )
    .fix("Query the resolver of the nodes for the name. Create the record, or fix the resolver.")
    .run(&["oc debug node/<node> -- chroot /host getent hosts {host}"])
    .verify(&["oc get clusteroperators authentication console ingress"]);

/// The operator that reports a failed lookup, its condition, and the line of the message.
type LookupFailure<'s> = (ClusterOperator<'s>, Condition<'s>, String);

fn check(cx: &RuleContext<'_>) -> Checked {
    let operators: Vec<_> = cx.all::<ClusterOperator<'_>>().collect();
    let mut failures: BTreeMap<String, Vec<LookupFailure<'_>>> = BTreeMap::new();
    for operator in &operators {
        let bad = ["Available", "Degraded"].into_iter().filter_map(|it| operator.condition(it));
        for condition in bad.filter(|it| it.is_bad()) {
            for (name, line) in names(&condition.message()) {
                let known = failures.entry(name).or_default();
                if !known.iter().any(|(other, ..)| other.name() == operator.name()) {
                    known.push((*operator, condition, line));
                }
            }
        }
    }
    let findings = failures.iter().filter_map(|(name, failures)| finding(name, failures));
    Checked::over(operators.len(), findings)
}

/// The names of the cluster in a message that do not resolve, with their lines.
fn names(message: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for line in message.lines() {
        for (at, _) in line.match_indices("no such host") {
            let before = line.get(..at).unwrap_or_default();
            let Some((_, tail)) = before.rsplit_once("lookup ") else { continue };
            let name = tail.split([' ', ':']).next().unwrap_or_default();
            // An operator that checks its own route adds this, regardless of the domain name.
            let is_public = line.contains("malfunctioning DNS server") && !name.contains(".svc");
            if let Some(name) = of_cluster(name).or_else(|| is_public.then(|| name.to_owned())) {
                found.entry(name).or_insert_with(|| line.to_owned());
            }
        }
    }
    found
}

/// The DNS record of a cluster name; None for names that the hosts do not resolve.
fn of_cluster(name: &str) -> Option<String> {
    let name = name.trim_end_matches('.');
    if let Some((_, domain)) = name.split_once(".apps.") {
        return Some(format!("*.apps.{domain}"));
    }
    (name.starts_with("api.") || name.starts_with("api-int.")).then(|| name.to_owned())
}

fn finding(name: &str, failures: &[LookupFailure<'_>]) -> Option<Finding> {
    let mut evidence = failures.iter().map(|(operator, condition, line)| {
        let note = format!("{}: {}", operator.name(), excerpt(line));
        Evidence::condition(operator.resource(), *condition, note)
    });
    let operators: Vec<_> = failures.iter().map(|(operator, ..)| operator.name()).collect();
    let reporters = operators.join(" and ");
    let summary = format!("DNS name {name} does not resolve on the hosts, reported by {reporters}");
    // An example of a name that the wildcard covers.
    let host = name.strip_prefix("*.").map(|domain| format!("oauth-openshift.{domain}"));
    let finding = Finding::new(Subject::cluster("DNS name", name), summary, evidence.next()?)
        .since(failures.iter().filter_map(|(_, condition, _)| condition.since()).min())
        .with("host", host.unwrap_or_else(|| name.to_owned()))
        .evidence(evidence);
    Some(failures.iter().fold(finding, |finding, (operator, _, line)| {
        finding.keywords(line).explains(Subject::view(*operator), "no such host")
    }))
}
