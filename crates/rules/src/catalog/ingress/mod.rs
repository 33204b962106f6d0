//! Routers and the routes through them.

rules! {
}
