//! What several rules derive from the same objects: versions, the update, the state of operators.

mod bootstrap;
mod etcd;
mod ingress;
mod operator;
mod precondition;
mod reach;
mod reported;
mod settled;
mod update;
mod version;
mod words;

pub use bootstrap::{completion_remedy, will_need_it};
pub use etcd::{EtcdEndpoint, EtcdMember, EtcdStatus, etcd_gap};
pub use ingress::{Ingress, IngressSays};
pub use operator::{OperatorState, RunLevel, blocking_level, outlasts_grace, run_level, state_of};
pub use precondition::{ApiPrecondition, ConfigMapState, EndpointsState, Waiting};
pub use reach::Unreachable;
pub use reported::{Report, Reported};
pub use settled::{is_installing, settled};
pub use update::{Failure, Update, failures};
pub use version::Version;
pub use words::{brief, enumerate};
