//! Nodes whose clock is ahead of the rest of the cluster.

use mustknow_cluster::Snapshot;

use super::support::{lease, newest_record, node, opened, shown};

/// The newest correct time in these tests.
const NEWEST: &str = "2024-10-28T10:20:30Z";

fn ahead(found: &Snapshot) -> Vec<(String, String)> {
    found.nodes_ahead().map(|(node, span)| (node.to_owned(), span.to_string())).collect()
}

#[test]
fn a_node_whose_clock_is_ahead_does_not_date_the_archive() {
    let started = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: p\n  namespace: x\n  \
                   creationTimestamp: \"2024-10-28T10:10:00Z\"\nspec:\n  nodeName: b\nstatus:\n  \
                   startTime: \"2024-10-28T11:31:00Z\"\n  containerStatuses:\n  - name: c\n    \
                   state:\n      running:\n        startedAt: \"2024-10-28T11:31:05Z\"\n";
    let nodes = [
        node("a", "True", "2024-10-28T10:17:00Z"),
        node("b", "True", "2024-10-28T11:31:30Z"),
        node("c", "True", "2024-10-28T10:18:00Z"),
        ("mg/namespaces/x/pods/p/p.yaml".to_owned(), started.to_owned()),
    ];
    let leases = [
        lease("a", "2024-10-28T10:20:20Z"),
        lease("b", "2024-10-28T11:32:30Z"),
        lease("c", "2024-10-28T10:20:30Z"),
    ];
    let found = opened(&nodes);
    assert_eq!(shown(&found), newest_record("2024-10-28T10:18:00Z"));
    assert_eq!(ahead(&found), [("b".to_owned(), "1h 13m".to_owned())]);
    let found = opened(&[nodes.to_vec(), leases.to_vec()].concat());
    assert_eq!(shown(&found), format!("{NEWEST} Leases"));
    assert_eq!(ahead(&found), [("b".to_owned(), "1h 12m".to_owned())]);
}

/// An event of the kubelet of node `b` in a list, as must-gather writes it.
fn events(first: &str, stored: &str) -> (String, String) {
    let list = format!(
        "---\napiVersion: v1\nitems:\n- apiVersion: v1\n  firstTimestamp: \"{first}\"\n  \
         involvedObject:\n    kind: Pod\n    name: p\n  kind: Event\n  lastTimestamp: \
         \"{first}\"\n  metadata:\n    creationTimestamp: \"{stored}\"\n    name: e\n    namespace: \
         x\n  reason: BackOff\n  source:\n    component: kubelet\n    host: b\n  type: \
         Warning\nkind: EventList\n"
    );
    ("mg/namespaces/x/core/events.yaml".to_owned(), list)
}

#[test]
fn an_event_that_was_stored_before_it_occurred_shows_a_wrong_clock() {
    let found = opened(&[events("2024-10-28T11:20:30Z", NEWEST)]);
    assert_eq!(ahead(&found), [("b".to_owned(), "1h".to_owned())]);
    assert_eq!(shown(&found), newest_record(NEWEST));
    // It was aggregated before it was stored.
    let found = opened(&[events("2024-10-28T09:20:30Z", NEWEST)]);
    assert_eq!(ahead(&found), []);
    let seconds_later = opened(&[events("2024-10-28T10:20:40Z", NEWEST)]);
    assert_eq!(ahead(&seconds_later), []);
}

#[test]
fn nothing_is_ahead_in_an_archive_without_witnesses() {
    let kubelet = [node("a", "True", NEWEST), lease("a", NEWEST)];
    assert_eq!(ahead(&opened(&kubelet)), []);
    let silent = [
        node("a", "Unknown", "2024-10-28T08:00:00Z"),
        node("b", "True", NEWEST),
        node("c", "Unknown", "2024-10-28T08:00:00Z"),
    ];
    let found = opened(&silent);
    assert_eq!(ahead(&found), []);
    assert_eq!(shown(&found), newest_record(NEWEST));
}
