//! The macro that declares a typed view.

/// Declares a view: a copyable reference to a [`Resource`] of the given kinds.
macro_rules! view {
    ($(#[$doc:meta])* $name:ident: $($kind:path),+) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'s>(&'s $crate::model::resource::Resource);

        impl<'s> $crate::model::view::View<'s> for $name<'s> {
            const KINDS: &'static [&'static $crate::model::kind::Kind] = &[$(&$kind),+];

            fn of(resource: &'s $crate::model::resource::Resource) -> Self {
                Self(resource)
            }

            fn resource(self) -> &'s $crate::model::resource::Resource {
                self.0
            }
        }
    };
}
pub(super) use view;
