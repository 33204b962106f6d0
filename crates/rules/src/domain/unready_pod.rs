//! What shows why a pod is not ready.

use mustknow_cluster::model::view::View;
use mustknow_cluster::views::Pod;

use crate::terms::evidence::Evidence;

/// The state that shows why a pod is not ready: a container that waits or has failed, or else a
/// condition of the pod, or else its phase.
pub fn unready_evidence(pod: Pod<'_>) -> Evidence {
    let (name, resource) = (pod.name(), pod.resource());
    let waiting = pod.containers().find_map(|it| Some((it, it.waiting_reason()?)));
    if let Some((container, reason)) = waiting {
        let note = format!("pod {name}: container {} is waiting: {reason}", container.name());
        return Evidence::seen(resource, container.span(), note);
    }
    let failed = pod.containers().find_map(|it| {
        Some((it, it.terminated().filter(|end| end.exit_code().is_some_and(|code| code != 0))?))
    });
    if let Some((container, end)) = failed {
        let note = format!("pod {name}: container {} failed: {}", container.name(), end.reason());
        return Evidence::seen(resource, end.span(), note);
    }
    let unscheduled = pod.condition("PodScheduled").filter(|it| it.is_false());
    let Some(condition) = unscheduled.or_else(|| pod.condition("Ready")) else {
        let note = format!("pod {name} is not ready: {}", pod.phase());
        return Evidence::field(resource, &["status", "phase"], note);
    };
    let note = format!("pod {name} is not ready: {}", condition.reason());
    Evidence::condition(resource, condition, note)
}
