//! Storage: `PersistentVolumeClaims`, provisioners, and attaching volumes to nodes.

rules! {
    attachment_stuck,
    claim_lost,
    claim_not_grown,
    claim_pending,
    claim_terminating,
    driver_not_provided,
    driver_not_registered,
    several_default_classes,
    volume_filling_up,
    volume_node_gone,
    volume_not_reclaimed,
    vsphere_too_old,
    vsphere_unusable,
}
