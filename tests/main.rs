//! Tests of the whole program: each module starts it as a user would, or reads the sources of the project.
//!
//! One binary, because each would link every crate again. The modules run at the same time: whatever a
//! test writes lies in a temporary directory of its own, and the environment is set per process it starts.

#![cfg(test)]

mod batch;
mod bombs;
mod choice;
mod cli;
mod containers;
mod examples;
mod floor;
mod formats;
mod hostile;
mod house;
mod html;
mod installation;
mod limits;
mod notes;
mod outputs;
mod plain;
mod redaction;
mod scan;
mod silence;
mod support;
mod sweeps;
mod timeline;
mod why;
mod words;
