//! Which files there are and what each holds, before any is made.
//!
//! The proportions are those of a must-gather of 1 GiB that was counted: 11,125 files, 28 % of the
//! bytes YAML in half of the files, 60 % logs, the rest pages, JSON and audit logs. The number of
//! objects grows with the size, not the objects.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    config_maps::{config_map, everywhere},
    crds::crd,
    dice::Dice,
    events::event,
    images::{image_stream, machine_config, package_manifest},
    list::{GeneratedList, single},
    logs::{self, LogStyle},
    model::{GeneratedNamespace, namespaces, part},
    pages, pods,
    request_counts::request_count,
    secrets::secret,
    single::small,
    text::NOUNS,
    workloads,
};
use crate::fixtures::{namespace, scenarios::healthy};

/// The size at which there are as many objects as the numbers below say.
const WHOLE: u64 = 1 << 30;
const NAMESPACES: u64 = 120;
const PODS: u64 = 1500;
const CRDS: u64 = 160;
const REQUEST_COUNTS: u64 = 250;
const MACHINE_CONFIGS: u64 = 16;
/// Small objects in files of their own.
const SMALL: u64 = 660;
const AUDIT_LOGS: u64 = 60;
const TARGETS: u64 = 24;

/// Parts of all bytes, of a thousand.
const LOGS: u64 = 600;
const AUDIT: u64 = 65;
const EVENT_PAGES: u64 = 28;
const ALERT_RULES: u64 = 8;
const TARGET_PAGES: u64 = 18;
/// Parts that lists of a kind have in all namespaces together, of a thousand.
const LISTED: [(&str, u64); 5] =
    [("Secret", 55), ("ConfigMap", 44), ("Event", 23), ("ReplicaSet", 14), ("ImageStream", 9)];
/// About how long a CRD is.
const CRD_BYTES: u64 = 195_000;
/// The most users of a kind in an hour, on one master.
const REQUEST_USERS: u64 = 4;
const MACHINE_CONFIG_BYTES: u64 = 400_000;
/// The part of all bytes that is PackageManifests, of a thousand.
const PACKAGES: u64 = 8;
/// The journal's part of the logs, of a hundred.
const JOURNAL: u64 = 25;

/// The folder that holds everything.
pub(super) const ROOT: &str = "must-gather";

/// Makes the bytes of a file.
pub(super) type MakeContent = Box<dyn Fn(&mut Dice) -> Vec<u8>>;

/// What a file holds.
pub(super) enum FileContent {
    /// These bytes.
    Ready(Vec<u8>),
    /// What this makes.
    Generated(MakeContent),
    /// So many bytes of lines.
    Lines(LogStyle, u64),
}

/// Every file by its path.
pub(super) struct FilePlan {
    pub(super) files: BTreeMap<String, FileContent>,
    /// Namespace and name of every pod that was made up.
    pub(super) pods: Vec<String>,
    seed: u64,
    folder: String,
    bulk: u64,
}

impl FilePlan {
    /// Plans a must-gather of `size` bytes.
    pub(super) fn new(size: u64, seed: u64) -> Self {
        let (files, folder) = base();
        let is_ready = |content: &FileContent| match content {
            FileContent::Ready(bytes) => bytes.len() as u64,
            _ => 0,
        };
        let bulk = size.saturating_sub(files.values().map(is_ready).sum());
        let mut plan = Self { files, pods: Vec::new(), seed, folder, bulk };
        let places = namespaces(seed, plan.count(NAMESPACES), plan.count(PODS), &plan.taken());
        plan.write_cluster();
        plan.write_pages();
        plan.write_logs(&places);
        let all = places.iter().map(|place| place.weight).sum();
        for place in places {
            plan.write_namespace(place, all);
        }
        plan
    }

    /// How many there are of what there are `whole` of in the whole size.
    fn count(&self, whole: u64) -> u64 {
        part(whole, self.bulk, WHOLE).max(1)
    }

    fn bytes(&self, thousandths: u64) -> u64 {
        part(self.bulk, thousandths, 1000)
    }

    /// Namespaces that the cluster of the fixtures has already.
    fn taken(&self) -> BTreeSet<String> {
        let names = self.files.keys().filter_map(|path| {
            path.strip_prefix(&self.folder)?.strip_prefix("namespaces/")?.split('/').next()
        });
        names.map(str::to_owned).collect()
    }

    fn put(&mut self, path: &str, content: FileContent) {
        self.files.insert(format!("{}{path}", self.folder), content);
    }

