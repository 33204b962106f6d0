//! Routers and the routes through them.

rules! {
    canary_failing,
    dns_not_ready,
    load_balancer_not_ready,
    no_replicas,
    replicas_partial,
}
