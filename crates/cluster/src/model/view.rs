//! What a typed view of a kind has to offer.

use super::kind::Kind;
use super::resource::Resource;

/// A typed view of one or several kinds.
pub trait View<'s>: Copy {
    /// The kinds the view reads.
    const KINDS: &'static [&'static Kind];

    /// The view of an object of one of [`Self::KINDS`].
    fn of(resource: &'s Resource) -> Self;

    /// The object behind the view.
    fn resource(self) -> &'s Resource;
}
