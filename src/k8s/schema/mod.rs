//! Stand-in.
/// Stand-in.
#[derive(Debug, Default, Clone)]
pub struct Schema;
impl Schema {
    /// Stand-in.
    pub fn is_cluster_scoped(&self, _api_version: &str, _kind: &str) -> bool {
        false
    }
}
