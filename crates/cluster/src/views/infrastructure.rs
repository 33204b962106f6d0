//! Cluster-wide settings in `config.openshift.io`.

use std::borrow::Cow;

use super::declare::view;
use crate::model::kinds::{AUTHENTICATION_CONFIG, INFRASTRUCTURE};

view! {
    /// The Infrastructure `cluster`.
    Infrastructure: INFRASTRUCTURE
}

view! {
    /// The Authentication `cluster` in `config.openshift.io`.
    AuthenticationConfig: AUTHENTICATION_CONFIG
}

impl<'s> Infrastructure<'s> {
    /// The platform: `AWS`, `BareMetal`, `None`, ...
    pub fn platform(self) -> Option<Cow<'s, str>> {
        self.0
            .text(&["status", "platformStatus", "type"])
            .or_else(|| self.0.text(&["status", "platform"]))
    }

    /// `HighlyAvailable`, `SingleReplica`, `External`, ...
    pub fn control_plane_topology(self) -> Option<Cow<'s, str>> {
        self.0.text(&["status", "controlPlaneTopology"])
    }
}

impl AuthenticationConfig<'_> {
    /// Whether an external OIDC provider authenticates users, so that the cluster runs no OAuth
    /// server.
    pub fn is_external_oidc(self) -> bool {
        self.0.text(&["spec", "type"]).as_deref() == Some("OIDC")
    }
}
