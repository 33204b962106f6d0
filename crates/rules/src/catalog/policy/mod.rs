//! Policy engines and injectors that change platform pods.

rules! {
    platform_pods_changed,
}
