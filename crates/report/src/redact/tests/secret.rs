//! Planted secrets: in each text, the part that must not be left.

use crate::redact::search::redact;

/// A text, and what must be gone from it.
pub(super) const TABLE: &[(&str, &str)] = &[
    // By name, as YAML writes it.
    ("password: hunter2", "hunter2"),
    ("  bindPassword: correct horse battery", "horse"),
    ("password: \"p@ss \\\"word\"", "p@ss"),
    ("password: 'it''s me'", "s me"),
    ("- password: 12345678", "12345678"),
    ("password: |\n  first-line\n  second-line\nuser: joe", "second-line"),
    ("password: first\n  second\nuser: joe", "second"),
    ("passphrase: !!str opensesame", "opensesame"),
    ("token: abcdef.0123456789abcdef", "0123456789abcdef"),
    ("token:\n  justtheword\nuser: joe", "justtheword"),
    ("    client-key-data: MHcCAQEEIBmPX0Zk1zJ5sD2Qw8eR7tYuIoPaSdFgHjKlZxCvBnM1", "BmPX0Zk1"),
    ("clientSecret: abcd-efgh-ijkl", "efgh"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "wJalrXUtnFEMI"),
    ("apiKey: 0f3d9c", "0f3d9c"),
    (
        "  .dockerconfigjson: eyJhdXRocyI6eyJxdWF5LmlvIjp7ImF1dGgiOiJkWE5sY2pwd1lYTnoifX19",
        "eyJhdXRo",
    ),
    ("pullSecret: '{\"auths\":{\"x\":{\"auth\":\"dXNlcjpwYXNzd29yZA==\"}}}'", "dXNlcjpwYXNz"),
    ("stringData:\n  a: opensesame\n  b:\n    - deep\nkind: X", "opensesame"),
    ("stringData:\n  a: opensesame\n  b:\n    - deepdeep\nkind: X", "deepdeep"),
    ("apiVersion: v1\ndata:\n  user: am9l\nkind: Secret\n", "am9l"),
    ("      DB_PASSWORD:  letmein", "letmein"),
    ("passwordHash: 5f4dcc3b5aa765d61d8327deb882cf99", "5f4dcc3b"),
    ("connectionString: Server=db;Uid=sa;Pwd=x1y2z3", "x1y2z3"),
    // As JSON writes it, once or several times over.
    (r#"{"password":"hunter2","user":"joe"}"#, "hunter2"),
    (r#"{"token": "abc def", "x": 1}"#, "abc def"),
    (r#"{"access_token":"2YotnFZFEjr1zCsicMWpAA"}"#, "2Yotn"),
    (r#"msg="{\"password\":\"hunter2\",\"user\":\"joe\"}""#, "hunter2"),
    (r#"{\\\"secretKey\\\":\\\"hunter2\\\"}"#, "hunter2"),
    (r#"{"kind":"Secret","data":{"foo":"YmFy"}}"#, "YmFy"),
    (
        r#"last-applied: {\"apiVersion\":\"v1\",\"data\":{\"foo\":\"YmFy\"},\"kind\":\"Secret\"}"#,
        "YmFy",
    ),
    (r#"{"stringData":{"foo":"opensesame"}}"#, "opensesame"),
    (r#"{"auths":{"quay.io":{"auth":"dXNlcjpwYXNz","email":"a@b.c"}}}"#, "dXNlcjpwYXNz"),
    (r#"{"private_key_id":"0123456789abcdef0123456789abcdef01234567"}"#, "0123456789abcdef"),
    (
        r#"{"private_key":"-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqh\nabc=\n-----END PRIVATE KEY-----\n"}"#,
        "MIIEvQ",
    ),
    (r#"{"password":12345678}"#, "12345678"),
    (r#"{"passwords":["one1","two2"]}"#, "two2"),
    // Variables of an environment.
    ("- name: DB_PASSWORD\n  value: letmein", "letmein"),
    ("- name: API_TOKEN\n  value: \"123456789\"", "123456789"),
    ("- name: THE_SECRET_OF_IT\n  value: plain", "plain"),
    ("- name: LICENSE_KEY\n  value: aaa-bbb", "aaa-bbb"),
    (r#"{"name":"MY_TOKEN","value":"letmein"}"#, "letmein"),
    ("&EnvVar{Name:DB_PASSWORD,Value:letmein,ValueFrom:nil,}", "letmein"),
    ("export GITHUB_TOKEN=letmein", "letmein"),
    ("SECRET_FOR_WEBHOOK=letmein", "letmein"),
    // Arguments.
    ("- --password=hunter2", "hunter2"),
    ("- --password=with spaces, and more", "more"),
    ("- \"--client-secret=hunter2\"", "hunter2"),
    ("- --token\n- hunter2", "hunter2"),
    (r#"["--password","hunter2"]"#, "hunter2"),
    ("oc login --token hunter2 --server x", "hunter2"),
    ("podman login -u joe -p hunter2 quay.io", "hunter2"),
    ("curl -k -u joe:hunter2 https://x", "hunter2"),
    ("mysql -uroot -phunter2 db", "hunter2"),
    ("sshpass -p hunter2 ssh x", "hunter2"),
    ("oc create secret generic x --from-literal=foo=hunter2", "hunter2"),
    (":password => \"hunter2\"", "hunter2"),
    ("<adminPassword>hunter2</adminPassword>", "hunter2"),
    ("routing_key: 0123456789abcdef0123456789abcdef", "0123456789"),
    // URLs and headers.
    ("https://joe:hunter2@git.example.com/x.git", "hunter2"),
    ("postgres://joe:hun/ter2@db:5432/x", "ter2"),
    ("https://0123456789abcdefghij@github.com/x", "0123456789abcdefghij"),
    ("joe:hunter2@tcp(db:3306)/x", "hunter2"),
    ("GET /x?token=letmein&y=1", "letmein"),
    ("https://x.blob.core.windows.net/y?sv=1&sig=abcdefghijklmnopqrstuvwx%3D", "abcdefghijkl"),
    ("https://x?X-Amz-Signature=0123456789abcdef0123456789abcdef", "0123456789abcdef"),
    ("Authorization: Bearer letmein123", "letmein123"),
    ("Authorization: Basic dXNlcjpwYXNz", "dXNlcjpwYXNz"),
    ("headers: map[Authorization:[Bearer abc-def-123] Accept:[*/*]]", "abc-def-123"),
    ("curl -H 'Authorization: token 0a1b2c3d'", "0a1b2c3d"),
    ("sent bearer 0a1b2c3d4e5f6 twice", "0a1b2c3d4e5f6"),
    ("Set-Cookie: session=abcdef; Path=/", "abcdef"),
    ("X-Api-Key: abcdef", "abcdef"),
    ("https://hooks.slack.com/services/T00/B00/XXabc", "XXabc"),
    // Sentences.
    ("login failed with password: hunter2", "hunter2"),
    ("wrong password \"hunter2\" for joe", "hunter2"),
    ("level=info msg=x token=abcdefgh", "abcdefgh"),
    ("config {Username:joe Password:hunter2 Port:1}", "hunter2"),
    ("map[password:hunter2 user:joe]", "hunter2"),
    ("ALTER USER joe IDENTIFIED BY 'hunter2'", "hunter2"),
    ("machine x login joe password hunter2", "hunter2"),
    ("requirepass hunter2", "hunter2"),
    ("invalid token: abcd1234efgh", "abcd1234efgh"),
    ("the token \"abcd1234efgh\" has expired", "abcd1234efgh"),
    ("using token 0a1B2c3D4e5F6 now", "0a1B2c3D4e5F6"),
    // By looks.
    ("x eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJqb2UifQ.c2lnbmF0dXJl y", "eyJzdWIi"),
    ("x sha256~mUJ3yM1pIvmDS1a9NN2ZQ2OmAdsX8dE y", "mUJ3yM1p"),
    ("x AKIAIOSFODNN7EXAMPLE y", "AKIA"),
    ("x ASIAIOSFODNN7EXAMPLE y", "ASIA"),
    ("x AIzaSyA-0123456789abcdefghijklmnopqrstu y", "AIza"),
    ("x abc8Q~abcdefghijklmnopqrstuvwxyz01234567 y", "8Q~"),
    ("x ghp_0123456789abcdefghijklmnopqrstuvwxyz y", "ghp_"),
    ("x glpat-0123456789abcdefghij y", "glpat"),
    ("x xoxb-123456789012-abcdefghijkl y", "xoxb"),
    ("x hvs.CAESIJ0123456789abcdefghijkl y", "hvs"),
    ("x dckr_pat_0123456789abcdefghijklm y", "dckr"),
    ("joe:$apr1$abcdefgh$0123456789abcdefghij/.", "abcdefgh"),
    ("joe:$2y$05$abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQ", "abcdefghij"),
    ("joe:$6$saltsalt$0123456789abcdefghij/.", "0123456789"),
    ("joe:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=", "5en6"),
    ("using bootstrap token \"abcdef.0123456789abcdef\"", "0123456789abcdef"),
    ("ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ== joe", "AAAAB3"),
    // Keys, and parts of them.
    (
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmU\n-----END OPENSSH PRIVATE KEY-----",
        "b3Blbn",
    ),
    ("-----BEGIN RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA0123\nabcdefghijklmn", "abcdefghijklmn"),
    (
        "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X,Y\n\nMIIEpAIBAAKCAQEA0123\nabcdef",
        "MIIE",
    ),
    (
        "-----BEGIN PGP PRIVATE KEY BLOCK-----\n\nlQOYBFabcdefghijklm\n-----END PGP PRIVATE KEY BLOCK-----",
        "lQOYBF",
    ),
    (
        "  VJTUt9Us8cKjMIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSj\n  AgEAAoIBAQC7VJTUt9Us8cKjMIIEvQIBADANBgkqhkiG9w0BAQEF",
        "AgEAAo",
    ),
    ("x: VJTUt9Us8cKjMIIEvQIBADANBgkq\\nabcdefgh\\n-----END PRIVATE KEY-----", "abcdefgh"),
    (
        "tls.key: LS0tLS1CRUdJTiBQUklWQVRFIEtFWS0tLS0tCk1JSUV2UUlCQURBTkJna3Foa2lHOXcwQkFRRUZBQVND",
        "LS0tLS1C",
    ),
    ("foo: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQpNSUlFcEFJQkFBS0NBUUVB", "LS0tLS1C"),
    ("x MIIEpAIBAAKCAQEA0123456789abcdefghij y", "MIIEpA"),
    ("source: data:text/plain;charset=utf-8;base64,aHVudGVyMgpodW50ZXIyCg==", "aHVudGVy"),
    ("source: data:,password%3Dhunter2%0Amore", "hunter2"),
    // A kubeconfig in base64: `token: sha256~...`.
    ("kubeconfig: dXNlcnM6Ci0gbmFtZTogam9lCiAgdXNlcjoKICAgIHRva2VuOiBodW50ZXIyCg==", "dXNlcnM6"),
    ("foo=dXNlcnM6Ci0gbmFtZTogam9lCiAgdXNlcjoKICAgIHRva2VuOiBodW50ZXIyCg==", "dXNlcnM6"),
];

#[test]
fn no_planted_secret_is_left() {
    assert!(TABLE.len() >= 50);
    let mut left = Vec::new();
    for (text, secret) in TABLE {
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
