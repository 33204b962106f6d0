//! `CertificateSigningRequest`.

use std::borrow::Cow;

use super::condition::Condition;
use super::declare::view;
use crate::certs::requested_name;
use crate::model::kinds::CERTIFICATE_SIGNING_REQUEST;

view! {
    /// One CertificateSigningRequest.
    CertificateSigningRequest: CERTIFICATE_SIGNING_REQUEST
}

impl<'s> CertificateSigningRequest<'s> {
    /// `spec.signerName`: `kubernetes.io/kube-apiserver-client-kubelet`.
    pub fn signer(self) -> Cow<'s, str> {
        self.0.text(&["spec", "signerName"]).unwrap_or_default()
    }

    /// `spec.username`: who created the request.
    pub fn user(self) -> Cow<'s, str> {
        self.0.text(&["spec", "username"]).unwrap_or_default()
    }

    /// The name that the machine has, or will have, as a node: that of the request itself, or else
    /// that of its creator. The first request of a machine is created by a bootstrap account.
    pub fn node(self) -> Option<String> {
        let requested = self.0.text(&["spec", "request"]).and_then(|it| requested_name(&it));
        let is_of_node = |name: &str| {
            let node = name.strip_prefix("system:node:")?;
            (!node.is_empty()).then(|| node.to_owned())
        };
        requested.as_deref().and_then(is_of_node).or_else(|| is_of_node(&self.user()))
    }

    /// Whether it is neither approved nor denied. The API server writes a status into every
    /// request, even if it is empty; a request without one does not count as pending.
    pub fn is_pending(self) -> bool {
        self.0.at(&["status"]).is_some()
            && !Condition::all(self.0)
                .any(|c| matches!(&*c.name(), "Approved" | "Denied" | "Failed"))
    }
}
