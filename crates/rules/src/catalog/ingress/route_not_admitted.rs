//! Routes of the platform that no router serves.
//!
//! # Why it matters
//!
//! A router writes into the status of each route it serves. A route of the platform without that,
//! or one that every router refuses, is not reached: the login, the console, the checks of the ingress
//! operator.
//!
//! # What to do
//!
//! Where a router refuses the route, its condition says why: mostly another route has claimed the
//! host. Where no router has written anything, either none runs, none can list routes, or the
//! selectors of the `IngressController` leave the platform's namespaces out.
//!
//! # Blind spots
//!
//! Only routes in namespaces of the platform are judged, and none younger than ten minutes. A
//! status that a router wrote before it went away stays and says nothing.
//!
//! # References
//!
//! - openshift/router `pkg/router/controller/status.go`, `unique_host.go` (`HostAlreadyClaimed`)
//! - openshift/cluster-authentication-operator `pkg/controllers/deployment/deployment_controller.go`

use std::collections::BTreeMap;

use mustknow_gather::kinds::{Condition, ROUTE, Route};
use mustknow_gather::yaml::Value;

use crate::catalog::prelude::*;
use crate::facts::{excerpt, few, is_installing};

/// How long a router may take.
const GRACE: Span = Span::minutes(10);
/// Namespaces without whose routes the cluster itself is not usable.
const CORE: [&str; 3] =
    ["openshift-authentication", "openshift-console", "openshift-ingress-canary"];
/// How many routes one finding shows.
const SHOWN: usize = 4;

pub(super) static META: Meta = Meta {
    id: "ingress/route-not-admitted",
    title: "routes of the platform that no router serves",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&ROUTE)],
    uses: &[],
};

/// A route and the condition with which a router refuses it; none when no router wrote anything.
type Bad<'s> = (Route<'s>, Option<Condition<'s>>);

pub(super) fn check(case: &Case<'_>) -> Verdict {
    if is_installing(case) {
        return Verdict::NotApplicable("the installation has not finished".to_owned());
    }
    let routes: Vec<Route<'_>> = case
        .all::<Route<'_>>()
        .filter(|route| route.resource().namespace().starts_with("openshift-"))
        .collect();
    let mut by_reason: BTreeMap<String, Vec<Bad<'_>>> = BTreeMap::new();
    for bad in routes.iter().filter_map(|route| bad(case, *route)) {
        let reason = bad.1.map(|condition| condition.reason().into_owned()).unwrap_or_default();
        by_reason.entry(reason).or_default().push(bad);
    }
    let findings = by_reason
        .iter()
        .filter_map(|(reason, members)| finding(reason, members, routes.len()))
        .collect();
    Verdict::over(routes.len(), findings, "no route of the platform in the archive")
}

fn bad<'s>(case: &Case<'s>, route: Route<'s>) -> Option<Bad<'s>> {
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
    case.is_older(since, GRACE).then_some((route, refused))
}

fn finding(reason: &str, members: &[Bad<'_>], all: usize) -> Option<Finding> {
    let names: Vec<_> = members
        .iter()
        .map(|(route, _)| format!("{}/{}", route.resource().namespace(), route.resource().name()))
        .collect();
    let mut evidence = members.iter().take(SHOWN).map(|(route, refused)| match refused {
        Some(condition) => {
            Evidence::condition(route.resource(), *condition, excerpt(&condition.message()))
        }
        None => Evidence::field(route.resource(), &["status"], "no router has written anything"),
    });
    let (route, refused) = members.first()?;
    let is_core = members.iter().any(|(route, _)| CORE.contains(&route.resource().namespace()));
    let (summary, advice) = match refused {
        Some(condition) => (
            format!(
                "a router refuses Route {}: {reason} {}",
                few(&names),
                excerpt(&condition.message())
            ),
            "Take away what the condition names, mostly another route with the same host.",
        ),
        None => (
            format!(
                "no router serves {} of {all} routes of the platform: {}",
                names.len(),
                few(&names)
            ),
            "See whether routers run and can list routes, and whether the selectors of the \
             IngressController leave out the platform's namespaces.",
        ),
    };
    let since = members.iter().filter_map(|(_, refused)| refused.and_then(Condition::since)).min();
    let finding = Finding::new(Subject::view(*route), summary.trim_end(), evidence.next()?)
        .severity(if is_core { META.severity } else { Severity::Warning })
        .since(since)
        .evidence(evidence)
        .saying(names.join(" "))
        .saying(if refused.is_some() { reason } else { "route not admitted by any router" })
        .why("What is reached through these routes is not reached: the login, the console.")
        .remedy(
            Remedy::new(advice)
                .command("oc get routes --all-namespaces")
                .command("oc get ingresscontroller default -n openshift-ingress-operator -o yaml")
                .verify("oc get pods -n openshift-ingress"),
        );
    Some(if refused.is_some() {
        finding
    } else {
        finding.likely("which of the routers' failings it is, is not told by the route")
    })
}
