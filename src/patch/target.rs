//! Stand-in.
#![allow(missing_docs)]
use crate::diag::Result;
use crate::source::Text;
use crate::yaml::Mapping;
#[derive(Debug)]
pub struct Target;
pub struct TargetText<'a> { pub group: &'a Text, pub version: &'a Text, pub kind: &'a Text, pub name: &'a Text, pub namespace: &'a Text, pub labels: &'a Text, pub annotations: &'a Text }
pub struct Subject<'a> { pub group: &'a str, pub version: &'a str, pub kind: &'a str, pub names: [&'a str;2], pub namespaces: [&'a str;2], pub labels: Option<&'a Mapping>, pub annotations: Option<&'a Mapping> }
impl Target { pub fn new(_: &TargetText<'_>) -> Result<Target> { Ok(Target) } pub fn matches(&self, _: &Subject<'_>) -> bool { false } }
