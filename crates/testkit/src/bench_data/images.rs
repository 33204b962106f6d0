//! ImageStreams, PackageManifests and MachineConfigs: long lists, long texts, long lines.

use serde_json::{Value, json};

use super::{
    dice::Dice,
    item::{image, object, time},
    managed::managed,
    text::{NOUNS, sentence},
};
use crate::fixtures::{cluster::INSTALLED, object::ObjectBuilder};

/// An ImageStream with a few tags.
pub(super) fn image_stream(namespace: &str, dice: &mut Dice) -> Value {
    let name = format!("{}-{}", dice.word(&NOUNS), dice.letters(4));
    let registry = "image-registry.openshift-image-registry.svc:5000";
    let tags: Vec<String> =
        (0..3 + dice.roll(8)).map(|at| format!("{at}.{}-ubi9", dice.roll(30))).collect();
    let spec: Vec<Value> = tags
        .iter()
        .map(|tag| json!({
            "annotations": {"description": sentence(dice, 25), "iconClass": "icon-openjdk", "supports": "java", "tags": "builder,java"},
            "from": {"kind": "DockerImage", "name": format!("registry.access.example.net/ubi9/{name}:{tag}")},
            "generation": 2, "importPolicy": {"importMode": "Legacy"}, "name": tag, "referencePolicy": {"type": "Local"},
        }))
        .collect();
    let status: Vec<Value> = tags
        .iter()
        .map(|tag| json!({
            "items": [{"created": time(dice), "dockerImageReference": image(dice), "generation": 2, "image": format!("sha256:{}", dice.hex(64))}],
            "tag": tag,
        }))
        .collect();
    let object = object("image.openshift.io/v1", "ImageStream", namespace, &name, dice)
        .meta("generation", json!(2))
        .with("spec", json!({"lookupPolicy": {"local": false}, "tags": spec}))
        .with("status", json!({"dockerImageRepository": format!("{registry}/{namespace}/{name}"), "tags": status}))
        .build();
    managed(object, &[("cluster-samples-operator", INSTALLED, &["spec"])])
}

/// A PackageManifest with its description and its icon.
pub(super) fn package_manifest(dice: &mut Dice) -> Value {
    let name = format!("{}-{}", dice.word(&NOUNS), dice.letters(4));
    let paragraphs: Vec<String> =
        (0..12).map(|_| format!("### {}\n\n{}\n", sentence(dice, 3), sentence(dice, 60))).collect();
    let channels: Vec<Value> = (0..3)
        .map(|at| json!({
            "currentCSV": format!("{name}.v1.{at}.{}", dice.roll(20)),
            "currentCSVDesc": {"description": paragraphs.join("\n"), "displayName": sentence(dice, 3), "relatedImages": (0..9).map(|_| image(dice)).collect::<Vec<_>>()},
            "name": format!("stable-v1.{at}"),
        }))
        .collect();
    object("packages.operators.coreos.com/v1", "PackageManifest", "openshift-marketplace", &name, dice)
        .meta("labels", json!({"catalog": "community-operators", "provider": dice.word(&NOUNS)}))
        .with("spec", json!({}))
        .with("status", json!({
            "catalogSource": "community-operators", "channels": channels, "defaultChannel": "stable-v1.2",
            "packageName": name, "icon": {"base64data": dice.base64(4000), "mediatype": "image/svg+xml"},
        }))
        .build()
}

/// A rendered MachineConfig of an earlier day.
pub(super) fn machine_config(name: &str, bytes: u64, dice: &mut Dice) -> Value {
    let mut files = Vec::new();
    let mut written = 0;
    while written < bytes {
        let letters = 400 + dice.roll(6000);
        written += letters + 200;
        let letters = usize::try_from(letters).unwrap_or_default();
        let source = if dice.roll(3) == 0 {
            format!("data:,{}", sentence(dice, 100).replace(' ', "%20"))
        } else {
            format!("data:text/plain;charset=utf-8;base64,{}", dice.base64(letters))
        };
        files.push(json!({
            "contents": {"compression": "", "source": source}, "mode": 420, "overwrite": true,
            "path": format!("/etc/{}/{}.conf", dice.word(&NOUNS), dice.letters(8)),
        }));
    }
    let object = ObjectBuilder::new("machineconfiguration.openshift.io/v1", "MachineConfig", name)
        .meta("annotations", json!({"machineconfiguration.openshift.io/generated-by-controller-version": dice.hex(40)}))
        .meta("generation", json!(1))
        .with("spec", json!({
            "config": {"ignition": {"version": "3.4.0"}, "storage": {"files": files}},
            "extensions": [], "fips": false, "kernelArguments": ["systemd.unified_cgroup_hierarchy=1"],
            "kernelType": "default", "osImageURL": image(dice),
        }))
        .build();
    managed(object, &[("machine-config-controller", INSTALLED, &["spec"])])
}
