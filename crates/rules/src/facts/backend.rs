//! Who stands behind a Service that something calls.

use mustknow_gather::Lookup;
use mustknow_gather::kinds::{EndpointSlice, Endpoints, Service, View};
use mustknow_gather::snapshot::{Missing, Searched};
use mustknow_gather::time::Time;

use crate::case::Case;
use crate::evidence::{Evidence, Subject};

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
    pub fn of(case: &Case<'s>, namespace: &str, name: &str) -> Self {
        let service = case.look_up::<Service<'s>>(namespace, name);
        match &service {
            Lookup::Here(found) if found.of_type() == "ExternalName" => return Self::Outside,
            Lookup::Absent(searched) => return Self::NoService(searched.clone()),
            Lookup::Here(_) | Lookup::Unknown(_) => {}
        }
        let has_slice = || {
            case.within::<EndpointSlice<'s>>(namespace)
                .any(|slice| slice.is_of_service(name) && slice.ready() > 0)
        };
        match case.look_up::<Endpoints<'s>>(namespace, name) {
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
