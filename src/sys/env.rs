//! The environment variables that railsgen reads itself, all of them.
//!
//! Colour variables (`NO_COLOR`, `CLICOLOR`, `TERM` …) are read by the libraries that print.

/// Whether `KUSTOMIZE_ENABLE_MANAGEDBY_LABEL` asks for the `app.kubernetes.io/managed-by` label.
///
/// As in kustomize, `on` is the only value that does.
pub fn managed_by_label() -> bool {
    std::env::var_os("KUSTOMIZE_ENABLE_MANAGEDBY_LABEL").is_some_and(|value| value == "on")
}
