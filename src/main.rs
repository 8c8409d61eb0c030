//! The `railsgen` command.

fn main() {}
