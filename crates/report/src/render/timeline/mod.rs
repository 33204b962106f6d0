//! A timeline, for people and for programs.

pub mod jsonl;
mod similar;
pub mod text;
