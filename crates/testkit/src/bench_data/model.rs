//! Who lives in the cluster: namespaces, their workloads, and the pods of those.

use std::collections::BTreeSet;

use super::{dice::Dice, text::NOUNS};
use crate::fixtures::{
    cluster::{Machine, machines},
    operators::OPERATORS,
};

/// One namespace.
pub(super) struct GeneratedNamespace {
    pub(super) name: String,
    /// How much it holds, compared with the others.
    pub(super) weight: u64,
    pub(super) workloads: Vec<GeneratedWorkload>,
}

/// Pods of one kind.
pub(super) struct GeneratedWorkload {
    pub(super) namespace: String,
    pub(super) name: String,
    /// The hash in the name of its ReplicaSet.
    pub(super) hash: String,
    pub(super) port: u64,
    pub(super) containers: Vec<String>,
    pub(super) pods: Vec<GeneratedPod>,
}

/// One pod.
pub(super) struct GeneratedPod {
    pub(super) name: String,
    pub(super) machine: Machine,
    pub(super) ip: String,
}

impl GeneratedWorkload {
    /// The name of its present ReplicaSet.
    pub(super) fn replica_set(&self) -> String {
        format!("{}-{}", self.name, self.hash)
    }
}

/// Makes up `count` namespaces with `pods` pods together, besides those in `taken`.
pub(super) fn namespaces(
    seed: u64,
    count: u64,
    pods: u64,
    taken: &BTreeSet<String>,
) -> Vec<GeneratedNamespace> {
    let dice = &mut Dice::of(seed, "namespaces");
    let mut names: Vec<String> = Vec::new();
    let known: BTreeSet<&str> =
        OPERATORS.iter().flat_map(|operator| operator.namespaces).copied().collect();
    names
        .extend(known.iter().filter(|name| !taken.contains(**name)).map(|name| (*name).to_owned()));
    names.truncate(usize::try_from(count).unwrap_or(usize::MAX));
    while (names.len() as u64) < count {
        names.push(format!("{}-{}-{}", dice.word(&NOUNS), dice.word(&NOUNS), dice.letters(4)));
    }
    names.sort();
    let weighted: Vec<(String, u64)> = names
        .into_iter()
        .map(|name| {
            let roll = dice.roll(100);
            (name, 10 + roll * roll / 150)
        })
        .collect();
    let all = weighted.iter().map(|(_, weight)| weight).sum();
    weighted
        .into_iter()
        .map(|(name, weight)| {
            let workloads = workloads(&name, part(pods, weight, all).max(1), dice);
            GeneratedNamespace { name, weight, workloads }
        })
        .collect()
}

/// The part of `total` that falls to one of `all` weights.
pub(super) fn part(total: u64, weight: u64, all: u64) -> u64 {
    let exact = u128::from(total) * u128::from(weight) / u128::from(all.max(1));
    u64::try_from(exact).unwrap_or(u64::MAX)
}

fn workloads(namespace: &str, pods: u64, dice: &mut Dice) -> Vec<GeneratedWorkload> {
    let machines: Vec<Machine> = machines().collect();
    let mut made = Vec::new();
    let mut left = pods;
    if namespace == "openshift-ovn-kubernetes" {
        made.push(workload(namespace, "ovnkube-node", &machines, dice));
        left = left.saturating_sub(6);
    }
    let mut names = BTreeSet::new();
    while left > 0 {
        let name = format!("{}-{}", dice.word(&NOUNS), dice.word(&NOUNS));
        if !names.insert(name.clone()) {
            continue;
        }
        let count = (1 + dice.roll(3)).min(left);
        let hosts: Vec<Machine> =
            (0..count).filter_map(|_| dice.pick(&machines).copied()).collect();
        made.push(workload(namespace, &name, &hosts, dice));
        left -= count;
    }
    made
}

fn workload(namespace: &str, name: &str, hosts: &[Machine], dice: &mut Dice) -> GeneratedWorkload {
    let hash = dice.hex(10);
    let mut containers = vec![dice.word(&NOUNS).to_owned()];
    if dice.roll(4) == 0 {
        containers.push("kube-rbac-proxy".to_owned());
    }
    let pods = hosts.iter().map(|machine| GeneratedPod {
        name: format!("{name}-{hash}-{}", dice.letters(5)),
        machine: *machine,
        ip: format!(
            "10.128.{}.{}",
            u64::from(2 * machine.number) + dice.roll(2),
            4 + dice.roll(250)
        ),
    });
    let pods = pods.collect();
    GeneratedWorkload {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        hash,
        port: 8000 + dice.roll(1500),
        containers,
        pods,
    }
}
