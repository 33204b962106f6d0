//! `APIService`: one version of an API group, served by the kube-apiserver or by an aggregated API
//! server.

use std::borrow::Cow;

use super::condition::Condition;
use super::declare::view;
use crate::model::kinds::API_SERVICE;

view! {
    /// One APIService.
    ApiService: API_SERVICE
}

impl<'s> ApiService<'s> {
    /// The name: `v1.route.openshift.io`.
    pub fn name(self) -> &'s str {
        self.0.name()
    }

    /// The API group.
    pub fn group(self) -> Cow<'s, str> {
        self.0.text(&["spec", "group"]).unwrap_or_default()
    }

    /// Namespace and name of the Service that serves it; None if the kube-apiserver serves it
    /// itself.
    pub fn service(self) -> Option<(Cow<'s, str>, Cow<'s, str>)> {
        let service = self.0.at(&["spec", "service"])?;
        Some((service.text_at(&["namespace"])?, service.text_at(&["name"])?))
    }

    /// The condition `Available`.
    pub fn available(self) -> Option<Condition<'s>> {
        Condition::find(self.0, "Available")
    }
}
