//! Ingress: routers, routes, load balancers and DNS records.

rules! {
    canary_failing,
    dns_not_ready,
    hairpin_risk,
    load_balancer_not_ready,
    no_replicas,
    nodes_missing,
    not_admitted,
    reload_failing,
    replicas_partial,
    route_api_down,
    route_not_admitted,
}