    fn make(&mut self, path: &str, make: impl Fn(&mut Dice) -> Vec<u8> + 'static) {
        self.put(path, FileContent::Generated(Box::new(make)));
    }

    /// Objects that belong to no namespace, and those of their own file.
    fn write_cluster(&mut self) {
        let dice = &mut Dice::of(self.seed, "cluster");
        let scoped = "cluster-scoped-resources";
        for at in 0..self.count(CRDS) {
            let (noun, group) = (dice.word(&NOUNS), dice.word(&NOUNS));
            let name = format!("{noun}{at}s.{group}.openshift.io");
            let path =
                format!("{scoped}/apiextensions.k8s.io/customresourcedefinitions/{name}.yaml");
            self.make(&path, move |dice| {
                single(&crd(&name, CRD_BYTES / 2 + dice.roll(CRD_BYTES), dice))
            });
        }
        for at in 0..self.count(REQUEST_COUNTS) {
            let name = format!("{}{at}s.v1.{}.openshift.io", dice.word(&NOUNS), dice.word(&NOUNS));
            let path = format!("{scoped}/apiserver.openshift.io/apirequestcounts/{name}.yaml");
            self.make(&path, move |dice| {
                single(&request_count(&name, 1 + dice.roll(REQUEST_USERS), dice))
            });
        }
        for at in 0..self.count(MACHINE_CONFIGS) {
            let role = if at % 2 == 0 { "master" } else { "worker" };
            let name = format!("rendered-{role}-{}", dice.hex(32));
            let path =
                format!("{scoped}/machineconfiguration.openshift.io/machineconfigs/{name}.yaml");
            self.make(&path, move |dice| {
                single(&machine_config(&name, MACHINE_CONFIG_BYTES, dice))
            });
        }
        for at in 0..self.count(SMALL) {
            let (path, object) = small(at, dice);
            self.put(&path, FileContent::Ready(single(&object)));
        }
        let bytes = self.bytes(PACKAGES);
        let api = "packages.operators.coreos.com";
        let path = format!("namespaces/openshift-marketplace/{api}/packagemanifests.yaml");
        self.make(&path, move |dice| {
            let list = GeneratedList::default().fill(bytes, |_| package_manifest(dice));
            list.finish(&format!("{api}/v1"), "PackageManifest")
        });
    }

    fn write_pages(&mut self) {
        let bytes = self.bytes(EVENT_PAGES) / 2;
        self.make("event-filter.html", move |dice| pages::event_page(bytes, dice));
        let outer = format!("{ROOT}/event-filter.html");
        let page = move |dice: &mut Dice| pages::event_page(bytes, dice);
        self.files.insert(outer, FileContent::Generated(Box::new(page)));
        let bytes = self.bytes(ALERT_RULES);
        self.make("monitoring/prometheus/rules.json", move |dice| pages::rules(bytes, dice));
        let count = self.count(TARGETS);
        let bytes = self.bytes(TARGET_PAGES) / count;
        for at in 0..count {
            let path = format!("monitoring/prometheus/prometheus-k8s-{at}/active-targets.json");
            self.make(&path, move |dice| pages::targets(bytes, dice));
        }
    }

    fn write_logs(&mut self, places: &[GeneratedNamespace]) {
        let count = self.count(AUDIT_LOGS);
        for at in 0..count {
            let path = format!("audit_logs/kube-apiserver/master-{}-audit-{at:03}.log", at % 3);
            self.put(&path, FileContent::Lines(logs::AUDITED, self.bytes(AUDIT) / count));
        }
        let journal = self.bytes(LOGS) / 100 * JOURNAL;
        for (unit, style, hundredths) in logs::UNITS {
            let path = format!("host_service_logs/masters/{unit}_service.log");
            self.put(&path, FileContent::Lines(style, journal / 100 * hundredths));
        }
        self.write_container_logs(places, self.bytes(LOGS) - journal);
    }

    /// Gives every container its logs: a few say much, most say little.
    fn write_container_logs(&mut self, places: &[GeneratedNamespace], bytes: u64) {
        let dice = &mut Dice::of(self.seed, "logs");
        let mut logs = Vec::new();
        let workloads = places.iter().flat_map(|place| &place.workloads);
        for (workload, style) in workloads.zip(logs::CONTAINERS.into_iter().cycle()) {
            for pod in &workload.pods {
                self.pods.push(format!("{}/{}", workload.namespace, pod.name));
                for name in &workload.containers {
                    let folder = format!(
                        "namespaces/{}/pods/{}/{name}/{name}/logs",
                        workload.namespace, pod.name
                    );
                    let roll = 1 + dice.roll(100);
                    let current = roll * roll * roll;
                    let previous = if dice.roll(10) == 0 { current / 4 } else { 0 };
                    logs.push((format!("{folder}/current.log"), style, current));
                    logs.push((format!("{folder}/previous.log"), style, previous));
                    logs.push((format!("{folder}/previous.insecure.log"), style, 0));
                }
            }
        }
        let all = logs.iter().map(|(_, _, weight)| weight).sum();
        for (path, style, weight) in logs {
            self.put(&path, FileContent::Lines(style, part(bytes, weight, all)));
        }
    }

