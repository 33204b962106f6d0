//! Whether a Service that something calls has a ready endpoint.

use mustknow_cluster::Lookup;
use mustknow_cluster::model::hidden::{Masked, is_masked};
use mustknow_cluster::model::snapshot::{Missing, Searched};
use mustknow_cluster::model::time::Time;
use mustknow_cluster::model::view::View;
use mustknow_cluster::views::{EndpointSlice, Endpoints, Service};

use crate::terms::context::RuleContext;
use crate::terms::evidence::{Evidence, Subject};
use crate::terms::positions::with_key;
use crate::terms::verdict::Gap;

/// EndpointSlices by namespace and name of their Service.
struct SlicesByService;

/// The backend of a Service.
pub enum Backend<'s> {
    /// The Service has a ready address.
    Ready,
    /// The Service is a name outside the cluster.
    External,
    /// The Service has addresses, but none is ready.
    NotReady(Endpoints<'s>),
    /// The Service does not exist.
    NoService(Searched),
    /// The Service has no endpoints.
    NoEndpoints(Searched),
    /// The archive does not show it.
    Unknown(Missing),
}

impl<'s> Backend<'s> {
    /// The backend of the Service of that name. Needs Services, Endpoints and EndpointSlices.
    pub fn of(cx: &RuleContext<'s>, namespace: &str, name: &str) -> Self {
        let service = cx.look_up::<Service<'s>>(namespace, name);
        match &service {
            Lookup::Here(found) if found.of_type() == "ExternalName" => return Self::External,
            Lookup::Absent(searched) => return Self::NoService(searched.clone()),
            Lookup::Here(_) | Lookup::Unknown(_) => {}
        }
        let has_slice = || slices_of(cx, namespace, name).any(|slice| slice.ready() > 0);
        match cx.look_up::<Endpoints<'s>>(namespace, name) {
            Lookup::Here(found) if found.ready() > 0 => Self::Ready,
            // The API server uses EndpointSlices, so they have priority over Endpoints.
            _ if has_slice() => Self::Ready,
            Lookup::Here(found) => Self::NotReady(found),
            Lookup::Absent(searched) => Self::NoEndpoints(searched),
            Lookup::Unknown(missing) => Self::Unknown(missing),
        }
    }

    /// The backend, or why it is not known. Nothing can be called missing where names were masked.
    pub fn known(cx: &RuleContext<'s>, namespace: &str, name: &str) -> Result<Self, Gap> {
        let backend = Self::of(cx, namespace, name);
        match &backend {
            Self::Unknown(missing) => return Err(Gap::missing(missing)),
            Self::NoService(_) | Self::NoEndpoints(_) => {
                if is_masked(namespace) || is_masked(name) {
                    return Err(Masked::new("Service", &["metadata", "name"]).into());
                }
                for service in cx.within::<Service<'s>>(namespace) {
                    service.resource().visible_name()?;
                }
                for endpoints in cx.within::<Endpoints<'s>>(namespace) {
                    endpoints.resource().visible_name()?;
                }
            }
            Self::Ready | Self::External | Self::NotReady(_) => {}
        }
        Ok(backend)
    }

    /// What is wrong with the Service, with evidence, and since when; None if nothing is wrong or
    /// nothing is known.
    pub fn problem(
        &self,
        namespace: &str,
        name: &str,
    ) -> Option<(&'static str, Evidence, Option<Time>)> {
        match self {
            Self::NotReady(endpoints) => {
                let note = format!("no ready address, {} not ready", endpoints.not_ready());
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
            Self::Ready | Self::External | Self::Unknown(_) => None,
        }
    }
}

/// The EndpointSlices of a Service.
pub fn slices_of<'s>(
    cx: &RuleContext<'s>,
    namespace: &str,
    service: &str,
) -> impl Iterator<Item = EndpointSlice<'s>> {
    with_key::<SlicesByService, EndpointSlice<'s>, _, _>(cx, &(namespace, service), |slice| {
        Some((slice.resource().namespace(), slice.service()?))
    })
    .into_iter()
    .filter(move |it| it.resource().namespace() == namespace && it.is_of_service(service))
}
