//! `CertificateSigningRequest`.

use std::borrow::Cow;

use super::condition::Condition;
use super::declare::view;
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

    /// Whether it is neither approved nor denied. The API server writes a status into every
    /// request, even if it is empty; a request without one does not count as pending.
    pub fn is_pending(self) -> bool {
        self.0.at(&["status"]).is_some()
            && !Condition::all(self.0)
                .any(|c| matches!(&*c.name(), "Approved" | "Denied" | "Failed"))
    }
}
