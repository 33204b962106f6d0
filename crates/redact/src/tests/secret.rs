//! Planted secrets: in each text, the part that must not be left.

use mustknow_testkit::planted_secrets::PLANTED_SECRETS;

use crate::search::redact;

#[test]
fn no_planted_secret_is_left() {
    assert!(PLANTED_SECRETS.len() >= 50);
    let mut left = Vec::new();
    for (text, secret) in PLANTED_SECRETS {
        assert!(text.contains(secret), "{text} holds {secret}");
        let clean = redact(text);
        if clean.contains(secret) || !clean.contains("<redacted: ") {
            left.push(format!("{secret} in {text}\n  -> {clean}"));
        }
    }
    assert!(left.is_empty(), "\n{}", left.join("\n"));
}

#[test]
fn text_next_to_a_secret_stays() {
    for (text, beside) in [
        ("password: |\n  hunter2\nuser: joe", "user: joe"),
        (r#"{"password":"hunter2","user":"joe"}"#, r#","user":"joe"}"#),
        ("GET /x?token=letmein&y=1 refused", "&y=1 refused"),
        ("stringData:\n  a: x1y2\nkind: X", "kind: X"),
        ("- name: DB_PASSWORD\n  value: letmein\n- name: PORT\n  value: \"1\"", "  value: \"1\""),
        ("apiVersion: v1\ndata:\n  user: am9l\nkind: Secret\nmetadata:\n  name: x", "  name: x"),
        (r#"msg="{\"password\":\"hunter2\",\"user\":\"joe\"}""#, r#"\",\"user\":\"joe\"}""#),
        ("dial https://joe:hunter2@x:443: connection refused", "@x:443: connection refused"),
        ("Authorization: Bearer abc-def-123\nerror: x509", "error: x509"),
        ("wrong password \"hunter2\" for joe", "\" for joe"),
    ] {
        let clean = redact(text);
        assert!(clean.contains(beside) && clean != text, "{text}\n  -> {clean}");
    }
}
