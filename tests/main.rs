//! All integration tests, in one binary: each linked binary costs seconds.
//!
//! A new file is declared here; a test in `tidy` finds those that are not. How to add a case
//! without writing Rust stands in `README.md` beside this file.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "tests use the disk, start the binary, and ask kubectl"
)]

mod bounds;
mod cases;
mod check_table;
mod cli;
mod differential;
mod docs;
mod edit;
mod emission;
mod faults;
mod init;
mod invariants;
mod properties;
mod refusals;
mod schema_table;
mod stack;
mod support;
mod tidy;
mod typed;
mod yaml_differential;
