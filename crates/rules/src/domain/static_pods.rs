//! The four operators that run the control plane as static pods, and their revisions.
//!
//! Source: openshift/library-go `pkg/operator/staticpod`.

use mustknow_cluster::model::coverage::CoverageState;
use mustknow_cluster::model::kind::Kind;
use mustknow_cluster::model::kinds::{
    OPERATOR_ETCD, OPERATOR_KUBE_API_SERVER, OPERATOR_KUBE_CONTROLLER_MANAGER,
    OPERATOR_KUBE_SCHEDULER,
};
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{Condition, Operator};

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::finding::Finding;
use crate::terms::verdict::{Gap, GapKind};

/// The kinds of the operator resources.
pub static STATIC_POD_OPERATORS: [&Kind; 4] = [
    &OPERATOR_ETCD,
    &OPERATOR_KUBE_API_SERVER,
    &OPERATOR_KUBE_CONTROLLER_MANAGER,
    &OPERATOR_KUBE_SCHEDULER,
];

/// One of the four operators.
#[derive(Clone, Copy)]
pub struct StaticPodOperator<'s> {
    /// Its operator resource.
    pub object: Operator<'s>,
    /// The name of its ClusterOperator.
    pub name: &'static str,
}

impl<'s> StaticPodOperator<'s> {
    /// The condition of that type, if it is True.
    pub fn true_condition(self, condition: &str) -> Option<Condition<'s>> {
        self.object.condition(condition).filter(|condition| condition.is_true())
    }

    /// The operator resource as a subject.
    pub fn subject(self) -> Subject {
        Subject::view(self.object)
    }

    /// The namespace of its static pods.
    pub fn namespace(self) -> String {
        format!("openshift-{}", self.name)
    }

    /// The resource name of its operator resource: `etcds.operator.openshift.io`.
    pub fn resource(self) -> String {
        self.object.resource().key().kind.qualified()
    }

    /// A finding about the operator. In the words of its rule, `{operator}` is the ClusterOperator,
    /// `{namespace}` that of its operands, and `{resource}` the resource name of its operator
    /// resource.
    pub fn finding(self, summary: String, evidence: Evidence) -> Finding {
        Finding::new(self.subject(), summary, evidence)
            .with("operator", self.name)
            .with("namespace", self.namespace())
            .with("resource", self.resource())
            .keywords(self.name)
    }
}

/// The operators that were collected, or the gap if there are none.
pub fn static_pod_operators<'s>(cx: &RuleContext<'s>) -> Result<Vec<StaticPodOperator<'s>>, Gap> {
    let found: Vec<_> = STATIC_POD_OPERATORS
        .into_iter()
        .filter_map(|kind| cx.find_as::<Operator<'s>>(kind, "", "cluster"))
        .filter_map(|object| Some(StaticPodOperator { object, name: object.cluster_operator()? }))
        .collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let damaged = STATIC_POD_OPERATORS
        .into_iter()
        .map(|kind| (kind, cx.coverage().of_kind(kind)))
        .find(|(_, state)| {
            !matches!(
                state,
                CoverageState::Absent | CoverageState::Empty | CoverageState::Collected(_)
            )
        });
    let gap = match damaged {
        Some((kind, state)) => Gap::kind(kind, &state),
        None => Gap::new(
            GapKind::NotCollected,
            "etcds, kubeapiservers, kubecontrollermanagers and kubeschedulers of \
             operator.openshift.io: not collected",
        ),
    };
    Err(gap.commands([
        "oc get etcds,kubeapiservers,kubecontrollermanagers,kubeschedulers -o yaml".into()
    ]))
}
