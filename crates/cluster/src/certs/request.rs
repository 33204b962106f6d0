//! Reads who a certificate request (PKCS #10, RFC 2986) is for.

use der::Tag;

use super::der_reader::DerReader;
use super::{name, pem};

/// The longest value that is decoded, in bytes; requests of kubelets have about a thousand.
const VALUE_LIMIT: usize = 64 << 10;

/// The subject's common name in `spec.request`, which is PEM in base64; None when the value is not a
/// request, or has no common name.
pub(crate) fn requested_name(base64: &str) -> Option<String> {
    if base64.len() > VALUE_LIMIT {
        return None;
    }
    let der = pem::request(&pem::decode(base64.as_bytes())?)?;
    let mut info = DerReader::new(&der)?.nested(Tag::Sequence)?.nested(Tag::Sequence)?;
    let _version = info.contents(Tag::Integer)?;
    name::common(info.encoded_sequence()?)
}

#[cfg(test)]
mod tests {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;

    use super::*;

    /// A request of `openssl req -new` with the subject `O=system:nodes, CN=system:node:worker-0`.
    const REQUEST: &str = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlIeE1JR1lBZ0VBTURZeEZUQVRCZ05WQkFvTURITjVjM1JsYlRwdWIyUmxjekVkTUJzR0ExVUVBd3dVYzNsegpkR1Z0T201dlpHVTZkMjl5YTJWeUxUQXdXVEFUQmdjcWhrak9QUUlCQmdncWhrak9QUU1CQndOQ0FBUzZSTXZiCmlKcVlVTzdyWXNnQUV2elZYT09GQ0JUZXdWU0tRT3ZkZ3ZMbXRFUzR3S2lmV0hxL00wZ09MZkpGRmtUbXp2NmcKV2NIWks4a3N5THN0VkJzeG9BQXdDZ1lJS29aSXpqMEVBd0lEU0FBd1JRSWdSYUpqNzZiNnFwdmNFNG41REkzTgpLU0paYWxzMXBTSGRldGhKRnF6VEpNMENJUUNwRE9sTUptVC9lb2NFeWxyNHc3cXRNZG40Y3pwWU1kcE4xZExUCjRZVzAzUT09Ci0tLS0tRU5EIENFUlRJRklDQVRFIFJFUVVFU1QtLS0tLQo=";

    #[test]
    fn the_common_name_of_a_request_is_read() {
        assert_eq!(requested_name(REQUEST).as_deref(), Some("system:node:worker-0"));
    }

    #[test]
    fn a_damaged_request_has_no_name() {
        for text in ["", "WA==", "REDACTED", REQUEST.get(..REQUEST.len() / 2).unwrap()] {
            assert_eq!(requested_name(text), None, "{text}");
        }
        let certificate = STANDARD.decode(REQUEST).unwrap();
        let certificate = String::from_utf8(certificate).unwrap().replace(" REQUEST", "");
        assert_eq!(requested_name(&STANDARD.encode(certificate)), None);
        assert_eq!(requested_name(&"A".repeat(VALUE_LIMIT + 4)), None);
    }
}
