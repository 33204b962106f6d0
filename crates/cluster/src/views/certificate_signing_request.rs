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
    /// The signer: `kubernetes.io/kube-apiserver-client-kubelet`.
    pub fn signer(self) -> Cow<'s, str> {
        self.0.text(&["spec", "signerName"]).unwrap_or_default()
    }

    /// Who asks.
    pub fn user(self) -> Cow<'s, str> {
        self.0.text(&["spec", "username"]).unwrap_or_default()
    }

    /// Whether nobody has approved or denied it. The API writes a status, if an empty one, into
    /// every request; without any, nobody can say.
    pub fn is_pending(self) -> bool {
        self.0.at(&["status"]).is_some()
            && !Condition::all(self.0)
                .any(|c| matches!(&*c.name(), "Approved" | "Denied" | "Failed"))
    }
}
