//! Steps through the elements of a DER value (X.690), each by the tag that is expected there.

use der::asn1::AnyRef;
use der::{Decode, Reader, SliceReader, Tag, TagNumber};

/// The elements of one constructed value that are still to be read.
pub(super) struct DerReader<'d>(SliceReader<'d>);

impl<'d> DerReader<'d> {
    /// Reads the elements that `bytes` hold.
    pub(super) fn new(bytes: &'d [u8]) -> Option<Self> {
        SliceReader::new(bytes).ok().map(Self)
    }

    /// Whether every element was read.
    pub(super) fn is_finished(&self) -> bool {
        self.0.is_finished()
    }

    /// The next element, with its tag.
    pub(super) fn element(&mut self) -> Option<(Tag, &'d [u8])> {
        let element = AnyRef::decode(&mut self.0).ok()?;
        Some((element.header().tag(), element.value()))
    }

    /// The contents of the next element; None if it has another tag.
    pub(super) fn contents(&mut self, tag: Tag) -> Option<&'d [u8]> {
        self.element().and_then(|(found, contents)| (found == tag).then_some(contents))
    }

    /// The elements of the next element; None if it has another tag.
    pub(super) fn nested(&mut self, tag: Tag) -> Option<Self> {
        Self::new(self.contents(tag)?)
    }

    /// The contents of the next element if it has that tag. Otherwise it remains the next one.
    pub(super) fn optional(&mut self, tag: Tag) -> Option<&'d [u8]> {
        let is_next = Tag::peek(&self.0).is_ok_and(|found| found == tag);
        if is_next { self.contents(tag) } else { None }
    }

    /// The next element as it is encoded, tag and length included; it has to be a sequence.
    pub(super) fn encoded_sequence(&mut self) -> Option<&'d [u8]> {
        Tag::peek(&self.0).ok()?.assert_eq(Tag::Sequence).ok()?;
        self.0.tlv_bytes().ok()
    }
}

/// The tag `[number]` of a field that is tagged explicitly, or implicitly over a constructed type.
pub(super) const fn constructed(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: true, number: TagNumber(number) }
}

/// The tag `[number]` of a field that is tagged implicitly over a primitive type.
pub(super) const fn primitive(number: u32) -> Tag {
    Tag::ContextSpecific { constructed: false, number: TagNumber(number) }
}
