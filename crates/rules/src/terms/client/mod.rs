//! Commands for clusters without `oc`.
//!
//! Rules write every command for `oc`. On a plain cluster the engine translates it, by the words of
//! the shell line: pipes, lists, substitutions and quotes keep their form, and what is not a command
//! of `oc` stays as it is. What only OpenShift has, has no plain form.

mod admin;
mod call;
mod kubectl;
mod places;
mod prose;
mod shell;
#[cfg(test)]
mod tests;
mod translate;

pub use translate::{command_for, has_plain_form, prose_for, word_commands};
