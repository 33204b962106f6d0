//! Logs of containers and of the journal: what programs of a healthy cluster say all day.

use std::io;

use super::{
    dice::Dice,
    template::{LogNames, SPAN, Template},
};

/// How much is handed on at once.
const CHUNK: usize = 256 << 10;
/// About how long a line is, to spread the lines over the time.
const LINE: u64 = 220;

/// The patterns of one program's lines.
pub(super) type LogStyle = &'static [&'static str];

/// An apiserver: who asked for what, and how long it took.
const APISERVER: LogStyle = &[
    r#"<t> I<d> <c>       1 httplog.go:132] "HTTP" verb="GET" URI="<r>?resourceVersion=<n8>&timeout=8m<n2>s&watch=true" latency="<n1>.<n6>ms" userAgent="operator/v0.0.0 (linux/amd64) kubernetes/$Format" audit-ID="<u>" srcIP="<ip>:<n5>" apf_pl="workload-low" apf_execution_time="<n3>.<n3>us" traceID="<x32>" resp=200"#,
    r#"<t> I<d> <c>       1 httplog.go:132] "HTTP" verb="PATCH" URI="<r>/<x10>" latency="<n2>.<n6>ms" userAgent="kube-controller-manager/v1.29.8 (linux/amd64) kubernetes/<x7>" audit-ID="<u>" srcIP="192.0.2.1<n1>:<n5>" traceID="<x32>" resp=200"#,
    r#"<t> I<d> <c>       1 trace.go:236] Trace[<n9>]: "Get" accept:application/json, */*,audit-id:<u>,client:<ip>,protocol:HTTP/2.0,resource:leases,scope:resource,url:<r>/<x10>,verb:GET (<d> <c>) (total time: <n3>ms) span=<x32>:"#,
    r#"<t> Trace[<n9>]: ---"About to write a response" <n3>ms (<c>)"#,
];
/// An operator of the library-go kind.
const OPERATOR: LogStyle = &[
    r#"<t> I<d> <c>       1 event.go:364] Event(v1.ObjectReference{Kind:"Deployment", Namespace:"openshift-operators", Name:"<x8>", UID:"<u>", APIVersion:"apps/v1", ResourceVersion:"", FieldPath:""}): type: 'Normal' reason: 'ConfigMapUpdated' Updated ConfigMap/<p>: cause by changes in data.config.yaml, hash <b43>"#,
    "<t> I<d> <c>       1 base_controller.go:73] Caches are synced for ConfigObserver-<x16> ",
    "<t> I<d> <c>       1 reflector.go:351] Caches populated for *v1.ConfigMap from k8s.io/client-go@v0.29.0/tools/cache/reflector.go:229 (<n4> items, revision <n8>, took <n2>.<n6>ms) uid=<u>",
    "<t> I<d> <c>       1 request.go:697] Waited for <n1>.<n9>s due to client-side throttling, not priority and fairness, request: GET:https://172.30.0.1:443<r>/<x32>",
    r#"<t> I<d> <c>       1 status_controller.go:218] clusteroperator diff {"status":{"conditions":[{"lastTransitionTime":"<z>","message":"All is well","reason":"AsExpected","status":"False","type":"Degraded"}],"hash":"<b64>"}}"#,
];
/// etcd, and what else logs JSON by zap.
const ZAP: LogStyle = &[
    r#"<t> {"level":"info","ts":"<z>","caller":"mvcc/kvstore_compaction.go:68","msg":"finished scheduled compaction","compact-revision":<n9>,"took":"<n3>.<n6>ms","hash":<n10>,"current-db-size-bytes":<n9>,"current-db-size":"<n3> MB","trace":"<x24>"}"#,
    r#"<t> {"level":"info","ts":"<z>","caller":"mvcc/hash.go:137","msg":"storing new hash","hash":<n10>,"revision":<n9>,"compact-revision":<n9>,"previous":"<x32>"}"#,
    r#"<t> {"level":"info","ts":"<z>","logger":"controller","caller":"controller/controller.go:119","msg":"Reconciling","controllerKind":"Application","name":"<x8>","namespace":"<p>","reconcileID":"<u>","worker count":<n1>}"#,
];
/// Prometheus and its like.
const LOGFMT: LogStyle = &[
    r#"<t> ts=<z> caller=compact.go:523 level=info component=tsdb msg="write block" mint=<n13> maxt=<n13> ulid=01J<x23> duration=<n1>.<n9>s ooo=false checksum=<x32>"#,
    r#"<t> ts=<z> caller=head.go:1355 level=info component=tsdb msg="Head GC completed" caller=truncateMemory duration=<n3>.<n6>ms ulid=01J<x23>"#,
    r#"<t> ts=<z> caller=checkpoint.go:100 level=info component=tsdb msg="Creating checkpoint" from_segment=<n5> to_segment=<n5> mint=<n13> checksum=<x40>"#,
    r#"<t> level=info ts=<z> caller=kubernetes.go:331 component="discovery manager scrape" discovery=kubernetes config=serviceMonitor/<p>/0 msg="Using pod service account via in-cluster config" id=<x16>"#,
];
/// Access logs.
const ACCESS: LogStyle = &[
    r#"<t> <ip> - - [24/Oct/2024:<c> +0000] "GET /api/v2/items/<u>?page=<n2>&token=<b22> HTTP/1.1" 200 <n5> "https://shop.apps.okd.example.net/" "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Safari/537.36" <n3>"#,
    r#"<t> <ip> - - [24/Oct/2024:<c> +0000] "POST /api/v2/sessions HTTP/2.0" 201 <n3> "-" "okhttp/4.12.0" <n2> request_id=<x32> session=<b22>"#,
    r#"<t> {"time":"<z>","level":"INFO","msg":"request completed","method":"GET","path":"/items/<n6>","status":200,"duration_ms":<n3>.<n3>,"trace_id":"<x32>","span_id":"<x16>","peer":"<ip>:<n5>","user":"<b22>"}"#,
];
/// A controller that logs objects.
const CONTROLLER: LogStyle = &[
    r#"<t> time="<z>" level=info msg="reconciling request: /<p>" generation=<n2> id=<u> checksum=<x24>"#,
    r#"<t> <z>	INFO	operator.ingress_controller	controller/controller.go:119	reconciling	{"request": {"name":"default","namespace":"openshift-ingress-operator"}, "id": "<u>", "resourceVersion": "<n9>", "hash": "<b32>"}"#,
    "<t> I<d> <c>       1 sync_worker.go:1015] Running sync for <r>/<x24> (<n3> of 903) manifest=<x20>",
    "<t> I<d> <c>       1 sync_worker.go:1028] Done syncing for <r>/<x24> (<n3> of 903) in <n2>.<n6>ms manifest=<x20>",
];
/// The kubelet's journal of the masters.
const KUBELET: LogStyle = &[
    r#"<j> <node> kubenswrapper[2<n3>]: I<d> <c>    2917 kubelet.go:2453] "SyncLoop (PLEG): event for pod" pod="<p>" event={"ID":"<u>","Type":"ContainerStarted","Data":"<x64>"}"#,
    r#"<j> <node> kubenswrapper[2<n3>]: I<d> <c>    2917 operation_generator.go:721] "MountVolume.SetUp succeeded for volume \"kube-api-access-<x5>\" (UniqueName: \"kubernetes.io/projected/<u>-kube-api-access-<x5>\") pod \"<x10>\" (UID: \"<u>\") " pod="<p>""#,
    r#"<j> <node> kubenswrapper[2<n3>]: I<d> <c>    2917 prober.go:107] "Probe succeeded" probeType="Readiness" pod="<p>" podUID="<u>" containerName="manager" containerID="<x32>""#,
    r#"<j> <node> kubenswrapper[2<n3>]: I<d> <c>    2917 reconciler_common.go:218] "operationExecutor.MountVolume started for volume \"serving-cert\" (UniqueName: \"kubernetes.io/secret/<u>-serving-cert\") pod \"<x10>\" (UID: \"<u>\") " pod="<p>""#,
];
/// CRI-O's journal of the masters.
const CRIO: LogStyle = &[
    r#"<j> <node> crio[18<n2>]: time="<z>" level=info msg="Created container <x64>: <p>/manager" id=<u> name=/runtime.v1.RuntimeService/CreateContainer"#,
    r#"<j> <node> crio[18<n2>]: time="<z>" level=info msg="Checking image status: quay.io/okd/scos-content@sha256:<x64>" id=<u> name=/runtime.v1.ImageService/ImageStatus"#,
    r#"<j> <node> crio[18<n2>]: time="<z>" level=info msg="Image status: &ImageStatusResponse{Image:&Image{Id:<x64>,RepoTags:[],Size_:<n9>,Uid:nil,Username:,Spec:nil,},Info:map[string]string{},}" id=<u> name=/runtime.v1.ImageService/ImageStatus"#,
    "<j> <node> conmon[<n6>]: conmon <x20> <x8>: container <n6> exited with status 0",
];
/// The rest of the journal.
const JOURNAL: LogStyle = &[
    "<j> <node> ovs-vswitchd[11<n2>]: ovs|<n5>|connmgr|INFO|br-int<->unix#<n6>: <n3> flow_mods in the last <n1> s (<n3> adds, <n3> deletes)",
    "<j> <node> NetworkManager[12<n2>]: <info>  [17298<n5>.<n4>] device (<x15>): carrier: link connected",
];
/// The API server's audit log.
const AUDIT: LogStyle = &[
    r#"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Metadata","auditID":"<u>","stage":"ResponseComplete","requestURI":"<r>/<x10>?fieldSelector=metadata.name%3D<x16>&resourceVersion=<n9>&timeout=9m<n2>s","verb":"get","user":{"username":"system:serviceaccount:<p>","uid":"<u>","groups":["system:serviceaccounts","system:authenticated"],"extra":{"authentication.kubernetes.io/pod-name":["<x10>"],"authentication.kubernetes.io/credential-id":["JTI=<u>"]}},"sourceIPs":["<ip>"],"userAgent":"operator/v0.0.0 (linux/amd64) kubernetes/<x20>","responseStatus":{"metadata":{},"code":200},"requestReceivedTimestamp":"<z>","stageTimestamp":"<z>","latency":"<n2>.<n6>ms","annotations":{"authorization.k8s.io/decision":"allow","authorization.k8s.io/reason":"RBAC: allowed by ClusterRoleBinding"}}"#,
];

