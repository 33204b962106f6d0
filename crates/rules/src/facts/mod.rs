//! What several rules derive from the same objects: versions, the update, the state of operators.

mod bootstrap;
mod etcd;
mod failing;
mod named;
mod operator;
mod own_object;
mod precondition;
mod progress;
mod release_clock;
mod trouble;
mod update;
mod version;
mod wording;

pub use bootstrap::{completion_remedy, will_need_it};
pub use etcd::{EtcdEndpoint, EtcdMember};
pub use failing::{
    failing_verdict, held_up, is_young_installation, rejected_release, undertaking, urgency,
};
pub use named::{NamedOperator, operators_named};
pub use operator::{OperatorState, RunLevel, blocking_level, outlasts_grace, run_level, state_of};
pub use own_object::{OPERATOR_USES, OwnObject, failing_pods};
pub use precondition::{ApiPrecondition, ConfigMapState, EndpointsState, Waiting};
pub use progress::{Pace, Progress};
pub use release_clock::{is_lower_bound, outlasts, release_age, release_now};
pub use trouble::Trouble;
pub use update::{Failure, Update, failures};
pub use version::Version;
pub use wording::{brief, listed};
