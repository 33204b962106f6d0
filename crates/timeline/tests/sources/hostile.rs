//! Invalid times, very long messages and very many conditions.

use crate::{collect, lines};

fn operator(conditions: &str) -> String {
    format!(
        "apiVersion: config.openshift.io/v1\nkind: ClusterOperator\nmetadata:\n  name: etcd\nstatus:\n  conditions:\n{conditions}"
    )
}

fn condition(time: &str, message: &str) -> String {
    format!(
        "  - lastTransitionTime: \"{time}\"\n    message: {message}\n    status: \"True\"\n    type: Degraded\n"
    )
}

const PATH: &str = "cluster-scoped-resources/config.openshift.io/clusteroperators/etcd.yaml";

#[test]
fn invalid_times_do_not_break_the_order() {
    let times = [
        "9999-12-30T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "0000-01-01T00:00:00Z",
        "-009999-01-02T01:59:59Z",
        "2024-10-28T10:00:00Z",
        "2024-10-28T99:00:00Z",
        "1970-01-01T00:00:00Z",
        "2030-01-01T00:00:00+14:00",
    ];
    let conditions: String = times.iter().map(|time| condition(time, "x")).collect();
    let timeline = collect(&[(PATH, &operator(&conditions))]);
    let days: Vec<_> =
        lines(&timeline, "condition").iter().map(|line| line.split_at(10).0.to_owned()).collect();
    assert_eq!(days, ["1970-01-01", "2024-10-28", "2029-12-31", "9999-12-30"]);
}

#[test]
fn very_many_conditions_are_collected_in_time() {
    let conditions: String = (0..100_000)
        .map(|n| {
            condition(
                &format!("2024-10-28T{:02}:{:02}:{:02}Z", n / 3600 % 24, n / 60 % 60, n % 60),
                "x",
            )
        })
        .collect();
    let text = operator(&conditions);
    let history = collect(&[(PATH, &text)]);
    assert!(lines(&history, "condition").len() > 80_000);
}

#[test]
fn a_very_long_message_is_truncated_with_a_mark() {
    let message = format!("{}x509 at the end", "long ".repeat(1 << 20));
    let text = operator(&condition("2024-10-28T10:00:00Z", &message));
    let timeline = collect(&[(PATH, &text)]);
    let [line] = &lines(&timeline, "condition")[..] else { panic!() };
    assert!(line.len() < 3_000 && line.ends_with("long x509 at the end"), "{line}");
    assert!(line.contains("long [cut] long"), "{line}");
}

#[test]
fn unexpected_types_give_no_events() {
    for status in
        ["[]", "{conditions: 5}", "{conditions: {a: b}}", "{conditions: [[], null, 7]}", "text"]
    {
        let text = format!(
            "apiVersion: config.openshift.io/v1\nkind: ClusterOperator\nmetadata:\n  name: etcd\nstatus: {status}\n"
        );
        assert_eq!(lines(&collect(&[(PATH, &text)]), "condition").len(), 0, "{status}");
    }
}
