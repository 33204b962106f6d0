//! The run of a container that wrote a log.

use mustknow_cluster::model::log::LogHits;
use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::Pod;

use crate::terms::context::RuleContext;

/// The run of a container that wrote a log: lines without a time are not outside of it.
pub(crate) struct ContainerRun {
    /// When it began, if known.
    pub(crate) began: Option<Time>,
    /// When it ended, if known; the gather time of one that has not.
    pub(crate) ended: Option<Time>,
    /// Whether it has ended.
    pub(crate) has_ended: bool,
}

impl ContainerRun {
    /// The run that wrote the log; None if its pod or container was not collected. Needs pods.
    pub(crate) fn of(cx: &RuleContext<'_>, hits: &LogHits) -> Option<Self> {
        let pod = cx.find::<Pod<'_>>(&hits.namespace, &hits.pod)?;
        let container = pod.containers().find(|it| it.name() == *hits.container)?;
        // `previous.log` of must-gather and of single objects.
        let is_previous = hits.path.contains("previous");
        if let Some(began) = container.running_since().filter(|_| !is_previous) {
            return Some(Self { began: Some(began), ended: cx.now(), has_ended: false });
        }
        let end = container.terminated().or_else(|| container.last_terminated())?;
        Some(Self { began: None, ended: end.finished(), has_ended: end.finished().is_some() })
    }
}
