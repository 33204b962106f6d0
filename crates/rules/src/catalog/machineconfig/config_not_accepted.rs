//! KubeletConfig or ContainerRuntimeConfig that was not applied.
//!
//! Only the last condition counts. Earlier conditions are from attempts that have been fixed since.
//!
//! - openshift/machine-config-operator `pkg/controller/kubelet-config/helpers.go`
//!   (`wrapErrorWithCondition`), `pkg/controller/container-runtime-config/helpers.go`

use crate::catalog::prelude::*;

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&KUBELET_CONFIG), Need::Kind(&CONTAINER_RUNTIME_CONFIG)])
    .check(|cx| {
        Checked::each(cx.all::<GeneratedConfig<'_>>(), |it| {
            Ok(it.failure().map(|f| finding(it, f)))
        })
    })
    // The controller may fail while pools are created and deleted.
    .note_until(Span::minutes(10))
    .why(
        "The machine-config-controller generates a MachineConfig from each of these objects. If \
         that fails, the setting reaches no node: the object exists, but kubelets and \
         container runtimes run without it.",
    )
    .fix(
        "Follow the message of the condition: no pool has the selected labels, a field is not \
         allowed, or the value cannot be parsed.",
    )
    .run(&["oc get {kind} {name} -o yaml", "oc get machineconfigpools --show-labels"])
    .verify(&["oc describe {kind} {name}"]);

fn finding(config: GeneratedConfig<'_>, failure: Condition<'_>) -> Finding {
    let (subject, message) = (Subject::view(config), failure.message());
    let detail = excerpt(message.strip_prefix("Error: ").unwrap_or(&message));
    let summary = format!("{subject} is not applied to any node: {detail}");
    let kind = subject.kind.to_lowercase();
    let evidence = Evidence::condition(config.resource(), failure, "last controller message");
    Finding::new(subject, summary, evidence)
        // The controller resets the time of the condition with each attempt.
        .lasts_since(config.resource().created())
        .keywords(config.resource().name())
        .keywords(&message)
        .with("kind", kind)
}
