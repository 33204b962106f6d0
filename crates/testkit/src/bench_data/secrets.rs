//! Secrets as inspect leaves them: certificates are kept, of all else only the length.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    item::object,
    managed::managed,
    text::{NOUNS, ca, chain},
};
use crate::fixtures::{
    cluster::INSTALLED,
    encode::{base64, elided},
};

/// A Secret; of what kind is as often as a cluster has them.
pub(super) fn secret(namespace: &str, dice: &mut Dice) -> Value {
    let word = dice.word(&NOUNS);
    let tail = dice.letters(5);
    match dice.roll(8) {
        0 | 1 => {
            let data = json!({".dockercfg": elided(dice_length(dice))});
            let name = format!("{word}-dockercfg-{tail}");
            build(namespace, &name, "kubernetes.io/dockercfg", data, dice)
        }
        2 => {
            let data = json!({"config.yaml": elided(dice_length(dice)), "token": elided(43)});
            build(namespace, &format!("{word}-{tail}"), "Opaque", data, dice)
        }
        3..=6 => {
            let data = json!({
                "ca.crt": base64(cas(dice).as_bytes()),
                "namespace": elided(namespace.len()),
                "service-ca.crt": base64(cas(dice).as_bytes()),
                "token": elided(dice_length(dice)),
            });
            let name = format!("{word}-token-{tail}");
            build(namespace, &name, "kubernetes.io/service-account-token", data, dice)
        }
        _ => {
            let data = json!({"tls.crt": base64((chain(dice) + &ca(dice)).as_bytes()), "tls.key": elided(1675)});
            build(namespace, &format!("{word}-{tail}-tls"), "kubernetes.io/tls", data, dice)
        }
    }
}

/// The bundle of authorities that a token of a service account comes with.
fn cas(dice: &mut Dice) -> String {
    (0..4).map(|_| ca(dice)).collect()
}

fn dice_length(dice: &mut Dice) -> usize {
    usize::try_from(200 + dice.roll(7000)).unwrap_or_default()
}

fn build(namespace: &str, name: &str, kind: &str, data: Value, dice: &mut Dice) -> Value {
    let annotations = json!({
        "kubernetes.io/service-account.name": "default",
        "kubernetes.io/service-account.uid": dice.uuid(),
        "openshift.io/token-secret.value": "",
    });
    let object = object("v1", "Secret", namespace, name, dice)
        .meta("annotations", annotations)
        .with("data", data)
        .with("type", json!(kind))
        .build();
    managed(object, &[("service-ca-operator", INSTALLED, &["metadata", "data", "type"])])
}
