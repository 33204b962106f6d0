//! Where the components of OpenShift are on a plain cluster, in the words of a command.
//!
//! Only names that mean the same component are replaced: the pods of the control plane and of the
//! cluster's DNS, as kubeadm lays them out. Other objects of these namespaces have no counterpart.
//!
//! Sources: kubernetes/kubernetes `cmd/kubeadm/app/constants/constants.go` and
//! `cmd/kubeadm/app/phases/etcd/local.go`; openshift/cluster-etcd-operator
//! `bindata/etcd/pod.gotpl.yaml`; openshift/cluster-dns-operator `pkg/operator/controller`.

use std::borrow::Cow;

/// Namespaces whose pods run in `kube-system`.
const NAMESPACES: [&str; 6] = [
    "openshift-cloud-controller-manager",
    "openshift-etcd",
    "openshift-kube-apiserver",
    "openshift-kube-controller-manager",
    "openshift-kube-scheduler",
    "openshift-dns",
];
const SYSTEM: &str = "kube-system";

/// Texts inside of words.
const TEXTS: [(&str, &str); 3] = [
    ("dns.operator.openshift.io/daemonset-dns=default", "k8s-app=kube-dns"),
    ("node-role.kubernetes.io/master", "node-role.kubernetes.io/control-plane"),
    ("openshift-kube-scheduler-<", "kube-scheduler-<"),
];

/// Containers of those pods: the name on OpenShift and with kubeadm.
const CONTAINERS: [(&str, &str); 2] = [("etcdctl", "etcd"), ("dns", "coredns")];

/// What etcdctl needs inside the etcd pod of kubeadm; on OpenShift the container sets it.
const ETCDCTL: &str = "etcdctl --endpoints=https://127.0.0.1:2379 \
                       --cacert=/etc/kubernetes/pki/etcd/ca.crt \
                       --cert=/etc/kubernetes/pki/etcd/server.crt \
                       --key=/etc/kubernetes/pki/etcd/server.key";

/// Commands that name a resource, and the resources that move with the pods.
const OF_RESOURCES: [&str; 7] = ["annotate", "delete", "describe", "edit", "get", "label", "patch"];
const WITH_PODS: [&str; 6] = ["event", "events", "ev", "po", "pod", "pods"];

/// The words of a command about a component, as a plain cluster names it.
pub(super) fn replaced(words: Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
    if !is_about_pods(&words) {
        return words.into_iter().map(texts).collect();
    }
    let is_about_etcd =
        words.iter().any(|word| tokens(word).any(|token| token == "openshift-etcd"));
    let is_about_component =
        words.iter().any(|word| tokens(word).any(|token| NAMESPACES.contains(&token)));
    let mut after_container_flag = false;
    let mut words: Vec<_> = words
        .into_iter()
        .map(|word| {
            let is_container = std::mem::replace(
                &mut after_container_flag,
                matches!(&*word, "-c" | "--container"),
            );
            if is_about_component && is_container { container(word) } else { place(word) }
        })
        .collect();
    // The command in the pod, not the container.
    if is_about_etcd && let Some(program) = words.iter_mut().find(|word| **word == "etcdctl") {
        *program = Cow::Borrowed(ETCDCTL);
    }
    words
}

fn container(word: Cow<'_, str>) -> Cow<'_, str> {
    let known = CONTAINERS.into_iter().find(|(name, _)| *name == word);
    known.map_or(word, |(_, plain)| Cow::Borrowed(plain))
}

/// Whether the objects of a command are pods, their logs or events, or a whole namespace.
fn is_about_pods(words: &[Cow<'_, str>]) -> bool {
    let mut rest = words.iter().skip_while(|word| !OF_RESOURCES.contains(&&***word)).skip(1);
    let resource = rest.find(|word| !word.starts_with('-'));
    resource
        .is_none_or(|resource| tokens(resource).next().is_some_and(|it| WITH_PODS.contains(&it)))
}

fn texts(word: Cow<'_, str>) -> Cow<'_, str> {
    let mut text = word.into_owned();
    for (openshift, plain) in TEXTS {
        text = text.replace(openshift, plain);
    }
    Cow::Owned(text)
}

fn place(word: Cow<'_, str>) -> Cow<'_, str> {
    let text = texts(word).into_owned();
    let found = tokens(&text).find(|token| NAMESPACES.contains(token)).map(str::to_owned);
    match found {
        Some(namespace) => Cow::Owned(text.replacen(&namespace, SYSTEM, 1)),
        None => Cow::Owned(text),
    }
}

/// The names in a word: `--namespace=x`, `ns/x`, `a,b`.
fn tokens(word: &str) -> impl Iterator<Item = &str> {
    word.split(['=', '/', ','])
}
