//! Commands and sentences, as rules write them and as a plain cluster needs them.

use mustknow_cluster::model::platform::Platform;

use super::{command_for, has_plain_form, prose_for};

fn plain(command: &str) -> String {
    command_for(Platform::Kubernetes, command).into_owned()
}

/// Commands and their plain forms.
#[track_caller]
fn check(table: &[(&str, &str)]) {
    for (oc, kubectl) in table {
        assert_eq!(plain(oc), *kubectl);
        assert!(has_plain_form(oc), "{oc}");
    }
}

#[test]
fn the_commands_of_kubectl_keep_their_flags() {
    check(&[
        ("oc get pods -n shop -o wide", "kubectl get pods -n shop -o wide"),
        ("oc -n shop get pods", "kubectl -n shop get pods"),
        ("oc logs -n shop web-1 -c web --previous", "kubectl logs -n shop web-1 -c web --previous"),
        (
            r#"oc patch deployment web -n shop --type=merge -p '{"spec":{"paused": false}}'"#,
            r#"kubectl patch deployment web -n shop --type=merge -p '{"spec":{"paused": false}}'"#,
        ),
        (
            "oc rollout restart deployment/web -n shop",
            "kubectl rollout restart deployment/web -n shop",
        ),
        ("oc exec -n shop web-1 -- df -h", "kubectl exec -n shop web-1 -- df -h"),
        ("oc get --raw /readyz?verbose", "kubectl get --raw /readyz?verbose"),
        ("oc auth can-i get pods --as x", "kubectl auth can-i get pods --as x"),
        ("oc explain pods.spec", "kubectl explain pods.spec"),
        (
            "oc create secret tls web -n shop --cert=<file> --key=<file> # for *.a",
            "kubectl create secret tls web -n shop --cert=<file> --key=<file> # for *.a",
        ),
    ]);
}

#[test]
fn commands_for_administrators_lose_adm() {
    check(&[
        (
            "oc adm drain <node> --ignore-daemonsets --delete-emptydir-data",
            "kubectl drain <node> --ignore-daemonsets --delete-emptydir-data",
        ),
        ("oc adm cordon a", "kubectl cordon a"),
        ("oc adm uncordon a", "kubectl uncordon a"),
        ("oc adm top", "kubectl top"),
        ("oc adm taint node a x:NoSchedule-", "kubectl taint node a x:NoSchedule-"),
        ("oc adm certificate approve <name>", "kubectl certificate approve <name>"),
        ("oc adm top pods -A --sort-by=memory", "kubectl top pods -A --sort-by=memory"),
        (
            "oc adm top nodes -l node-role.kubernetes.io/master",
            "kubectl top nodes -l node-role.kubernetes.io/control-plane",
        ),
    ]);
}

#[test]
fn a_remote_shell_is_an_exec() {
    check(&[
        (
            "oc rsh -n shop -c web web-1 cat /etc/resolv.conf",
            "kubectl exec -n shop -c web web-1 -- cat /etc/resolv.conf",
        ),
        ("oc rsh -n shop deployment/web", "kubectl exec -it -n shop deployment/web -- sh"),
        ("oc rsh -t web-1 top", "kubectl exec -it web-1 -- top"),
        ("oc rsh --shell=/bin/ash web-1", "kubectl exec -it web-1 -- /bin/ash"),
        ("oc rsh web-1 bash", "kubectl exec -it web-1 -- bash"),
    ]);
}

#[test]
fn the_control_plane_is_in_kube_system() {
    check(&[
        (
            "oc rsh -n openshift-etcd -c etcdctl etcd-<node> etcdctl member list -w table",
            "kubectl exec -n kube-system -c etcd etcd-<node> -- etcdctl \
             --endpoints=https://127.0.0.1:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt \
             --cert=/etc/kubernetes/pki/etcd/server.crt \
             --key=/etc/kubernetes/pki/etcd/server.key member list -w table",
        ),
        (
            "oc logs -n openshift-kube-apiserver kube-apiserver-<node> -c kube-apiserver",
            "kubectl logs -n kube-system kube-apiserver-<node> -c kube-apiserver",
        ),
        (
            "oc logs --namespace=openshift-kube-scheduler openshift-kube-scheduler-<node>",
            "kubectl logs --namespace=kube-system kube-scheduler-<node>",
        ),
        (
            "oc logs -n openshift-dns -l dns.operator.openshift.io/daemonset-dns=default -c dns",
            "kubectl logs -n kube-system -l k8s-app=kube-dns -c coredns",
        ),
        ("oc get pods -n openshift-etcd -o wide", "kubectl get pods -n kube-system -o wide"),
        (
            "oc adm inspect ns/openshift-etcd",
            "kubectl cluster-info dump --namespaces=kube-system --output-directory=<directory>",
        ),
    ]);
}

