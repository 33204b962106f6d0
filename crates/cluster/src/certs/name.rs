//! The label of the distinguished name of a subject or an issuer.

use std::borrow::Cow;

use der::Tag;
use der::oid::ObjectIdentifier;

use super::der_reader::DerReader;

/// How many characters of a name are stored.
const NAME_LIMIT: usize = 200;
const COMMON_NAME: &str = "CN";
/// How `openssl x509 -subject` abbreviates the attributes of a name.
const ABBREVIATIONS: [(ObjectIdentifier, &str); 11] = [
    (ObjectIdentifier::new_unwrap("2.5.4.3"), COMMON_NAME),
    (ObjectIdentifier::new_unwrap("2.5.4.5"), "serialNumber"),
    (ObjectIdentifier::new_unwrap("2.5.4.6"), "C"),
    (ObjectIdentifier::new_unwrap("2.5.4.7"), "L"),
    (ObjectIdentifier::new_unwrap("2.5.4.8"), "ST"),
    (ObjectIdentifier::new_unwrap("2.5.4.9"), "streetAddress"),
    (ObjectIdentifier::new_unwrap("2.5.4.10"), "O"),
    (ObjectIdentifier::new_unwrap("2.5.4.11"), "OU"),
    (ObjectIdentifier::new_unwrap("2.5.4.17"), "postalCode"),
    (ObjectIdentifier::new_unwrap("0.9.2342.19200300.100.1.25"), "DC"),
    (ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.1"), "Email"),
];

/// The label of the name in these bytes, which are an encoded sequence.
pub(super) fn label(encoded: &[u8]) -> Option<Box<str>> {
    let sets = attributes(encoded)?;
    let common = sets.iter().flatten().find(|attribute| attribute.name == COMMON_NAME);
    Some(match common.filter(|common| common.is_plain_text) {
        Some(common) => cut(&common.value),
        None => cut(&whole(&sets)),
    })
}

/// The common name in these bytes, which are an encoded sequence; None without one that is text.
pub(super) fn common(encoded: &[u8]) -> Option<String> {
    let attributes = attributes(encoded)?.into_iter().flatten();
    let common = attributes.into_iter().find(|attribute| attribute.name == COMMON_NAME)?;
    common.is_plain_text.then(|| cut(&common.value).into())
}

/// The text of a name, cut at the limit.
pub(super) fn cut(text: &str) -> Box<str> {
    text.chars().take(NAME_LIMIT).collect::<String>().into()
}

/// One attribute of a name.
struct NameAttribute<'d> {
    name: Cow<'static, str>,
    value: Cow<'d, str>,
    /// Whether the value is of a string type that is a subset of UTF-8.
    is_plain_text: bool,
}

/// The attributes of a name, in their sets (RelativeDistinguishedName).
fn attributes(encoded: &[u8]) -> Option<Vec<Vec<NameAttribute<'_>>>> {
    let mut sets = DerReader::new(encoded)?.nested(Tag::Sequence)?;
    let mut found = Vec::new();
    while !sets.is_finished() {
        let mut set = sets.nested(Tag::Set)?;
        let mut members = Vec::new();
        while !set.is_finished() {
            members.push(attribute(set.nested(Tag::Sequence)?)?);
        }
        found.push(members);
    }
    Some(found)
}

fn attribute(mut attribute: DerReader<'_>) -> Option<NameAttribute<'_>> {
    let oid = ObjectIdentifier::from_bytes(attribute.contents(Tag::ObjectIdentifier)?).ok()?;
    let (tag, value) = attribute.element()?;
    let abbreviation = ABBREVIATIONS.iter().find(|(known, _)| *known == oid);
    let is_subset_of_utf8 =
        matches!(tag, Tag::Utf8String | Tag::PrintableString | Tag::NumericString | Tag::Ia5String);
    Some(NameAttribute {
        name: abbreviation.map_or_else(|| oid.to_string().into(), |(_, short)| (*short).into()),
        value: text(tag, value),
        is_plain_text: is_subset_of_utf8 && str::from_utf8(value).is_ok(),
    })
}

/// The value as text, or in hexadecimal digits where its type is not a string type.
fn text(tag: Tag, value: &[u8]) -> Cow<'_, str> {
    match tag {
        Tag::Utf8String
        | Tag::PrintableString
        | Tag::NumericString
        | Tag::Ia5String
        | Tag::VisibleString
        | Tag::GeneralString
        | Tag::TeletexString
        | Tag::VideotexString => String::from_utf8_lossy(value),
        Tag::BmpString => {
            let (units, _) = value.as_chunks();
            let units: Vec<u16> = units.iter().copied().map(u16::from_be_bytes).collect();
            String::from_utf16_lossy(&units).into()
        }
        _ => {
            let digits = |digits: String, byte| digits + &format!("{byte:02X}");
            value.iter().fold(String::new(), digits).into()
        }
    }
}

/// The whole name: `O=Example, CN=example.com`.
fn whole(sets: &[Vec<NameAttribute<'_>>]) -> String {
    let set = |members: &Vec<NameAttribute<'_>>| {
        let written = members.iter().map(|one| format!("{}={}", one.name, one.value));
        written.collect::<Vec<_>>().join(" + ")
    };
    sets.iter().map(set).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn element(tag: u8, contents: &[u8]) -> Vec<u8> {
        [&[tag, u8::try_from(contents.len()).unwrap()], contents].concat()
    }

    fn name(attributes: &[(&str, u8, &[u8])]) -> Vec<u8> {
        let sets = attributes.iter().map(|(oid, tag, value)| {
            let oid = element(6, ObjectIdentifier::new_unwrap(oid).as_bytes());
            element(0x31, &element(0x30, &[oid, element(*tag, value)].concat()))
        });
        element(0x30, &sets.collect::<Vec<_>>().concat())
    }

    fn label_of(attributes: &[(&str, u8, &[u8])]) -> String {
        label(&name(attributes)).unwrap().into()
    }

    #[test]
    fn the_common_name_is_the_label() {
        assert_eq!(label_of(&[("2.5.4.10", 0x0c, b"x"), ("2.5.4.3", 0x13, b"*.y")]), "*.y");
    }

    #[test]
    fn without_a_common_name_the_whole_name_is_the_label() {
        let email = "1.2.840.113549.1.9.1";
        let parts: [(&str, u8, &[u8]); 5] = [
            ("2.5.4.6", 0x13, b"US"),
            (email, 0x16, b"a@b"),
            ("2.5.4.97", 0x0c, b"z"),
            ("2.5.4.11", 0x1e, &[0, b'q']),
            ("2.5.4.5", 0x02, &[0xab, 1]),
        ];
        assert_eq!(label_of(&parts), "C=US, Email=a@b, 2.5.4.97=z, OU=q, serialNumber=AB01");
        assert_eq!(label_of(&[]), "");
    }

    #[test]
    fn a_common_name_of_an_old_string_type_does_not_stand_alone() {
        assert_eq!(label_of(&[("2.5.4.3", 0x14, b"a\xff")]), "CN=a\u{fffd}");
        assert_eq!(label_of(&[("2.5.4.3", 0x0c, b"a\xff")]), "CN=a\u{fffd}");
    }

    #[test]
    fn bytes_that_are_not_a_name_give_none() {
        let whole = name(&[("2.5.4.3", 0x0c, b"a")]);
        for end in 0..whole.len() {
            assert!(label(&whole[..end]).is_none(), "{end}");
        }
        assert!(label(&element(0x30, &element(0x30, b""))).is_none());
    }
}
