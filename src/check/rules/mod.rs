//! The rules: one file each, one row each in [`RULES`].
//!
//! A rule names what is wrong, not what would be right, and says why it matters in `explanation`,
//! which is also its documentation.

mod blocking_budget;
mod dangling_reference;
mod duplicate;
mod image_tag;
mod pod_security;
mod probes;
mod resources;
mod schema;
mod selector;
mod unknown_port;

use super::{Findings, Rule, error, warning};

/// All rules, in the order in which they run: what is malformed before what is unwise.
pub const RULES: &[Rule] = &[
    schema::RULE,
    duplicate::RULE,
    dangling_reference::RULE,
    selector::RULE,
    unknown_port::RULE,
    pod_security::RULE,
    image_tag::RULE,
    resources::RULE,
    probes::RULE,
    blocking_budget::RULE,
];
