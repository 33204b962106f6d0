//! Services, and their Ingresses and load balancers.

rules! {
    ingress_backend_missing,
    ingress_without_class,
    load_balancer_not_removed,
    load_balancer_pending,
    selector_matches_nothing,
}
