//! API or ingress host name that does not resolve on the nodes.
//!
//! Only failed lookups that operators report are read. Names inside the cluster (`*.svc`) are not
//! covered. All names in one ingress domain are reported as one name, the wildcard.
//!
//! - openshift/cluster-authentication-operator
//!   `pkg/libs/endpointaccessible/endpoint_accessible_controller.go` (`humanizeError`)
//! - <https://github.com/okd-project/okd/issues/401>

use crate::catalog::prelude::*;

/// How long a resolver may fail temporarily.
const GRACE: Span = Span::minutes(5);

pub(super) const RULE: Rule = rule(Critical, Cause, OpenShift)
    .needs(&[Need::Kind(&CLUSTER_OPERATOR)])
    .check(check)
    .why(
        "api, api-int and the wildcard *.apps are resolved by DNS servers outside the cluster. \
         If a record is missing, or the resolver of the nodes does not respond, logins, the \
         console and the ingress checks fail at the same time, although all of these components \
         run.",
    )
    .fix("Query the resolver of the nodes for the name. Create the record, or fix the resolver.");

type LookupFailure<'s> = (ClusterOperator<'s>, Condition<'s>, String);

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut unknown: BTreeMap<String, Vec<LookupFailure<'_>>> = BTreeMap::new();
    for operator in cx.all::<ClusterOperator<'_>>() {
        examined += 1;
        let bad = [
            operator.condition("Available").filter(|condition| condition.is_false()),
            operator.condition("Degraded").filter(|condition| condition.is_true()),
        ];
        for condition in bad.into_iter().flatten() {
            for (name, line) in names(&condition.message()) {
                let sayings = unknown.entry(name).or_default();
                if !sayings.iter().any(|(known, ..)| known.name() == operator.name()) {
                    sayings.push((operator, condition, line));
                }
            }
        }
    }
    let findings = unknown.iter().filter_map(|(name, sayings)| finding(cx, name, sayings));
    Ok(Checked::over(examined, findings))
}

/// The names of the cluster in a message that do not resolve, with their lines.
fn names(message: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for line in message.lines().filter(|line| line.contains("no such host")) {
        for (at, _) in line.match_indices("no such host") {
            let before = line.get(..at).unwrap_or_default();
            let Some((_, tail)) = before.rsplit_once("lookup ") else { continue };
            let name = tail.split([' ', ':']).next().unwrap_or_default();
            // An operator that checks its own route adds this, regardless of the domain name.
            let is_public = line.contains("malfunctioning DNS server") && !name.contains(".svc");
            let name = of_cluster(name).or_else(|| is_public.then(|| name.to_owned()));
            if let Some(name) = name
                && !found.iter().any(|(known, _)| *known == name)
            {
                found.push((name, line.to_owned()));
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

fn finding(cx: &RuleContext<'_>, name: &str, sayings: &[LookupFailure<'_>]) -> Option<Finding> {
    let since = sayings.iter().filter_map(|(_, condition, _)| condition.since()).min();
    let mut evidence = sayings.iter().map(|(operator, condition, line)| {
        let note = format!("{}: {}", operator.name(), excerpt(line));
        Evidence::condition(operator.resource(), *condition, note)
    });
    let operators: Vec<_> = sayings.iter().map(|(operator, ..)| operator.name()).collect();
    let summary = format!(
        "DNS name {name} does not resolve on the hosts, reported by {}",
        operators.join(" and ")
    );
    let finding = Finding::new(Subject::cluster("DNS name", name), summary, evidence.next()?)
        .severity(Persistence::of(cx, since, GRACE).severity(Critical))
        .since(since)
        .evidence(evidence)
        .run(format!("oc debug node/<node> -- chroot /host getent hosts {}", example(name)))
        .verify("oc get clusteroperators authentication console ingress");
    Some(sayings.iter().fold(finding, |finding, (operator, _, line)| {
        finding.keywords(line).explains(Subject::view(*operator), "no such host")
    }))
}

/// An example of a name that the record covers.
fn example(record: &str) -> String {
    match record.strip_prefix("*.") {
        Some(domain) => format!("oauth-openshift.{domain}"),
        None => record.to_owned(),
    }
}
