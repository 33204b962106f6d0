//! The conditions of the Samples Operator.
//!
//! Source: openshift/cluster-samples-operator `pkg/stub/config.go`, `pkg/util/util.go`: what the
//! operator resource reports as conditions of their own, the ClusterOperator has as reasons.

use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ClusterOperator, Condition, SamplesConfig, Status};

use crate::terms::context::RuleContext;
use crate::terms::verdict::{NotJudged, not_applicable};

/// The condition `own` of the operator resource if it has that status, or else, if only the
/// ClusterOperator was collected, the condition `summary` of it if it has that reason; with the
/// object that reports it. Not applicable if the cluster has no samples, or does not manage them.
pub fn samples_condition<'s>(
    cx: &RuleContext<'s>,
    own: (&str, Status),
    summary: (&str, &str),
) -> Result<Option<(&'s Resource, Condition<'s>)>, NotJudged> {
    if let Some(config) = cx.find::<SamplesConfig<'s>>("", "cluster") {
        let state = config.resource().text(&["spec", "managementState"]);
        if !matches!(state.as_deref(), None | Some("" | "Managed")) {
            return Err(not_applicable("the samples are not managed"));
        }
        let condition = config.condition(own.0).filter(|it| it.status() == own.1);
        return Ok(condition.map(|condition| (config.resource(), condition)));
    }
    let operator = cx.required::<ClusterOperator<'s>>("", "openshift-samples")?;
    let condition = operator.condition(summary.0).filter(|it| it.reason() == summary.1);
    Ok(condition.map(|condition| (operator.resource(), condition)))
}
