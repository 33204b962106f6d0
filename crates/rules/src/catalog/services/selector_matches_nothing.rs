//! `Service` with a selector that matches no pods.
//!
//! A Service without pods may be intended. It is reported only if pods in its namespace have labels
//! that differ from its selector in one place, and only slightly. Selectors in OpenShift platform
//! namespaces are assumed to be correct.
//!
//! - kubernetes/kubernetes `pkg/controller/endpointslice/endpointslice_controller.go`

use crate::catalog::prelude::*;

/// How long pods may take to be created.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .needs(&[Need::Kind(&SERVICE), Need::Kind(&POD)])
    .reads(&[Need::Kind(&ENDPOINTS), Need::Kind(&ENDPOINT_SLICE)])
    .check(check)
    .why(
        "The Service has a name and an address but no endpoints: every connection is refused or \
         hangs. The pods run and are ready, so no other object shows the problem.",
    )
    .fix("Compare the selector with the labels of the pods, character by character.");

/// A label of a selector, and a similar label of a pod.
struct SimilarLabel<'s> {
    desired: String,
    found: String,
    pods: Vec<Pod<'s>>,
}

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    let mut gap = None;
    for service in cx.all::<Service<'_>>() {
        let resource = service.resource();
        let namespace = resource.namespace();
        let is_of_platform = cx.snapshot().is_openshift() && is_platform(cx, namespace);
        if is_of_platform || service.selector().is_empty() || service.of_type() == "ExternalName" {
            continue;
        }
        examined += 1;
        if has_endpoints(cx, service) || !cx.is_older(resource.created(), GRACE) {
            continue;
        }
        let Some(similar) = similar(cx, service) else { continue };
        match cx.prove_whole(&POD, namespace) {
            Ok(_) => findings.push(finding(cx, service, similar)),
            Err(missing) => gap = gap.or(Some(Gap::missing(&missing))),
        }
    }
    match gap {
        Some(gap) if findings.is_empty() => Err(NotJudged::from(gap)),
        _ => Ok(Checked::over(examined, findings)),
    }
}

fn has_endpoints(cx: &RuleContext<'_>, service: Service<'_>) -> bool {
    let (namespace, name) = (service.resource().namespace(), service.resource().name());
    let endpoints = cx.find::<Endpoints<'_>>(namespace, name);
    endpoints.is_some_and(|it| it.ready() + it.not_ready() > 0)
        || cx
            .within::<EndpointSlice<'_>>(namespace)
            .any(|slice| slice.is_of_service(name) && slice.ready() > 0)
}

/// The pods that differ slightly from the selector in one label, if no pod matches.
fn similar<'s>(cx: &RuleContext<'s>, service: Service<'s>) -> Option<SimilarLabel<'s>> {
    let selector = service.selector();
    let pods: Vec<_> = cx
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
    let mut similar: Option<SimilarLabel<'s>> = None;
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
        match &mut similar {
            Some(known) if known.found == found => known.pods.push(pod),
            Some(_) => {}
            None => {
                let desired = format!("{key}={value}");
                similar = Some(SimilarLabel { desired, found, pods: vec![pod] });
            }
        }
    }
    similar
}

/// Whether both are the same except for case, a prefix or suffix, or a few characters.
fn is_alike(desired: &str, found: &str) -> bool {
    let (a, b) = (desired.to_lowercase(), found.to_lowercase());
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

/// How many characters must be inserted, deleted or changed to turn one into the other.
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

fn finding(cx: &RuleContext<'_>, service: Service<'_>, similar: SimilarLabel<'_>) -> Finding {
    let resource = service.resource();
    let (subject, namespace) = (Subject::of(resource), resource.namespace());
    let client = client(cx);
    let SimilarLabel { desired, found, pods } = similar;
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    Finding::new(
        subject.clone(),
        format!(
            "{subject} selects {desired} and matches no pod, while {} {} {found}",
            pluralize(pods.len(), "pod"),
            if pods.len() == 1 { "has" } else { "have" }
        ),
        Evidence::field(resource, &["spec", "selector"], "the selector"),
    )
    .likely("that these pods are intended is inferred from the similar labels")
    .evidence(pods.first().map(|pod| {
        Evidence::field(pod.resource(), &["metadata", "labels"], "the labels of a ready pod")
    }))
    .keywords(format!("Service/{namespace}/{}", resource.name()))
    .keywords(names.join(" "))
    .run(format!("{client} get pods -n {namespace} --show-labels"))
    .verify(format!("{client} get endpoints -n {namespace} {}", resource.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_with_a_typo_are_similar() {
        for (desired, found) in
            [("frontend", "fronted"), ("Web", "web"), ("web", "web-app"), ("app", "k8s-app")]
        {
            assert!(is_alike(desired, found), "{desired} {found}");
        }
        for (desired, found) in
            [("replica", "primary"), ("v1", "v2"), ("blue", "green"), ("api", "app"), ("db", "dc")]
        {
            assert!(!is_alike(desired, found), "{desired} {found}");
        }
    }
}
