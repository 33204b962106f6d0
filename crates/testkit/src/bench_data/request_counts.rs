//! APIRequestCounts: who asked for a kind in each of the last hours.

use serde_json::{Value, json};

use super::{dice::Dice, managed::managed, text::NOUNS};
use crate::fixtures::{
    cluster::{HEARTBEAT, MASTERS},
    object::ObjectBuilder,
};

/// The count of one kind, with so many users in each hour.
pub(super) fn request_count(name: &str, users: u64, dice: &mut Dice) -> Value {
    let hours: Vec<Value> = (0..24).map(|_| hour(users, dice)).collect();
    let object = ObjectBuilder::new("apiserver.openshift.io/v1", "APIRequestCount", name)
        .meta("generation", json!(1))
        .with("spec", json!({"numberOfUsersToReport": 10}))
        .with(
            "status",
            json!({
                "conditions": [], "currentHour": hour(users, dice), "last24h": hours,
                "requestCount": dice.roll(900_000),
            }),
        )
        .build();
    managed(object, &[("kube-apiserver", HEARTBEAT, &["spec", "status"])])
}

fn hour(users: u64, dice: &mut Dice) -> Value {
    let nodes: Vec<Value> = MASTERS
        .iter()
        .map(|master| {
            let users: Vec<Value> = (0..users).map(|_| user(dice)).collect();
            json!({"byUser": users, "nodeName": master.ip, "requestCount": dice.roll(9000)})
        })
        .collect();
    json!({"byNode": nodes, "requestCount": dice.roll(30_000)})
}

fn user(dice: &mut Dice) -> Value {
    let verbs: Vec<Value> = ["get", "list", "watch"]
        .into_iter()
        .take(1 + usize::try_from(dice.roll(3)).unwrap_or_default())
        .map(|verb| json!({"requestCount": dice.roll(500), "verb": verb}))
        .collect();
    json!({
        "byVerb": verbs,
        "requestCount": dice.roll(1500),
        "userAgent": format!("{}-operator/v0.0.0", dice.word(&NOUNS)),
        "username": format!("system:serviceaccount:openshift-{0}-operator:{0}-operator", dice.word(&NOUNS)),
    })
}
