//! `Service` with a selector that matches no pods.
//!
//! A Service without pods may be intended. It is reported only if pods in its namespace have labels
//! that differ from its selector in one place, and only slightly. On OpenShift the selectors in
//! platform namespaces are assumed to be correct.
//!
//! - kubernetes/kubernetes `pkg/controller/endpointslice/endpointslice_controller.go`

use mustknow_cluster::model::hidden::is_masked;

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, Any)
    .each(&[&SERVICE], judge)
    .needs(&[Need::Kind(&POD)])
    .reads(&[Need::Kind(&ENDPOINTS), Need::Kind(&ENDPOINT_SLICE)])
    // Pods may take that long to be created.
    .grace(Span::minutes(10))
    .why(
        "The Service has a name and an address but no endpoints: every connection is refused or \
         hangs. The pods run and are ready, so no other object shows the problem.",
    )
    .fix("Compare the selector with the labels of the pods, character by character.")
    .run(&["oc get pods -n {namespace} --show-labels"])
    .verify(&["oc get endpoints -n {namespace} {name}"]);

/// How many pods are compared with a selector that matches none. One pod of a workload is enough.
const MOST_COMPARED: usize = 1000;

/// A label of a selector, and a similar label of a pod.
struct SimilarLabel<'s> {
    desired: String,
    found: String,
    pods: Vec<Pod<'s>>,
}

fn judge<'s>(cx: &RuleContext<'s>, resource: &'s Resource) -> Result<Option<Finding>, NotJudged> {
    let (service, namespace) = (Service::of(resource), resource.namespace());
    let is_of_platform = cx.snapshot().is_openshift() && is_platform(cx, namespace);
    if is_of_platform || service.selector().is_empty() || service.of_type() == "ExternalName" {
        return Err(not_applicable("no Service of a user with a selector"));
    }
    if has_endpoints(cx, service) {
        return Ok(None);
    }
    let Some(SimilarLabel { desired, found, pods }) = similar(cx, service) else { return Ok(None) };
    for label in [&desired, &found] {
        resource.unless_masked(&["spec", "selector"], label.into(), is_masked)?;
    }
    cx.prove_whole(&POD, namespace)?;
    let subject = Subject::of(resource);
    let summary = format!(
        "{subject} selects {desired} and matches no pod, while {} {} {found}",
        pluralize(pods.len(), "pod"),
        if pods.len() == 1 { "has" } else { "have" }
    );
    let names: Vec<_> = pods.iter().map(|pod| pod.name()).collect();
    let evidence = Evidence::field(resource, &["spec", "selector"], "the selector");
    let finding = Finding::new(subject.clone(), summary, evidence)
        .lasts_since(resource.created())
        .likely("that these pods are intended is inferred from the similar labels")
        .evidence(pods.first().map(|pod| {
            Evidence::field(pod.resource(), &["metadata", "labels"], "the labels of a ready pod")
        }))
        .keywords(subject.to_string())
        .keywords(names.join(" "));
    Ok(Some(finding))
}

fn has_endpoints(cx: &RuleContext<'_>, service: Service<'_>) -> bool {
    let (namespace, name) = (service.resource().namespace(), service.resource().name());
    let endpoints = cx.find::<Endpoints<'_>>(namespace, name);
    endpoints.is_some_and(|it| it.ready() + it.not_ready() > 0)
        || slices_of(cx, namespace, name).any(|slice| slice.ready() > 0)
}

/// The pods that differ slightly from the selector in one label, if no pod matches.
fn similar<'s>(cx: &RuleContext<'s>, service: Service<'s>) -> Option<SimilarLabel<'s>> {
    let selector = service.selector();
    let misses = |pod: &Pod<'s>| -> Vec<(Cow<'s, str>, Cow<'s, str>)> {
        let has = |key: &str| pod.labels().and_then(|labels| labels.get(key)).and_then(Value::text);
        let differs = |pair: &&(Cow<'s, str>, Cow<'s, str>)| has(&pair.0).as_ref() != Some(&pair.1);
        selector.iter().filter(differs).cloned().collect()
    };
    let namespace = service.resource().namespace();
    let (key, value) = selector.first()?;
    let mut candidates = pods_labelled(cx, namespace, (key, value));
    if candidates.any(|pod| !pod.is_finished() && misses(&pod).is_empty()) {
        return None;
    }
    let mut similar: Option<SimilarLabel<'s>> = None;
    let ready = cx.within::<Pod<'s>>(namespace).filter(|it| is_expected(*it) && it.is_ready());
    for pod in ready.take(MOST_COMPARED) {
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
