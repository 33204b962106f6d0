//! etcd: members, alarms, disks, size.

rules! {
    alarm_raised,
    bootstrap_member_left,
    clock_drift,
    database_large,
    member_unhealthy,
    member_unstarted,
    members_mismatch,
    quorum_lost,
    slow_disk,
}
