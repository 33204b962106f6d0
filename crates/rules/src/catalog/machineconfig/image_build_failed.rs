//! Failed on-cluster OS image build (MachineOSBuild).
//!
//! Builds that were replaced by a later build are not reported. Build pods are removed after some
//! time, and their logs with them.
//!
//! - openshift/api `machineconfiguration/v1/types_machineosbuild.go` (`Once a Failed condition is
//!   set, conditions are immutable`)
//! - openshift/machine-config-operator `pkg/controller/build/reconciler.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Error, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&MACHINE_OS_BUILD)])
    .check(|cx| {
        let mut newest: BTreeMap<String, MachineOsBuild<'_>> = BTreeMap::new();
        for build in cx.all::<MachineOsBuild<'_>>() {
            let of = config_of(build);
            if newest.get(&of).is_none_or(|known| started(*known) < started(build)) {
                newest.insert(of, build);
            }
        }
        Checked::each(&newest, |(of, build)| Ok(finding(of, *build)))
    })
    .at_once("a failed build is not retried")
    .why(
        "A pool with a MachineOSConfig uses its own image, which is built for each new \
         configuration. The newest build failed, so the nodes of the pool get neither the \
         pending configuration nor the pending operating system.",
    )
    .fix(
        "Check the log of the build pod: the Containerfile, the pull and push secrets, and the \
         registry. A failed build is not retried automatically: change the MachineOSConfig, or \
         request a rebuild.",
    )
    .run(&["oc describe machineosbuild {name}", "oc get pods -n openshift-machine-config-operator"])
    .verify(&["oc get machineosbuilds"]);

/// The MachineOSConfig that a build belongs to.
fn config_of(build: MachineOsBuild<'_>) -> String {
    let named = build.resource().text(&["spec", "machineOSConfig", "name"]);
    named.map_or_else(|| build.resource().name().to_owned(), Cow::into_owned)
}

fn started(build: MachineOsBuild<'_>) -> Option<Time> {
    build.resource().time(&["status", "buildStart"]).max(build.resource().created())
}

fn finding(of: &str, build: MachineOsBuild<'_>) -> Option<Finding> {
    let failed = build.condition("Failed").filter(|failed| failed.is_true())?;
    let (name, message) = (build.resource().name(), failed.message());
    let detail = excerpt(&message);
    let summary =
        format!("the newest image build of MachineOSConfig {of} failed ({name}): {detail}");
    let evidence = Evidence::condition(build.resource(), failed, "the build failed");
    // A MachineOSConfig has the name of its pool.
    let pool = Subject::cluster("MachineConfigPool", of);
    Some(
        Finding::new(Subject::view(build), summary, evidence)
            .since(failed.since())
            .keywords(format!("{name}\n{of}\n{}", failed.reason()))
            .keywords(&message)
            .explains(pool.clone(), "MachineOSBuild")
            .explains(pool, name),
    )
}
