//! KubeletConfig or ContainerRuntimeConfig that was not applied.
//!
//! Only the last condition counts. Earlier conditions are from attempts that have been fixed since.
//!
//! - openshift/machine-config-operator `pkg/controller/kubelet-config/helpers.go`
//!   (`wrapErrorWithCondition`), `pkg/controller/container-runtime-config/helpers.go`

use crate::catalog::prelude::*;

/// How long the controller may fail while pools are created and deleted.
const GRACE: Span = Span::minutes(10);

pub(super) const RULE: Rule = rule(Warning, Cause, OpenShift)
    .needs(&[Need::Kind(&MACHINE_CONFIG_POOL)])
    .reads(&[Need::Kind(&KUBELET_CONFIG), Need::Kind(&CONTAINER_RUNTIME_CONFIG)])
    .check(check)
    .why(
        "The machine-config-controller generates a MachineConfig from each of these objects. If \
         that fails, the setting reaches no node: the object exists, but kubelets and \
         container runtimes run without it.",
    )
    .fix(
        "Follow the message of the condition: no pool has the selected labels, a field is not \
         allowed, or the value cannot be parsed.",
    );

fn check(cx: &RuleContext<'_>) -> Judged {
    let mut examined = 0;
    let mut findings = Vec::new();
    for config in cx.all::<GeneratedConfig<'_>>() {
        examined += 1;
        if let Some(failure) = config.failure() {
            // The controller resets the time with each attempt, so the age of the object counts.
            let changed = config.resource().created();
            let persistence = Persistence::of(cx, changed, GRACE);
            findings.push(persistence.apply(finding(config, failure), RULE.meta.severity));
        }
    }
    let _none = "no KubeletConfig or ContainerRuntimeConfig in the archive";
    Ok(Checked::over(examined, findings))
}

fn finding(config: GeneratedConfig<'_>, failure: Condition<'_>) -> Finding {
    let subject = Subject::view(config);
    let message = failure.message();
    let kind = subject.kind.to_lowercase();
    let name = subject.name.clone();
    let detail = message.strip_prefix("Error: ").unwrap_or(&message);
    let summary = format!("{subject} is not applied to any node: {}", excerpt(detail));
    let evidence = Evidence::condition(config.resource(), failure, "last controller message");
    Finding::new(subject, summary, evidence)
        .keywords(&name)
        .keywords(&message)
        .run(format!("oc get {kind} {name} -o yaml"))
        .run("oc get machineconfigpools --show-labels")
        .verify(format!("oc describe {kind} {name}"))
}
