//! The precondition under which two operators manage their APIServices.
//!
//! Source: openshift/library-go `pkg/operator/apiserver/controller/apiservice/apigroup.go` and
//! `pkg/operator/bootstrap/bootstrap.go`: first every Service behind the APIServices must have a
//! ready address in its Endpoints; then, since release 4.16, ConfigMap `kube-system/bootstrap`
//! must exist with `data.status: complete`. An error while reading either gives the reason
//! `ErrorCheckingPrecondition`, a `false` of either gives `PreconditionNotReady`.

use mustknow_cluster::Lookup;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{OPERATOR_AUTHENTICATION, OPERATOR_OPENSHIFT_API_SERVER};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::snapshot::{Missing, Searched};
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{
    AuthenticationConfig, ClusterOperator, Condition, ConfigMap, EndpointSlice, Endpoints, Operator,
};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};
use crate::engine::version::Version;

/// The release whose operators check the ConfigMap first.
pub(super) const CHECKS_CONFIG_MAP: Version = Version::new(4, 16);

/// Operator, its own object and the namespace of the Service `api` it manages.
const OPERATORS: [(&str, &Kind, &str); 2] = [
    ("authentication", &OPERATOR_AUTHENTICATION, "openshift-oauth-apiserver"),
    ("openshift-apiserver", &OPERATOR_OPENSHIFT_API_SERVER, "openshift-apiserver"),
];

/// The half of the precondition that endpoints decide.
pub enum EndpointsState<'s> {
    /// So many addresses are ready.
    Ready(&'s Resource, usize),
    /// The object is there without a ready address; so many are not ready.
    NotReady(&'s Resource, usize),
    /// There is no such object.
    NoObject(Searched),
    /// The operator manages no APIServices, so it checks no endpoints.
    NotChecked,
    /// It cannot be said.
    Unknown(Missing),
}

/// The half of the precondition that the ConfigMap decides.
pub enum ConfigMapState<'s> {
    /// `data.status` is `complete`.
    Complete(ConfigMap<'s>),
    /// It is there with another status, or none.
    Incomplete(ConfigMap<'s>),
    /// It does not exist.
    Absent(Searched),
    /// It cannot be said.
    Unknown(Missing),
}

/// An operator whose precondition does not hold.
pub struct Waiting<'s> {
    /// The ClusterOperator's name.
    pub operator: &'static str,
    /// The object that says so, the operator's own if it was collected.
    pub said_by: &'s Resource,
    /// The condition that says so.
    pub condition: Condition<'s>,
    /// The ClusterOperator, if it says so too.
    pub cluster_operator: Option<(&'s Resource, Condition<'s>)>,
    /// The namespace of the Service it checks.
    pub namespace: &'static str,
    /// The endpoints it checks.
    pub endpoints: EndpointsState<'s>,
    /// Whether the operator is told not to act, so that the condition may be an old one.
    pub is_unmanaged: bool,
    /// The version it runs.
    pub version: Option<Version>,
}

impl Waiting<'_> {
    /// The ClusterOperator as a subject.
    pub fn subject(&self) -> Subject {
        Subject::cluster("ClusterOperator", self.operator)
    }

    /// Since when it waits.
    pub fn since(&self) -> Option<Time> {
        self.condition.since()
    }

    /// The condition as evidence.
    pub fn evidence(&self) -> Evidence {
        Evidence::condition(self.said_by, self.condition, "the operator waits for its precondition")
    }

    /// Whether this operator's release checks the ConfigMap; None when the version is unknown.
    pub fn checks_config_map(&self) -> Option<bool> {
        self.version.map(|version| version >= CHECKS_CONFIG_MAP)
    }
}

/// Both halves of the precondition, and who waits for them.
pub struct ApiPrecondition<'s> {
    /// The operators of which nothing was collected, so that nobody knows whether they wait.
    pub unseen: Vec<&'static str>,
    /// The operators that report reason `PreconditionNotReady`.
    pub waiting: Vec<Waiting<'s>>,
    /// The operators that report reason `ErrorCheckingPrecondition`.
    pub failing: Vec<Waiting<'s>>,
    /// The ConfigMap.
    pub config_map: ConfigMapState<'s>,
}