#[test]
fn a_shell_on_a_node_is_a_privileged_pod() {
    check(&[
        (
            "oc debug node/a -- chroot /host chronyc tracking",
            "kubectl debug node/a -it --profile=sysadmin --image=busybox -- chroot /host chronyc \
             tracking",
        ),
        (
            "oc debug -t --to-namespace=default node/<control-plane node>",
            "kubectl debug node/<control-plane node> -it --profile=sysadmin --image=busybox -n \
             default",
        ),
        (
            "oc debug node/a --image=x/tools:1 -- ip link",
            "kubectl debug node/a -it --profile=sysadmin --image=x/tools:1 -- ip link",
        ),
        ("oc debug pod/web-1", "kubectl debug web-1 -it --copy-to=web-1-debug --image=busybox"),
        ("oc adm node-logs a -u kubelet --since=-1h", "ssh a journalctl -u kubelet --since=-1h"),
        (
            "oc adm node-logs --role=master -u kubelet -g 'x y' --tail=9",
            "ssh <control-plane node> journalctl -u kubelet -g 'x y' -n 9",
        ),
        ("oc adm node-logs --role=worker --path=audit/", "ssh <node> ls /var/log/audit/"),
    ]);
}

#[test]
fn what_collects_data_is_a_dump() {
    let dump = |scope: &str| format!("kubectl cluster-info dump {scope} --output-directory=");
    check(&[
        ("oc adm must-gather", &(dump("--all-namespaces") + "<directory>")),
        ("oc adm must-gather --node-name=a --dest-dir=d", &(dump("--all-namespaces") + "d")),
        ("oc adm inspect ns/shop", &(dump("--namespaces=shop") + "<directory>")),
        ("oc adm inspect namespace/a ns/b --since=1h", &(dump("--namespaces=a,b") + "<directory>")),
        ("oc adm inspect namespace a b", &(dump("--namespaces=a,b") + "<directory>")),
        ("oc adm inspect nodes", "kubectl get nodes -o yaml"),
        ("oc adm inspect secrets --all-namespaces", "kubectl get secrets --all-namespaces -o yaml"),
    ]);
}

#[test]
fn what_kubectl_lacks_has_the_nearest_command() {
    check(&[
        ("oc whoami", "kubectl auth whoami"),
        ("oc whoami --show-context", "kubectl config current-context"),
        (
            "oc adm policy who-can get pods",
            "kubectl get rolebindings,clusterrolebindings --all-namespaces -o wide",
        ),
        ("oc policy can-i get pods", "kubectl auth can-i get pods"),
        ("oc project shop", "kubectl config set-context --current --namespace=shop"),
        ("oc extract secret/tls -n shop --to=-", "kubectl get secret/tls -n shop -o yaml"),
        ("oc image info quay.io/a/b:1", "skopeo inspect docker://quay.io/a/b:1"),
    ]);
}

#[test]
fn every_command_of_a_line_is_translated() {
    check(&[
        (
            "oc get pods -A | grep -v Running && oc adm cordon a; oc get nodes",
            "kubectl get pods -A | grep -v Running && kubectl cordon a; kubectl get nodes",
        ),
        (
            "oc get csr -o name | xargs -n1 oc adm certificate approve",
            "kubectl get csr -o name | xargs -n1 kubectl certificate approve",
        ),
        (
            "for node in $(oc get nodes -o name); do oc debug $node -- df; done",
            "for node in $(kubectl get nodes -o name); do kubectl debug $node -it \
             --copy-to=$node-debug --image=busybox -- df; done",
        ),
        (
            "oc annotate secret a x=\"$(oc whoami) $(date -u)\"",
            "kubectl annotate secret a x=\"$(kubectl auth whoami) $(date -u)\"",
        ),
        ("watch 'oc get pods | tail'", "watch 'kubectl get pods | tail'"),
        (
            "KUBECONFIG=x sudo oc get pods > out 2>&1",
            "KUBECONFIG=x sudo kubectl get pods > out 2>&1",
        ),
        (
            "oc adm must-gather > oc.log",
            &format!(
                "kubectl cluster-info dump --all-namespaces --output-directory={} > oc.log",
                "<directory>"
            ),
        ),
    ]);
}