    /// Plans the lists of a namespace and the files of its pods.
    fn write_namespace(&mut self, place: GeneratedNamespace, all: u64) {
        let seed = self.seed;
        let folder = format!("namespaces/{}", place.name);
        let object = namespace::namespace(&place.name);
        self.put(&format!("{folder}/{}.yaml", place.name), FileContent::Ready(single(&object)));
        let place = Rc::new(place);
        for (at, workload) in place.workloads.iter().enumerate() {
            for (number, pod) in workload.pods.iter().enumerate() {
                let path = format!("{folder}/pods/{0}/{0}.yaml", pod.name);
                let place = place.clone();
                self.make(&path, move |_| {
                    let workload = place.workloads.get(at);
                    let found =
                        workload.and_then(|workload| Some((workload, workload.pods.get(number)?)));
                    found.map_or_else(Vec::new, |(workload, pod)| {
                        single(&pods::pod(seed, workload, pod))
                    })
                });
            }
        }
        for (path, api, kind) in namespace::LISTS {
            let thousandths =
                LISTED.iter().find(|(listed, _)| *listed == kind).map_or(0, |(_, n)| *n);
            let bytes = part(self.bytes(thousandths), place.weight, all);
            let place = place.clone();
            self.make(&format!("{folder}/{path}.yaml"), move |dice| {
                list(seed, &place, kind, bytes, dice).finish(api, kind)
            });
        }
    }
}

/// The objects of one kind in a namespace.
fn list(
    seed: u64,
    place: &GeneratedNamespace,
    kind: &str,
    bytes: u64,
    dice: &mut Dice,
) -> GeneratedList {
    let list = GeneratedList::default();
    let each = place.workloads.iter();
    match kind {
        "Pod" => list.extend(each.flat_map(|workload| {
            workload.pods.iter().map(move |pod| pods::pod(seed, workload, pod))
        })),
        "Deployment" => list.extend(each.map(|workload| workloads::deployment(seed, workload))),
        "Service" => list.extend(each.map(|workload| workloads::service(seed, workload))),
        "Endpoints" => list.extend(each.map(|workload| workloads::endpoints(seed, workload))),
        "EndpointSlice" => {
            list.extend(each.map(|workload| workloads::endpoint_slice(seed, workload)))
        }
        "ReplicaSet" => {
            let present = each.map(|workload| workloads::replica_set(seed, workload, 0));
            let mut older = place.workloads.iter().cycle();
            list.extend(present).fill(bytes, |at| match older.next() {
                Some(workload) => workloads::replica_set(seed, workload, 1 + at),
                None => serde_json::Value::Null,
            })
        }
        "ConfigMap" => {
            list.extend(everywhere(&place.name)).fill(bytes, |_| config_map(&place.name, dice))
        }
        "Secret" => list.fill(bytes, |_| secret(&place.name, dice)),
        "Event" => list.fill(bytes, |_| event(place, dice)),
        "ImageStream" => list.fill(bytes, |_| image_stream(&place.name, dice)),
        _ => list,
    }
}

/// The healthy cluster of the fixtures below [`ROOT`], and the folder of its image.
fn base() -> (BTreeMap<String, FileContent>, String) {
    let mut files = BTreeMap::new();
    let mut folder = String::new();
    for (path, bytes) in healthy().iter() {
        let (_, inside) = path.split_once('/').unwrap_or(("", path));
        let path = format!("{ROOT}/{inside}");
        if let Some((image, _)) = path.split_once("cluster-scoped-resources/") {
            image.clone_into(&mut folder);
        }
        let bytes = if inside.contains("/core/nodes/") { roomy(bytes) } else { bytes.to_vec() };
        files.insert(path, FileContent::Ready(bytes));
    }
    (files, folder)
}

/// A node that takes every pod there is, for the nodes do not become more.
fn roomy(node: &[u8]) -> Vec<u8> {
    String::from_utf8_lossy(node).replace("pods: \"250\"", "pods: \"25000\"").into_bytes()
}
