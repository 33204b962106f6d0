//! The values that flags take.

mod choices;
mod duration;
mod size;
mod time_window;

pub(crate) use choices::{
    ColourChoice, FailOn, OutputFormat, TimelineFormat, TimelineGroupBy, WhyFormat, severity,
    source,
};
pub(crate) use duration::{duration, window};
pub(crate) use size::size;
pub(crate) use time_window::{AroundTime, before};