impl<'s> ApiPrecondition<'s> {
    /// Reads the precondition of a cluster.
    pub fn of(cx: &RuleContext<'s>) -> Self {
        let config_map = match cx.look_up::<ConfigMap<'s>>("kube-system", "bootstrap") {
            Lookup::Here(map) if map.data("status").as_deref() == Some("complete") => {
                ConfigMapState::Complete(map)
            }
            Lookup::Here(map) => ConfigMapState::Incomplete(map),
            Lookup::Absent(searched) => ConfigMapState::Absent(searched),
            Lookup::Unknown(missing) => ConfigMapState::Unknown(missing),
        };
        let reporting = |reason: &str| {
            OPERATORS.into_iter().filter_map(|operator| waiting(cx, operator, reason)).collect()
        };
        let is_unseen = |&(operator, kind, _): &(&'static str, &Kind, &str)| {
            cx.find::<ClusterOperator<'s>>("", operator).is_none()
                && cx.find_as::<Operator<'s>>(kind, "", "cluster").is_none()
        };
        Self {
            unseen: OPERATORS
                .into_iter()
                .filter(is_unseen)
                .map(|(operator, ..)| operator)
                .collect(),
            waiting: reporting("PreconditionNotReady"),
            failing: reporting("ErrorCheckingPrecondition"),
            config_map,
        }
    }

    /// Whether the endpoints of every waiting operator are known to be ready.
    pub fn endpoints_hold(&self) -> bool {
        self.waiting.iter().all(|waiting| {
            matches!(waiting.endpoints, EndpointsState::Ready(..) | EndpointsState::NotChecked)
        })
    }

    /// The waiting operators that the ConfigMap can hold up: their release checks it, and their
    /// endpoints do not hold them up already.
    pub fn held_by_config_map(&self) -> impl Iterator<Item = &Waiting<'s>> {
        self.waiting.iter().filter(|waiting| {
            waiting.checks_config_map() != Some(false)
                && !matches!(waiting.endpoints, EndpointsState::NotReady(..))
        })
    }
}

fn waiting<'s>(
    cx: &RuleContext<'s>,
    (operator, kind, namespace): (&'static str, &'static Kind, &'static str),
    reason: &str,
) -> Option<Waiting<'s>> {
    let own = cx.find_as::<Operator<'s>>(kind, "", "cluster");
    let own_says = own
        .and_then(|own| own.condition("APIServicesAvailable"))
        .filter(|condition| condition.is_false() && condition.reason() == reason);
    let summary = cx.find::<ClusterOperator<'s>>("", operator);
    let summary_says =
        summary.and_then(|summary| summary.condition("Available")).filter(|condition| {
            // Reasons and messages of several controllers are joined, so ours is a part of them.
            !condition.is_true()
                && (condition.reason().contains(&format!("APIServices_{reason}"))
                    || condition.message().contains(&format!("APIServicesAvailable: {reason}")))
        });
    let (said_by, condition) = match (own, own_says, summary, summary_says) {
        (Some(own), Some(condition), _, _) => (own.resource(), condition),
        // The operator's own object is fresher: where it does not agree, the summary is stale.
        (Some(own), None, _, _) if own.condition("APIServicesAvailable").is_some() => return None,
        (_, _, Some(summary), Some(condition)) => (summary.resource(), condition),
        _ => return None,
    };
    let is_external = operator == "authentication"
        && cx
            .find::<AuthenticationConfig<'s>>("", "cluster")
            .is_some_and(AuthenticationConfig::is_external_oidc);
    let endpoints = if is_external { EndpointsState::NotChecked } else { endpoints(cx, namespace) };
    let version = summary
        .and_then(|summary| summary.version("operator"))
        .or_else(|| cx.cluster_version()?.desired_version());
    Some(Waiting {
        operator,
        said_by,
        condition,
        cluster_operator: summary.map(View::resource).zip(summary_says),
        namespace,
        endpoints,
        is_unmanaged: own.is_some_and(|own| own.management_state() == "Unmanaged"),
        version: version.as_deref().and_then(Version::parse),
    })
}

fn endpoints<'s>(cx: &RuleContext<'s>, namespace: &str) -> EndpointsState<'s> {
    match cx.look_up::<Endpoints<'s>>(namespace, "api") {
        Lookup::Here(found) if found.ready() > 0 => {
            EndpointsState::Ready(found.resource(), found.ready())
        }
        Lookup::Here(found) => EndpointsState::NotReady(found.resource(), found.not_ready()),
        Lookup::Absent(searched) => EndpointsState::NoObject(searched),
        Lookup::Unknown(missing) => {
            // The slices say the same, but only a ready one settles it: there may be more.
            let slice = cx
                .within::<EndpointSlice<'s>>(namespace)
                .find(|slice| slice.is_of_service("api") && slice.ready() > 0);
            match slice {
                Some(slice) => EndpointsState::Ready(slice.resource(), slice.ready()),
                None => EndpointsState::Unknown(missing),
            }
        }
    }
}