/// What containers log, one style for each workload in turn.
pub(super) const CONTAINERS: [LogStyle; 6] = [APISERVER, OPERATOR, ACCESS, ZAP, LOGFMT, CONTROLLER];
/// Units of the journal: the file's name, its lines and its part of the journal, of a hundred.
pub(super) const UNITS: [(&str, LogStyle, u64); 6] = [
    ("NetworkManager", JOURNAL, 4),
    ("crio", CRIO, 32),
    ("kubelet", KUBELET, 54),
    ("ovs-configuration", JOURNAL, 1),
    ("ovs-vswitchd", JOURNAL, 7),
    ("rpm-ostreed", JOURNAL, 2),
];
/// The lines of an audit log.
pub(super) const AUDITED: LogStyle = AUDIT;

/// Hands `bytes` bytes of lines on in chunks; the last line is cut to fit.
pub(super) fn write(
    style: LogStyle,
    bytes: u64,
    names: &LogNames<'_>,
    dice: &mut Dice,
    mut to: impl FnMut(Vec<u8>) -> io::Result<()>,
) -> io::Result<()> {
    let templates: Vec<Template> = style.iter().copied().map(Template::new).collect();
    let step = SPAN / (bytes / LINE + 2);
    let mut time = 0;
    let mut left = usize::try_from(bytes).unwrap_or(usize::MAX);
    while left > 0 {
        let mut chunk = Vec::with_capacity(CHUNK + 1024);
        while chunk.len() < CHUNK.min(left) {
            time = (time + step / 2 + dice.roll(step)).min(SPAN);
            if let Some(template) = dice.pick(&templates) {
                template.write(&mut chunk, time, names, dice);
            }
        }
        if chunk.len() >= left {
            chunk.truncate(left);
            if let Some(last) = chunk.last_mut() {
                *last = b'\n';
            }
        }
        left -= chunk.len();
        to(chunk)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_exactly_as_much_as_asked() {
        let names = LogNames { pods: &[], nodes: &["n"] };
        for style in CONTAINERS.into_iter().chain([AUDITED, KUBELET]) {
            for bytes in [0, 1, 999, 600_000] {
                let mut out = Vec::new();
                let dice = &mut Dice::of(1, "x");
                write(style, bytes, &names, dice, |chunk| {
                    out.extend(chunk);
                    Ok(())
                })
                .unwrap();
                assert_eq!(out.len() as u64, bytes);
                assert!(out.is_ascii() && (bytes == 0 || out.ends_with(b"\n")));
            }
        }
    }
}
