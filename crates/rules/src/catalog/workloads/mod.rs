//! Deployments, StatefulSets, DaemonSets, Jobs, and their PodDisruptionBudgets.

rules! {
    cron_job_not_started,
    daemon_set_misplaced,
    daemon_set_pods_missing,
    disruption_budget_impossible,
    job_failed,
    pods_not_created,
    rollout_timed_out,
    scaled_to_zero,
    stateful_set_held_up,
}
