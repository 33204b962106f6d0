//! A Service whose selector misses the pods it is meant for.
//!
//! # Why it matters
//!
//! The Service has a name and an address, and nothing behind it: every connection is refused or hangs.
//! The pods run and are ready, so nothing else tells.
//!
//! # What to do
//!
//! Compare the selector with the labels of the pods, letter by letter.
//!
//! # Blind spots
//!
//! A Service without pods may be meant so; it is only reported when pods of its namespace carry labels
//! that differ from its selector in one place, and there by little. In namespaces of OpenShift
//! itself selectors are right.
//!
//! # References
//!
//! - kubernetes/kubernetes `pkg/controller/endpointslice/endpointslice_controller.go`

use std::borrow::Cow;

use mustknow_gather::kinds::{
    ENDPOINT_SLICE, ENDPOINTS, EndpointSlice, Endpoints, POD, Pod, SERVICE, Service,
};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{client, count, is_expected, is_platform};

/// How long pods may take to come.
const GRACE: Span = Span::minutes(10);

pub(super) static META: Meta = Meta {
    id: "services/selector-matches-nothing",
    title: "a Service whose selector misses the pods it is meant for",
    severity: Severity::Warning,
    role: Role::Cause,
    scope: Scope::Any,
    needs: &[Need::Kind(&SERVICE), Need::Kind(&POD)],
    uses: &[Need::Kind(&ENDPOINTS), Need::Kind(&ENDPOINT_SLICE)],
};

/// A label of a selector, and the label of a pod that is nearly the same.
struct Near<'s> {
    wanted: String,
    found: String,
    pods: Vec<Pod<'s>>,
}

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut examined = 0;
    let mut findings = Vec::new();
    let mut gap = None;
    for service in case.all::<Service<'_>>() {
        let resource = service.resource();
        let namespace = resource.namespace();
        let is_theirs = case.snapshot().is_openshift() && is_platform(case, namespace);
        if is_theirs || service.selector().is_empty() || service.of_type() == "ExternalName" {
            continue;
        }
        examined += 1;
        if has_endpoints(case, service) || !case.is_older(resource.created(), GRACE) {
            continue;
        }
        let Some(near) = near(case, service) else { continue };
        match case.prove_whole(&POD, namespace) {
            Ok(_) => findings.push(finding(case, service, near)),
            Err(missing) => gap = gap.or(Some(Gap::missing(&missing))),
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Verdict::Unknown(gap),
        _ => Verdict::over(examined, findings, "no Service of a user in the archive"),
    }
}

fn has_endpoints(case: &Case<'_>, service: Service<'_>) -> bool {
    let (namespace, name) = (service.resource().namespace(), service.resource().name());
    let endpoints = case.find::<Endpoints<'_>>(namespace, name);
    endpoints.is_some_and(|it| it.ready() + it.not_ready() > 0)
        || case
            .within::<EndpointSlice<'_>>(namespace)
            .any(|slice| slice.is_of_service(name) && slice.ready() > 0)
}

/// The pods that differ from the selector in one label and there by little, when none matches.
fn near<'s>(case: &Case<'s>, service: Service<'s>) -> Option<Near<'s>> {
    let selector = service.selector();
    let pods: Vec<_> = case
        .within::<Pod<'s>>(service.resource().namespace())
        .filter(|pod| !pod.is_finished())
        .collect();
    let misses = |pod: &Pod<'s>| -> Vec<(Cow<'s, str>, Cow<'s, str>)> {
        let has = |key: &str| pod.labels().and_then(|labels| labels.get(key)).and_then(Value::text);
        let differs = |pair: &&(Cow<'s, str>, Cow<'s, str>)| has(&pair.0).as_ref() != Some(&pair.1);
        selector.iter().filter(differs).cloned().collect()
    };
    if pods.iter().any(|pod| misses(pod).is_empty()) {
        return None;
    }
    let mut near: Option<Near<'s>> = None;
    for pod in pods.into_iter().filter(|pod| is_expected(*pod) && pod.is_ready()) {
        let misses = misses(&pod);
        let [(key, value)] = misses.as_slice() else { continue };
        let alike = pod.labels().into_iter().flat_map(Value::entries).find_map(|(other, text)| {
            let text = text.text()?;
            let same_key = other == *key && is_alike(value, &text);
            let same_value = text == *value && is_alike(key, &other);
            (same_key || same_value).then(|| format!("{other}={text}"))
        });
        let Some(found) = alike else { continue };
        match &mut near {
            Some(known) if known.found == found => known.pods.push(pod),
            Some(_) => {}
            None => near = Some(Near { wanted: format!("{key}={value}"), found, pods: vec![pod] }),
        }
    }
    near
}

/// Whether one is the other but for case, an ending, or a letter or two.
fn is_alike(wanted: &str, found: &str) -> bool {
    let (a, b) = (wanted.to_lowercase(), found.to_lowercase());
    let short = a.len().min(b.len());
    if a == b {
        return true;
    }
    let is_part = short >= 3
        && [(&a, &b), (&b, &a)].iter().any(|(long, part)| {
            let rest =
                long.strip_prefix(part.as_str()).or_else(|| long.strip_suffix(part.as_str()));
            rest.is_some_and(|rest| {
                rest.starts_with(['-', '_', '/']) || rest.ends_with(['-', '_', '/'])
            })
        });
    is_part || (short >= 4 && distance(&a, &b) <= short / 4)
}

/// How many letters must be put in, taken out or changed to make one the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut next = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let change = at(&row, j) + usize::from(x != *y);
            next.push(change.min(at(&row, j + 1) + 1).min(at(&next, j) + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

fn finding(case: &Case<'_>, service: Service<'_>, near: Near<'_>) -> Finding {
    let resource = service.resource();
    let (subject, namespace) = (Subject::of(resource), resource.namespace());
    let client = client(case);
    let Near { wanted, found, pods } = near;
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    Finding::new(
        subject.clone(),
        format!(
            "{subject} selects {wanted} and matches no pod, while {} {} {found}",
            count(pods.len(), "pod"),
            if pods.len() == 1 { "has" } else { "have" }
        ),
        Evidence::field(resource, &["spec", "selector"], "what it selects"),
    )
    .likely("that these pods are meant is inferred from how alike the labels are")
    .evidence(pods.first().map(|pod| {
        Evidence::field(
            pod.resource(),
            &["metadata", "labels"],
            "the labels of a pod that is ready",
        )
    }))
    .saying(format!("Service/{namespace}/{}", resource.name()))
    .saying(names.join(" "))
    .why("A Service without a matching pod has nothing behind its address.")
    .remedy(
        Remedy::new("Make the selector and the labels of the pods the same.")
            .command(format!("{client} get pods -n {namespace} --show-labels"))
            .verify(format!("{client} get endpoints -n {namespace} {}", resource.name())),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_alike_but_for_a_slip() {
        for (wanted, found) in
            [("frontend", "fronted"), ("Web", "web"), ("web", "web-app"), ("app", "k8s-app")]
        {
            assert!(is_alike(wanted, found), "{wanted} {found}");
        }
        for (wanted, found) in
            [("replica", "primary"), ("v1", "v2"), ("blue", "green"), ("api", "app"), ("db", "dc")]
        {
            assert!(!is_alike(wanted, found), "{wanted} {found}");
        }
    }
}
