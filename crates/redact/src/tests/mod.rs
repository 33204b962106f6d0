//! What is taken out, and what stays.

mod innocent;
mod secret;

use mustknow_testkit::planted_secrets::PLANTED_SECRETS;

use crate::search::redact;

/// A base64 line as the body of a key has.
const BODY: &str = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj";

#[test]
fn what_is_taken_out_is_named() {
    assert_eq!(redact("password: hunter2"), "password: <redacted: password>");
    assert_eq!(
        redact(r#"{"auths":{"quay.io":{"auth":"dXNlcjpwYXNz"}}}"#),
        r#"{"auths":{"quay.io":{"auth":"<redacted: credentials>"}}}"#
    );
    assert_eq!(
        redact("proxy http://squid:hunter2@10.0.0.1:3128 refused"),
        "proxy http://<redacted: credentials>@10.0.0.1:3128 refused"
    );
}

#[test]
fn lines_keep_their_numbers() {
    let text = format!("a: 1\nkey: |\n  -----BEGIN PRIVATE KEY-----\n  {BODY}\n  {BODY}\nb: 2");
    let clean = redact(&text);
    assert_eq!(clean.lines().count(), text.lines().count());
    assert!(clean.starts_with("a: 1\nkey: |\n") && clean.ends_with("\nb: 2"), "{clean}");
    assert!(!clean.contains("MII"), "{clean}");
}

#[test]
fn what_was_obfuscated_stays_as_it_is() {
    for (text, _) in PLANTED_SECRETS {
        let once = redact(text).into_owned();
        assert_eq!(redact(&once), once);
    }
}

#[test]
fn a_certificate_stays_and_a_key_below_it_goes() {
    let text = format!(
        "-----BEGIN CERTIFICATE-----\n{BODY}\nabcd==\n-----END CERTIFICATE-----\n\
         -----BEGIN EC PRIVATE KEY-----\n{BODY}\n-----END EC PRIVATE KEY-----\n"
    );
    let text = text.replacen("MIIEvQIBADAN", "MIIDdTCCAl2g", 1);
    let clean = redact(&text);
    assert_eq!(clean.matches("VJTUt9Us8cKj").count(), 1, "{clean}");
    assert!(clean.contains("MIIDdTCCAl2g") && clean.contains("abcd=="), "{clean}");
}

#[test]
fn no_long_text_hangs() {
    let seeds = [
        "password:",
        "secret: [",
        "token:{",
        "-----BEGIN PRIVATE KEY-----",
        "-----END ",
        "eyJ",
        "authorization: ",
        "kind: Secret data:{",
        "password: null\n  ",
        "login -p",
        "x://a:b@",
        "=",
        "mysql://a:b",
        "--token ",
        "curl -u ",
        "\\\"password\\\":\\\"",
        "A",
        "- ",
        "' secret='",
        "\u{e9}:",
        "stringData:\n ",
        "tokens: [",
    ];
    for seed in seeds {
        let _ = redact(&seed.repeat((1 << 18) / seed.len()));
    }
}

#[test]
fn no_cut_of_a_text_breaks_it() {
    for (text, _) in PLANTED_SECRETS {
        for (at, _) in text.char_indices() {
            let (head, tail) = text.split_at(at);
            let _ = (redact(head), redact(tail));
        }
    }
}

#[test]
fn a_proxy_that_cannot_be_parsed_shows_no_password() {
    for text in [
        "httpProxy: http://user:/S3cr3t-w0rd@proxy.example.com:3128",
        "httpsProxy: 'http://user:S3cr3t/w@rd#?@proxy.example.com:3128'",
        "HTTPS_PROXY=http://user:S3cr3t:w0rd@proxy.example.com:3128",
        r"http_proxy: CORP\user:S3cr3t-w0rd@proxy.example.com:3128",
        r#"{"name":"HTTP_PROXY","value":"http://user:/S3cr3t-w0rd@proxy.example.com"}"#,
        r#"invalid httpProxy URI: parse "http://user:/S3cr3t@proxy.example.com:3128": invalid port ":" after host"#,
        r#"message: "parse \"http://user:a/S3cr3t@proxy.example.com\": invalid port \":a\" after host""#,
        r#"parse "http://user:S3cr3t/@proxy:3128": invalid port ":S3cr3t" after host"#,
    ] {
        let clean = redact(text);
        assert!(!clean.contains("S3cr3t"), "{clean}");
    }
    for plain in [
        "httpProxy: http://proxy.example.com:3128",
        "noProxy: .cluster.local,.svc,10.0.0.0/16",
        "image: quay.io/openshift/kube-proxy:v4@sha256:0de353901f9ab5ecb14c2583d16d24561df23d1bf46",
        r#"parse "https://api.example.com:6443": invalid character"#,
    ] {
        assert_eq!(redact(plain), plain);
    }
}
