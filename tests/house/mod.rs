//! Tests of the project's own sources: what its design promises and no compiler checks.

mod crates;
mod field_words;
mod glossary;
mod imports;
mod items;
mod modules;
mod names;
mod paths;
mod rooms;
mod rules;
mod sources;
mod tokens;
