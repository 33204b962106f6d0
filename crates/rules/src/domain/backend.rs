//! Who stands behind a Service that something calls.

use mustknow_cluster::Lookup;
use mustknow_cluster::model::snapshot::{Missing, Searched};
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{EndpointSlice, Endpoints, Service};

use crate::engine::context::RuleContext;
use crate::engine::evidence::{Evidence, Subject};

/// Who stands behind a Service.
pub enum Backend<'s> {
    /// A ready address.
    Answers,
    /// A name outside the cluster.
    Outside,
    /// Addresses of which none is ready.
    NotReady(Endpoints<'s>),
    /// The Service does not exist.
    NoService(Searched),
    /// The Service has no endpoints.
    NoEndpoints(Searched),
    /// It cannot be said.
    Unknown(Missing),
}

impl<'s> Backend<'s> {
    /// Who stands behind the Service of that name. Needs services, endpoints and their slices.
    pub fn of(cx: &RuleContext<'s>, namespace: &str, name: &str) -> Self {
        let service = cx.look_up::<Service<'s>>(namespace, name);
        match &service {
            Lookup::Here(found) if found.of_type() == "ExternalName" => return Self::Outside,
            Lookup::Absent(searched) => return Self::NoService(searched.clone()),
            Lookup::Here(_) | Lookup::Unknown(_) => {}
        }
        let has_slice = || {
            cx.within::<EndpointSlice<'s>>(namespace)
                .any(|slice| slice.is_of_service(name) && slice.ready() > 0)
        };
        match cx.look_up::<Endpoints<'s>>(namespace, name) {
            Lookup::Here(found) if found.ready() > 0 => Self::Answers,
            // The slices are what the API server follows: they go before.
            _ if has_slice() => Self::Answers,
            Lookup::Here(found) => Self::NotReady(found),
            Lookup::Absent(searched) => Self::NoEndpoints(searched),
            Lookup::Unknown(missing) => Self::Unknown(missing),
        }
    }

    /// What is wrong with the Service, where it stands, and since when; None when nothing is, or
    /// nobody can say.
    pub fn silence(
        &self,
        namespace: &str,
        name: &str,
    ) -> Option<(&'static str, Evidence, Option<Time>)> {
        match self {
            Self::NotReady(endpoints) => {
                let note = format!("no address is ready, {} are not", endpoints.not_ready());
                let place = Evidence::field(endpoints.resource(), &["subsets"], note);
                Some(("has no ready address", place, endpoints.changed()))
            }
            Self::NoService(searched) => {
                let service = Subject::namespaced("Service", namespace, name);
                Some(("does not exist", Evidence::missing(service, searched), None))
            }
            Self::NoEndpoints(searched) => {
                let endpoints = Subject::namespaced("Endpoints", namespace, name);
                Some(("has no endpoints", Evidence::missing(endpoints, searched), None))
            }
            Self::Answers | Self::Outside | Self::Unknown(_) => None,
        }
    }
}
