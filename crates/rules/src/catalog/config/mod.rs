//! Settings of the whole cluster that have consequences later.

rules! {
    audit_disabled,
    feature_set_blocks_updates,
}
