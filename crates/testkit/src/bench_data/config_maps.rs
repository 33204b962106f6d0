//! ConfigMaps: bundles of authorities, dashboards, rules of Prometheus, configuration.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    item::object,
    managed::managed,
    text::{NOUNS, ca, sentence},
};
use crate::fixtures::{cluster::INSTALLED, encode::CA, namespace::configmap};

/// The ConfigMaps that every namespace has.
pub(super) fn everywhere(namespace: &str) -> [Value; 2] {
    let bundle = json!({"ca.crt": CA.repeat(4)});
    [
        configmap(namespace, "kube-root-ca.crt", bundle),
        configmap(namespace, "openshift-service-ca.crt", json!({"service-ca.crt": CA})),
    ]
}

/// A ConfigMap.
pub(super) fn config_map(namespace: &str, dice: &mut Dice) -> Value {
    let (word, tail) = (dice.word(&NOUNS), dice.letters(4));
    let (name, key, text) = match dice.roll(5) {
        0 => {
            let bundle: String = (0..8 + dice.roll(24)).map(|_| ca(dice)).collect();
            (format!("{word}-{tail}-ca-bundle"), "ca-bundle.crt", bundle)
        }
        1 => (format!("grafana-dashboard-{word}-{tail}"), "dashboard.json", dashboard(dice)),
        2 => (format!("{word}-{tail}-rulefiles-0"), "alerts.yaml", rules(dice)),
        3 => (format!("{word}-{tail}-config"), "config.yaml", config(dice)),
        _ => (format!("{word}-{tail}-script"), "run.sh", script(dice)),
    };
    let object = object("v1", "ConfigMap", namespace, &name, dice)
        .meta("labels", json!({"config.openshift.io/inject-trusted-cabundle": "true"}))
        .with("data", json!({key: text}))
        .build();
    managed(object, &[("cluster-operator", INSTALLED, &["metadata", "data"])])
}

fn dashboard(dice: &mut Dice) -> String {
    let mut text = String::from(
        "{\n    \"annotations\": {\n        \"list\": []\n    },\n    \"panels\": [\n",
    );
    let panels = 6 + dice.roll(12);
    for at in 0..panels {
        text.push_str(&format!(
            "        {{\n            \"datasource\": \"$datasource\",\n            \"fill\": 10,\n            \"id\": {at},\n            \"legend\": {{\n                \"show\": true,\n                \"values\": false\n            }},\n            \"targets\": [\n                {{\n                    \"expr\": \"sum(rate({}_{}_total{{namespace=\\\"$namespace\\\", job=\\\"{}\\\"}}[5m])) by (pod)\",\n                    \"format\": \"time_series\",\n                    \"refId\": \"{}\"\n                }}\n            ],\n            \"title\": \"{}\",\n            \"type\": \"graph\"\n        }}{}\n",
            dice.word(&NOUNS),
            dice.word(&NOUNS),
            dice.word(&NOUNS),
            dice.letters(2),
            sentence(dice, 4),
            if at + 1 < panels { "," } else { "" },
        ));
    }
    let uid = dice.hex(32);
    text.push_str(&format!(
        "    ],\n    \"refresh\": \"30s\",\n    \"uid\": \"{uid}\",\n    \"version\": 0\n}}"
    ));
    text
}

fn rules(dice: &mut Dice) -> String {
    let mut text = String::from("groups:\n- name: rules\n  rules:\n");
    for _ in 0..10 + dice.roll(30) {
        let (metric, label) = (dice.word(&NOUNS), dice.word(&NOUNS));
        text.push_str(&format!(
            "  - alert: Alert{}\n    annotations:\n      description: {}\n      runbook_url: https://github.com/openshift/runbooks/blob/master/alerts/{metric}.md\n      summary: {}\n    expr: |\n      sum by (namespace, {label}) (\n        rate({metric}_{label}_seconds_count{{job=\"{label}\"}}[5m])\n      ) > {}\n    for: {}m\n    labels:\n      severity: warning\n",
            dice.hex(6),
            sentence(dice, 20),
            sentence(dice, 6),
            dice.roll(1000),
            5 + dice.roll(25),
        ));
    }
    text
}

fn config(dice: &mut Dice) -> String {
    let mut text =
        String::from("apiVersion: operator.openshift.io/v1\nkind: GenericOperatorConfig\n");
    for _ in 0..20 + dice.roll(60) {
        let (word, other) = (dice.word(&NOUNS), dice.word(&NOUNS));
        text.push_str(&format!(
            "{word}{}:\n  {other}: \"{}\"\n  enabled: true\n",
            dice.roll(99),
            dice.base64(24)
        ));
    }
    text
}

fn script(dice: &mut Dice) -> String {
    let mut text = String::from("#!/bin/bash\nset -euo pipefail\n\n");
    for _ in 0..12 + dice.roll(40) {
        text.push_str(&format!(
            "# {}\nif [[ -f /etc/{}/{} ]]; then\n\techo \"{}\"\nfi\n",
            sentence(dice, 9),
            dice.word(&NOUNS),
            dice.hex(8),
            dice.hex(16)
        ));
    }
    text
}
