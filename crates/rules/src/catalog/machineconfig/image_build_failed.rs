//! An operating system image that cannot be built on the cluster.
//!
//! # Why it matters
//!
//! A pool with a `MachineOSConfig` gets an image of its own, built for each new configuration. The
//! newest build failed, so the nodes of the pool get neither the configuration nor the operating
//! system that wait for it.
//!
//! # What to do
//!
//! Read the log of the build's pod: the Containerfile, the secrets that pull and push, the
//! registry. A failed build is not tried again by itself: change the `MachineOSConfig`, or ask for
//! a rebuild.
//!
//! # Blind spots
//!
//! Builds that a later one replaced are history and not reported. The pods of builds are removed
//! after a while, and their logs with them.
//!
//! # References
//!
//! - openshift/api `machineconfiguration/v1/types_machineosbuild.go` (`Once a Failed condition is
//!   set, conditions are immutable`)
//! - openshift/machine-config-operator `pkg/controller/build/reconciler.go`

use std::borrow::Cow;
use std::collections::BTreeMap;

use mustknow_gather::kinds::{MACHINE_CONFIG_POOL, MACHINE_OS_BUILD, MachineOsBuild};

use crate::catalog::prelude::*;
use crate::facts::excerpt;

pub(super) static META: Meta = Meta {
    id: "machineconfig/image-build-failed",
    title: "an operating system image that cannot be built on the cluster",
    severity: Severity::Error,
    role: Role::Cause,
    scope: Scope::OpenShift,
    needs: &[Need::Kind(&MACHINE_CONFIG_POOL)],
    uses: &[Need::Kind(&MACHINE_OS_BUILD)],
};

pub(super) fn check(case: &Case<'_>) -> Verdict {
    let mut newest: BTreeMap<String, MachineOsBuild<'_>> = BTreeMap::new();
    for build in case.all::<MachineOsBuild<'_>>() {
        let of = config_of(build);
        let is_newer = newest.get(&of).is_none_or(|known| begun(*known) < begun(build));
        if is_newer {
            newest.insert(of, build);
        }
    }
    let findings = newest.iter().filter_map(|(of, build)| finding(of, *build)).collect();
    Verdict::over(newest.len(), findings, "no MachineOSBuild in the archive")
}

/// The MachineOSConfig a build is of.
fn config_of(build: MachineOsBuild<'_>) -> String {
    let named = build.resource().text(&["spec", "machineOSConfig", "name"]);
    named.map_or_else(|| build.resource().name().to_owned(), Cow::into_owned)
}

fn begun(build: MachineOsBuild<'_>) -> Option<mustknow_gather::time::Time> {
    build.resource().time(&["status", "buildStart"]).max(build.resource().created())
}

fn finding(of: &str, build: MachineOsBuild<'_>) -> Option<Finding> {
    let failed = build.condition("Failed").filter(|failed| failed.is_true())?;
    let name = build.resource().name();
    let message = failed.message();
    let summary = format!(
        "the newest image of MachineOSConfig {of} could not be built ({name}): {}",
        excerpt(&message)
    );
    let evidence = Evidence::condition(build.resource(), failed, "the build failed");
    Some(
        Finding::new(Subject::view(build), summary, evidence)
            .since(failed.since())
            .saying(name)
            .saying(of)
            .saying(failed.reason())
            .saying(&message)
            // A MachineOSConfig bears the name of its pool.
            .explains(Subject::cluster("MachineConfigPool", of), "MachineOSBuild")
            .explains(Subject::cluster("MachineConfigPool", of), name)
            .why(
                "The nodes of the pool boot an image that is built for each new configuration. \
                 Without it they get neither the configuration nor the operating system.",
            )
            .remedy(
                Remedy::new("Read the log of the build and mend its inputs.")
                    .command(format!("oc describe machineosbuild {name}"))
                    .command("oc get pods -n openshift-machine-config-operator")
                    .verify("oc get machineosbuilds"),
            ),
    )
}
