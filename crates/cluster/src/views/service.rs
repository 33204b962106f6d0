//! `Service`: type, selector and load balancer.

use std::borrow::Cow;

use mustknow_yaml::Value;

use super::declare::view;
use crate::model::kinds::SERVICE;

view! {
    /// One Service.
    Service: SERVICE
}

impl<'s> Service<'s> {
    /// The type; `ClusterIP` if it is not set.
    pub fn of_type(self) -> Cow<'s, str> {
        self.0.text(&["spec", "type"]).unwrap_or(Cow::Borrowed("ClusterIP"))
    }

    /// The labels of its pods; empty if it has no selector.
    pub fn selector(self) -> Vec<(Cow<'s, str>, Cow<'s, str>)> {
        self.0
            .at(&["spec", "selector"])
            .into_iter()
            .flat_map(Value::entries)
            .filter_map(|(key, value)| Some((key, value.text()?)))
            .collect()
    }

    /// Whether a load balancer has assigned an address.
    pub fn has_balancer(self) -> bool {
        self.0.at(&["status", "loadBalancer", "ingress"]).is_some_and(|list| !list.is_empty())
    }
}
