//! `Endpoints` and `EndpointSlice`: which addresses of a Service are ready.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::declare::view;
use crate::model::kinds::{ENDPOINT_SLICE, ENDPOINTS};
use crate::model::time::{self, Time};

view! {
    /// The Endpoints of one Service, which have the name of the Service.
    Endpoints: ENDPOINTS
}

view! {
    /// Some of the endpoints of one Service.
    EndpointSlice: ENDPOINT_SLICE
}

impl<'s> Endpoints<'s> {
    /// How many addresses are ready.
    pub fn ready(self) -> usize {
        self.count("addresses")
    }

    /// How many addresses are not ready.
    pub fn not_ready(self) -> usize {
        self.count("notReadyAddresses")
    }

    /// When the last change of a pod or Service updated it, if the annotation is set.
    pub fn changed(self) -> Option<Time> {
        time::rfc3339(&self.0.annotation("endpoints.kubernetes.io/last-change-trigger-time")?)
    }

    fn count(self, field: &str) -> usize {
        self.subsets().map(|subset| subset.get(field).map_or(0, Value::len)).sum()
    }

    fn subsets(self) -> impl Iterator<Item = Value<'s>> {
        self.0.at(&["subsets"]).into_iter().flat_map(Value::items)
    }
}

impl<'s> EndpointSlice<'s> {
    /// The Service that it belongs to, according to its label.
    pub fn service(self) -> Option<Cow<'s, str>> {
        self.0.label("kubernetes.io/service-name")
    }

    /// Whether it belongs to that Service.
    pub fn is_of_service(self, name: &str) -> bool {
        self.service().as_deref() == Some(name)
    }

    /// How many endpoints are ready; an endpoint without the condition counts as ready.
    pub fn ready(self) -> usize {
        self.0
            .at(&["endpoints"])
            .into_iter()
            .flat_map(Value::items)
            .filter(|endpoint| {
                endpoint.at(&["conditions", "ready"]).and_then(Value::as_bool) != Some(false)
            })
            .count()
    }
}
