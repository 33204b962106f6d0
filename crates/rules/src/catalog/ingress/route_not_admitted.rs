//! Platform routes not admitted by a router.
//!
//! Only routes in platform namespaces are checked, and only if they are older than ten minutes. A
//! status that a router wrote before it was removed remains, so such routes are not reported.
//!
//! - openshift/router `pkg/router/controller/status.go`, `unique_host.go` (`HostAlreadyClaimed`)
//! - openshift/cluster-authentication-operator `pkg/controllers/deployment/deployment_controller.go`

use crate::catalog::prelude::*;

/// How long a router may take to admit a route.
const GRACE: Span = Span::minutes(10);
/// Namespaces with routes that the cluster itself requires.
const CORE: [&str; 3] =
    ["openshift-authentication", "openshift-console", "openshift-ingress-canary"];
/// How many routes one finding shows.
const SHOWN: usize = 4;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&ROUTE)])
    .check(check)
    // A router may take some minutes to admit a route.
    .grace(GRACE)
    .why(
        "A router records in the status of each route whether it admitted the route. A platform \
         route without this status, or one that every router rejects, is not reachable: the \
         OAuth server, the console or the canary checks of the ingress operator.",
    )
    .fix(
        "If a router rejects the route, its condition shows the reason. In most cases another \
         route has claimed the host. If no router has written a status, no router runs, no \
         router can list routes, or the selectors of the IngressController exclude the platform \
         namespaces.",
    )
    .run(&[
        "oc get routes --all-namespaces",
        "oc get ingresscontroller default -n openshift-ingress-operator -o yaml",
    ])
    .verify(&["oc get pods -n openshift-ingress"]);

/// A route and the condition with which a router rejects it. None when no router wrote a status.
type RejectedRoute<'s> = (Route<'s>, Option<Condition<'s>>);

fn check(cx: &RuleContext<'_>) -> Judged {
    let routes: Vec<Route<'_>> = cx
        .all::<Route<'_>>()
        .filter(|route| route.resource().namespace().starts_with("openshift-"))
        .collect();
    let mut by_reason: BTreeMap<String, Vec<RejectedRoute<'_>>> = BTreeMap::new();
    for bad in routes.iter().filter_map(|route| bad(cx, *route)) {
        let reason = bad.1.map(|condition| condition.reason().into_owned()).unwrap_or_default();
        by_reason.entry(reason).or_default().push(bad);
    }
    let findings =
        by_reason.iter().filter_map(|(reason, members)| finding(reason, members, routes.len()));
    Ok(Checked::over(routes.len(), findings))
}

fn bad<'s>(cx: &RuleContext<'s>, route: Route<'s>) -> Option<RejectedRoute<'s>> {
    let resource = route.resource();
    let admissions: Vec<Condition<'s>> = resource
        .at(&["status", "ingress"])
        .into_iter()
        .flat_map(Value::items)
        .flat_map(|ingress| Condition::list(ingress.get("conditions")))
        .filter(|condition| condition.name() == "Admitted")
        .collect();
    if admissions.iter().any(|condition| condition.is_true()) {
        return None;
    }
    let refused = admissions.into_iter().find(|condition| condition.is_false());
    let since = refused.and_then(Condition::since).or_else(|| resource.created());
    Persistence::of(cx, since, GRACE).counts().then_some((route, refused))
}

fn finding(reason: &str, members: &[RejectedRoute<'_>], all: usize) -> Option<Finding> {
    let names: Vec<_> = members
        .iter()
        .map(|(route, _)| format!("{}/{}", route.resource().namespace(), route.resource().name()))
        .collect();
    let mut evidence = members.iter().take(SHOWN).map(|(route, refused)| match refused {
        Some(condition) => {
            Evidence::condition(route.resource(), *condition, excerpt(&condition.message()))
        }
        None => Evidence::field(route.resource(), &["status"], "no router has written a status"),
    });
    let (route, refused) = members.first()?;
    let is_core = members.iter().any(|(route, _)| CORE.contains(&route.resource().namespace()));
    let (summary, advice) = match refused {
        Some(condition) => (
            format!(
                "Route {} rejected by a router: {reason} {}",
                name_list(&names),
                excerpt(&condition.message())
            ),
            "Remove the cause that the condition names, in most cases another route with the same \
             host.",
        ),
        None => (
            format!(
                "{} of {all} platform routes are not admitted by any router: {}",
                names.len(),
                name_list(&names)
            ),
            "Check whether routers run and can list routes, and whether the selectors of the \
             IngressController exclude the platform namespaces.",
        ),
    };
    let since = members.iter().filter_map(|(_, refused)| refused.and_then(Condition::since)).min();
    let created = members.iter().filter_map(|(route, _)| route.resource().created()).min();
    let finding = Finding::new(Subject::view(*route), summary.trim_end(), evidence.next()?)
        .severity(if is_core { RULE.meta.severity } else { Warning })
        .since(since)
        .lasts_since(since.or(created))
        .evidence(evidence)
        .keywords(names.join(" "))
        .keywords(if refused.is_some() { reason } else { "route not admitted by any router" })
        .action(advice);
    Some(if refused.is_some() {
        finding
    } else {
        finding.likely("the route does not show why no router has admitted it")
    })
}
