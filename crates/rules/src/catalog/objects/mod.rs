//! Objects of any kind that are not well by their own status, and that no other rule reports.

rules! {
    custom_resource_unhealthy,
    unhealthy,
}
