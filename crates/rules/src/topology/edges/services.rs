//! Services, the pods behind them, and what is reached through them.
//!
//! - kubernetes/api `core/v1/types.go`, `networking/v1/types.go`, `admissionregistration/v1/types.go`
//! - kubernetes/kube-aggregator `pkg/apis/apiregistration/v1/types.go`
//! - openshift/api `route/v1/types.go`

use std::borrow::Cow;

use mustknow_cluster::model::kinds::{
    API_SERVICE, CUSTOM_RESOURCE_DEFINITION, INGRESS, INGRESS_CLASS, MUTATING_WEBHOOK, ROUTE,
    SERVICE, VALIDATING_WEBHOOK,
};
use mustknow_cluster::model::resource::Resource;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{ApiService, Pod, Service, Webhook, WebhookConfiguration};
use mustknow_yaml::Value;

use crate::topology::dependency::{DependencyTarget, ObjectDependency, Relation};
use crate::topology::graph::Topology;

/// Namespace and name of a Service.
type ServiceName<'s> = (Cow<'s, str>, Cow<'s, str>);

pub(super) fn edges<'s>(
    graph: &Topology<'s>,
    object: &'s Resource,
    found: &mut Vec<ObjectDependency<'s>>,
) {
    let kind = object.key().kind;
    let namespace = object.namespace();
    let mut served =
        |services: Vec<ServiceName<'s>>| {
            found.extend(services.iter().map(|(namespace, name)| {
                graph.edge(Relation::ServedBy, &SERVICE, namespace, name)
            }));
        };
    if *kind == API_SERVICE {
        served(ApiService::of(object).service().into_iter().collect());
    } else if *kind == VALIDATING_WEBHOOK || *kind == MUTATING_WEBHOOK {
        let webhooks = WebhookConfiguration::of(object).webhooks();
        served(webhooks.filter_map(Webhook::service).collect());
    } else if *kind == CUSTOM_RESOURCE_DEFINITION {
        served(conversion(object).into_iter().collect());
    } else if *kind == INGRESS {
        let backends = backends(object).into_iter();
        found.extend(backends.map(|it| graph.edge(Relation::SendsTo, &SERVICE, namespace, &it)));
        let class = object.text(&["spec", "ingressClassName"]);
        found.extend(class.map(|it| graph.edge(Relation::Uses, &INGRESS_CLASS, "", &it)));
    } else if *kind == ROUTE {
        let service = object.text(&["spec", "to", "name"]);
        found.extend(service.map(|it| graph.edge(Relation::SendsTo, &SERVICE, namespace, &it)));
    } else if *kind == SERVICE {
        let pods = selected(graph, Service::of(object)).into_iter();
        found.extend(pods.map(|pod| ObjectDependency {
            relation: Relation::Selects,
            target: DependencyTarget::Here(pod.resource()),
        }));
    }
}

fn conversion(crd: &Resource) -> Option<ServiceName<'_>> {
    let service = crd.at(&["spec", "conversion", "webhook", "clientConfig", "service"])?;
    Some((service.text_at(&["namespace"])?, service.text_at(&["name"])?))
}

/// The Services that an Ingress names.
fn backends(ingress: &Resource) -> Vec<Cow<'_, str>> {
    let rules = ingress.at(&["spec", "rules"]).into_iter().flat_map(Value::items);
    let paths = rules.filter_map(|rule| rule.at(&["http", "paths"])).flat_map(Value::items);
    let of_paths = paths.filter_map(|path| path.get("backend"));
    let default = ingress.at(&["spec", "defaultBackend"]);
    of_paths.chain(default).filter_map(|it| it.text_at(&["service", "name"])).collect()
}

/// The pods that the labels of a Service select.
fn selected<'s>(graph: &Topology<'s>, service: Service<'s>) -> Vec<Pod<'s>> {
    let selector = service.selector();
    let is_selected = |pod: &Pod<'_>| {
        let has = |key: &str| pod.labels().and_then(|labels| labels.get(key)).and_then(Value::text);
        selector.iter().all(|(key, value)| has(key).as_ref() == Some(value))
    };
    let pods = graph.snapshot().within::<Pod<'s>>(service.resource().namespace());
    let pods = pods.filter(|pod| !pod.is_finished() && is_selected(pod));
    if selector.is_empty() { Vec::new() } else { pods.collect() }
}
