//! The operators that a message of the ClusterVersion names, and their own conditions.
//!
//! Source: openshift/cluster-version-operator `pkg/cvo/internal/operatorstatus.go` and
//! `pkg/cvo/status.go` for the messages, `release-4.1` to `main`.

use mustknow_cluster::model::time::Time;
use mustknow_cluster::views::{ClusterOperator, Condition};

use crate::terms::context::RuleContext;
use crate::terms::quoting::name_list;

/// One operator that a message names.
#[derive(Clone)]
pub struct NamedOperator<'s> {
    /// Its name.
    pub name: String,
    /// Its ClusterOperator, if it was collected.
    pub object: Option<ClusterOperator<'s>>,
}

impl<'s> NamedOperator<'s> {
    /// The operators that `message` names, in its order.
    pub fn all(cx: &RuleContext<'s>, message: &str) -> Vec<Self> {
        operator_names(message)
            .into_iter()
            .map(|name| Self { object: cx.find("", &name), name })
            .collect()
    }

    /// Several as one phrase: `ClusterOperators dns and etcd`.
    pub fn phrase(several: &[Self]) -> String {
        let names: Vec<_> = several.iter().map(|it| it.name.as_str()).collect();
        match names.as_slice() {
            [] => "operators".to_owned(),
            [one] => format!("ClusterOperator/{one}"),
            all => format!("ClusterOperators {}", name_list(all)),
        }
    }

    /// Whether its condition of that type `is` so, if it was collected.
    pub fn is(&self, of_type: &str, is: impl Fn(Condition<'s>) -> bool) -> bool {
        self.condition(of_type).is_some_and(is)
    }

    /// Its condition of that type.
    pub fn condition(&self, of_type: &str) -> Option<Condition<'s>> {
        self.object?.condition(of_type)
    }

    /// Since when it has its condition of that type.
    pub fn since(&self, of_type: &str) -> Option<Time> {
        self.condition(of_type)?.since()
    }
}

/// The names of the operators in a message of the ClusterVersion.
pub fn operator_names(message: &str) -> Vec<String> {
    const BEFORE: [&str; 6] = [
        "Cluster operators ",
        "Cluster operator ",
        "these operators: ",
        "still updating: ",
        "waiting on ",
        "waiting up to 40 minutes on ",
    ];
    const AFTER: [&str; 8] =
        [" is ", " are ", " has ", " have ", " does ", " do ", " should ", " which "];
    let mut names: Vec<String> = Vec::new();
    for line in message.lines() {
        let Some(rest) = BEFORE.iter().find_map(|mark| Some(line.split_once(mark)?.1)) else {
            continue;
        };
        let end = AFTER.iter().filter_map(|mark| rest.find(mark)).min().unwrap_or(rest.len());
        let list = rest
            .get(..end)
            .unwrap_or(rest)
            .replace(" over 30 minutes", "")
            .replace(" over 90 minutes", "");
        for name in list.split(", ").flat_map(|part| part.split(" and ")).map(str::trim) {
            let is_name = !name.is_empty()
                && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
            if is_name && !names.iter().any(|known| known == name) {
                names.push(name.to_owned());
            }
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::operator_names;

    #[test]
    fn every_message_of_the_cluster_version_operator_is_parsed() {
        let cases: [(&str, &[&str]); 8] = [
            ("Cluster operator etcd is not available", &["etcd"]),
            ("Cluster operators dns, etcd are degraded", &["dns", "etcd"]),
            ("Cluster operator dns has not yet reported success", &["dns"]),
            ("Some cluster operators are still updating: dns, etcd", &["dns", "etcd"]),
            (
                "Unable to apply 4.14.1: wait has exceeded 40 minutes for these operators: etcd",
                &["etcd"],
            ),
            (
                "waiting on dns, etcd over 30 minutes and machine-config over 90 minutes which is \
                 longer than expected",
                &["dns", "etcd", "machine-config"],
            ),
            ("waiting on machine-config over 90 minutes which is longer", &["machine-config"]),
            ("Cluster operator dns is reporting a failure: Cluster operator x", &["dns"]),
        ];
        for (message, names) in cases {
            assert_eq!(operator_names(message), names, "{message}");
        }
    }
}
