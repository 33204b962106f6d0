//! etcd: members, alarms, disks, size.

rules! {
}
