//! The precondition that two operators check before they manage their APIServices.
//!
//! Source: openshift/library-go `pkg/operator/apiserver/controller/apiservice/apigroup.go` and
//! `pkg/operator/bootstrap/bootstrap.go`: first every Service behind the APIServices must have a
//! ready address in its Endpoints; then, since release 4.16, ConfigMap `kube-system/bootstrap`
//! must exist with `data.status: complete`. An error in one of the two checks gives the reason
//! `ErrorCheckingPrecondition`, a negative result `PreconditionNotReady`.

use mustknow_cluster::Lookup;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    AUTHENTICATION_CONFIG, ENDPOINT_SLICE, ENDPOINTS, OPERATOR_AUTHENTICATION,
    OPERATOR_OPENSHIFT_API_SERVER,
};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::snapshot::{Missing, Searched};
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{
    AuthenticationConfig, ClusterOperator, Condition, ConfigMap, Endpoints, Operator,
};

use super::backend::slices_of;
use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::meta::Need;
use crate::terms::version::Version;

/// The first release whose operators check the ConfigMap.
pub(super) const CHECKS_CONFIG_MAP: Version = Version::new(4, 16);

/// The operators, the kinds of their operator resources, and the namespaces of their Service `api`.
const OPERATORS: [(&str, &Kind, &str); 2] = [
    ("authentication", &OPERATOR_AUTHENTICATION, "openshift-oauth-apiserver"),
    ("openshift-apiserver", &OPERATOR_OPENSHIFT_API_SERVER, "openshift-apiserver"),
];

/// What a rule declares to read [`ApiPrecondition`].
pub const PRECONDITION_USES: &[Need] = &[
    Need::ConfigMap("kube-system", "bootstrap"),
    Need::Kind(&ENDPOINTS),
    Need::Kind(&ENDPOINT_SLICE),
    Need::Kind(&OPERATOR_AUTHENTICATION),
    Need::Kind(&OPERATOR_OPENSHIFT_API_SERVER),
    Need::Kind(&AUTHENTICATION_CONFIG),
];

/// The state of the Endpoints in the precondition.
pub enum EndpointsState<'s> {
    /// The number of ready addresses, at least one.
    Ready(&'s Resource, usize),
    /// No address is ready; the number of addresses that are not ready.
    NotReady(&'s Resource, usize),
    /// The object does not exist.
    NoObject(Searched),
    /// The operator manages no APIServices, so it checks no endpoints.
    NotChecked,
    /// The archive does not show it.
    Unknown(Missing),
}

/// The state of the ConfigMap in the precondition.
pub enum ConfigMapState<'s> {
    /// `data.status` is `complete`.
    Complete(ConfigMap<'s>),
    /// It exists with another status or without a status.
    Incomplete(ConfigMap<'s>),
    /// It does not exist.
    Absent(Searched),
    /// The archive does not show it.
    Unknown(Missing),
}

impl ConfigMapState<'_> {
    /// The ConfigMap as a subject.
    pub fn subject() -> Subject {
        Subject::namespaced("ConfigMap", "kube-system", "bootstrap")
    }
}

/// An operator whose precondition does not hold.
pub struct WaitingOperator<'s> {
    /// The name of the ClusterOperator.
    pub operator: &'static str,
    /// The object that reports it: the operator resource if it was collected.
    pub reported_by: &'s Resource,
    /// The condition that reports it.
    pub condition: Condition<'s>,
    /// The ClusterOperator and its condition, if it also reports it.
    pub cluster_operator: Option<(&'s Resource, Condition<'s>)>,
    /// The namespace of the Service that it checks.
    pub namespace: &'static str,
    /// The Endpoints that it checks.
    pub endpoints: EndpointsState<'s>,
    /// Whether the operator is unmanaged, so that the condition can be stale.
    pub is_unmanaged: bool,
    /// Its version.
    pub version: Option<Version>,
}

