//! How many pods there are, and how they are spread over Deployments, namespaces and nodes.

use crate::bench_data::Dice;

/// How many pods run on one node.
const PODS_OF_A_NODE: usize = 100;
/// The words that names are made of.
const WORDS: [&str; 12] = [
    "cart", "mail", "search", "ledger", "invoice", "profile", "report", "stock", "login", "audit",
    "price", "queue",
];

/// How many crash-looping pods there are, and how they are spread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CrashLoopPattern {
    /// How many pods.
    pub pods: usize,
    /// How many pods each Deployment has; 0 for pods without an owner.
    pub replicas: usize,
    /// How many namespaces they are in.
    pub namespaces: usize,
}

/// Pods of one Deployment, or one pod without an owner.
pub(super) struct CrashingWorkload {
    pub(super) namespace: String,
    pub(super) name: String,
    /// The hash in the name of its ReplicaSet; None without a Deployment.
    pub(super) hash: Option<String>,
    pub(super) image: String,
    pub(super) pods: Vec<CrashingPod>,
    pub(super) crash: Crash,
}

/// One crash-looping pod.
pub(super) struct CrashingPod {
    pub(super) name: String,
    pub(super) node: String,
    pub(super) ip: String,
}

/// Why a container ends.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Crash {
    /// Its program ends with an error and writes why.
    WithMessage,
    /// Its program ends with an error and writes nothing.
    Silent,
    /// Its liveness probe fails.
    Probe,
}

impl CrashLoopPattern {
    /// The names of the namespaces.
    pub(super) fn namespaces(self) -> impl Iterator<Item = String> {
        (0..self.namespaces).map(|number| format!("team-{number:04}"))
    }

    /// The names of the nodes.
    pub(super) fn nodes(self) -> impl Iterator<Item = String> {
        (0..self.pods.div_ceil(PODS_OF_A_NODE)).map(node)
    }

    /// The workloads of the namespace with that number.
    pub(super) fn workloads(self, seed: u64, number: usize) -> Vec<CrashingWorkload> {
        let replicas = self.replicas.max(1);
        let all = self.pods.div_ceil(replicas);
        let each = all.div_ceil(self.namespaces.max(1));
        let numbers = (number * each)..((number + 1) * each).min(all);
        numbers.map(|at| self.workload(seed, &format!("team-{number:04}"), at)).collect()
    }

    fn workload(self, seed: u64, namespace: &str, at: usize) -> CrashingWorkload {
        let dice = &mut Dice::of(seed, &at.to_string());
        let [one, other] = [0, 1].map(|_| dice.pick(&WORDS).copied().unwrap_or_default());
        let name = format!("{one}-{other}-{at:05}");
        let hash = (self.replicas > 0).then(|| dice.hex(10));
        let first = at * self.replicas.max(1);
        let pods = (first..first + self.replicas.max(1)).take_while(|number| *number < self.pods);
        let pods = pods.map(|number| CrashingPod {
            name: match &hash {
                Some(hash) => format!("{name}-{hash}-{}", dice.letters(5)),
                None => name.clone(),
            },
            // Pods of one Deployment run on different nodes.
            node: node(number % self.pods.div_ceil(PODS_OF_A_NODE)),
            ip: format!("10.{}.{}.{}", 128 + number / 65_536, number / 256 % 256, number % 256),
        });
        let pods = pods.collect();
        let crash = match dice.roll(10) {
            0 => Crash::Probe,
            1..=5 => Crash::WithMessage,
            _ => Crash::Silent,
        };
        let image = format!("registry.example.net/{one}/{other}@sha256:{}", dice.hex(64));
        CrashingWorkload { namespace: namespace.to_owned(), name, hash, image, pods, crash }
    }
}

impl CrashingWorkload {
    /// The name of its ReplicaSet; None without a Deployment.
    pub(super) fn replica_set(&self) -> Option<String> {
        self.hash.as_ref().map(|hash| format!("{}-{hash}", self.name))
    }
}

fn node(number: usize) -> String {
    format!("worker-{}.big.example.net", 100 + number)
}
