//! What several rules derive from the same objects: versions, the update, the state of operators.

mod bootstrap;
mod etcd;
mod operator;
mod precondition;
mod update;
mod version;

pub use bootstrap::{completion_remedy, will_need_it};
pub use etcd::{EtcdEndpoint, EtcdMember};
pub use operator::{OperatorState, RunLevel, blocking_level, outlasts_grace, run_level, state_of};
pub use precondition::{ApiPrecondition, ConfigMapState, EndpointsState, Waiting};
pub use update::{Failure, Update, failures};
pub use version::Version;