impl WaitingOperator<'_> {
    /// The ClusterOperator as a subject.
    pub fn subject(&self) -> Subject {
        Subject::cluster("ClusterOperator", self.operator)
    }

    /// Since when it has been waiting.
    pub fn since(&self) -> Option<Time> {
        self.condition.since()
    }

    /// The condition as evidence.
    pub fn evidence(&self) -> Evidence {
        Evidence::condition(
            self.reported_by,
            self.condition,
            "the operator waits for its precondition",
        )
    }

    /// Whether its release checks the ConfigMap; None if the version is unknown.
    pub fn checks_config_map(&self) -> Option<bool> {
        self.version.map(|version| version >= CHECKS_CONFIG_MAP)
    }
}

/// The finding with its effect: the operators that wait, since when, and their conditions.
pub fn explain_waiting(finding: Finding, waiting: &[&WaitingOperator<'_>]) -> Finding {
    let finding = finding
        .since(waiting.iter().filter_map(|it| it.since()).min())
        .evidence(waiting.iter().map(|it| it.evidence()));
    waiting.iter().fold(finding, |finding, it| finding.explains(it.subject(), "APIServices"))
}

/// Both checks of the precondition, and the operators that wait for them.
pub struct ApiPrecondition<'s> {
    /// The operators of which nothing was collected.
    pub not_collected: Vec<&'static str>,
    /// The operators that report reason `PreconditionNotReady`.
    pub waiting: Vec<WaitingOperator<'s>>,
    /// The operators that report reason `ErrorCheckingPrecondition`.
    pub failing: Vec<WaitingOperator<'s>>,
    /// The ConfigMap.
    pub config_map: ConfigMapState<'s>,
}

impl<'s> ApiPrecondition<'s> {
    /// Reads the state of the precondition.
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
        let is_not_collected = |&(operator, kind, _): &(&'static str, &Kind, &str)| {
            cx.find::<ClusterOperator<'s>>("", operator).is_none()
                && cx.find_as::<Operator<'s>>(kind, "", "cluster").is_none()
        };
        Self {
            not_collected: OPERATORS
                .into_iter()
                .filter(is_not_collected)
                .map(|(operator, ..)| operator)
                .collect(),
            waiting: reporting("PreconditionNotReady"),
            failing: reporting("ErrorCheckingPrecondition"),
            config_map,
        }
    }

    /// Whether the Endpoints of every waiting operator are known to be ready.
    pub fn endpoints_are_ready(&self) -> bool {
        self.waiting.iter().all(|waiting| {
            matches!(waiting.endpoints, EndpointsState::Ready(..) | EndpointsState::NotChecked)
        })
    }

    /// The waiting operators that the ConfigMap can block: their release checks it, and their
    /// Endpoints do not block them already.
    pub fn blocked_by_config_map(&self) -> impl Iterator<Item = &WaitingOperator<'s>> {
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
) -> Option<WaitingOperator<'s>> {
    let own = cx.find_as::<Operator<'s>>(kind, "", "cluster");
    let own_says = own
        .and_then(|own| own.condition("APIServicesAvailable"))
        .filter(|condition| condition.is_false() && condition.reason() == reason);
    let summary = cx.find::<ClusterOperator<'s>>("", operator);
    let summary_says =
        summary.and_then(|summary| summary.condition("Available")).filter(|condition| {
            // Reasons and messages of several controllers are joined, so this one is only a part.
            !condition.is_true()
                && (condition.reason().contains(&format!("APIServices_{reason}"))
                    || condition.message().contains(&format!("APIServicesAvailable: {reason}")))
        });
    let (reported_by, condition) = match (own, own_says, summary, summary_says) {
        (Some(own), Some(condition), _, _) => (own.resource(), condition),
        // The operator resource is newer: if it does not have the condition, the summary is stale.
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
    Some(WaitingOperator {
        operator,
        reported_by,
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
            // Of the EndpointSlices, only a ready one is conclusive, because others may be missing.
            let slice = slices_of(cx, namespace, "api").find(|slice| slice.ready() > 0);
            match slice {
                Some(slice) => EndpointsState::Ready(slice.resource(), slice.ready()),
                None => EndpointsState::Unknown(missing),
            }
        }
    }
}