#[test]
fn what_is_no_command_of_oc_stays() {
    for text in [
        "",
        "kubectl get pods",
        "openssl x509 -in <file> -noout -dates",
        "etcdctl alarm disarm",
        "grep oc /var/log/messages",
        "echo 'oc is missing'",
        "curl -k https://host/oc get",
    ] {
        assert_eq!(plain(text), text);
        assert!(has_plain_form(text), "{text}");
    }
    let command = "oc adm must-gather";
    assert_eq!(command_for(Platform::OpenShift, command), command);
    // kubectl works on OpenShift as well.
    assert_eq!(command_for(Platform::Unknown, "oc get pods"), "kubectl get pods");
}

#[test]
fn commands_that_only_openshift_has_have_no_plain_form() {
    for command in [
        "oc adm upgrade",
        "oc adm upgrade --clear",
        "oc adm release info <release image>",
        "oc adm prune images",
        "oc adm must-gather -- /usr/bin/gather_etcd",
        "oc adm inspect clusteroperators",
        "oc get clusteroperator",
        "oc get co",
        "oc get clusterversion version -o yaml",
        "oc describe machineconfigpool/worker",
        "oc get pods,routes -n shop",
        "oc get machines -A",
        "oc edit network.config cluster",
        "oc get configmap etcd-endpoints -n openshift-etcd -o yaml",
        "oc debug node/<node> -- chroot /host /usr/local/bin/cluster-backup.sh /backup",
        "oc get nodes -o name | oc get mcp",
        "oc get etcds.operator.openshift.io cluster -o yaml",
        "oc logs -n openshift-cluster-version deployment/cluster-version-operator",
        "oc debug node/a -- chroot /host rpm-ostree status",
        "oc create route edge x",
        "oc expose service web",
        "oc rollout latest dc/web",
        "oc login --token=x",
        "oc get nodes && oc adm upgrade",
        "oc get pods | xargs oc adm release info",
    ] {
        assert!(!has_plain_form(command), "{command}");
    }
    // Names that Kubernetes has as well.
    for command in
        ["oc get nodes", "oc get ingress -A", "oc get subscriptions.operators.coreos.com"]
    {
        assert!(has_plain_form(command), "{command}");
    }
    // Nothing half translated is printed.
    assert_eq!(plain("oc get nodes && oc adm upgrade"), "oc get nodes && oc adm upgrade");
}

#[test]
fn commands_in_sentences_are_translated() {
    for (text, expected) in [
        (
            "Collect it with `oc adm inspect ns/shop`, then `oc` is done.",
            "Collect it with `kubectl cluster-info dump --namespaces=shop \
             --output-directory=<directory>`, then `kubectl` is done.",
        ),
        ("Run oc adm drain on each node.", "Run kubectl drain on each node."),
        ("The output of oc rsh and oc logs.", "The output of kubectl exec and kubectl logs."),
        ("what oc adm must-gather collects", "what kubectl cluster-info dump collects"),
        ("Use oc. Or oc", "Use kubectl. Or kubectl"),
        ("`oc adm upgrade` waits", "`oc adm upgrade` waits"),
        ("only oc adm upgrade waits", "only oc adm upgrade waits"),
        ("oc-mirror, docs/oc.md, local, socket", "oc-mirror, docs/oc.md, local, socket"),
        ("```\noc get pods\n```", "```\nkubectl get pods\n```"),
        ("no client", "no client"),
    ] {
        assert_eq!(prose_for(Platform::Kubernetes, text), expected);
        assert_eq!(prose_for(Platform::OpenShift, text), text);
    }
}

#[test]
fn a_hostile_name_in_a_command_costs_nothing() {
    for unit in ["$(", "\"$(", "`", "'", "(oc ", "<a ", "$(oc get "] {
        let command = format!("oc get pods {}{}", unit.repeat(400), ")".repeat(400));
        let _ = plain(&command);
        let _ = prose_for(Platform::Kubernetes, &command);
    }
}
