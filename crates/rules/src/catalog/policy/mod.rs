//! Policy engines and injectors that reach into the platform.

rules! {
    platform_pods_changed,
}
