//! Flags of kustomize that railsgen knows and refuses.
//!
//! They start helm, containers or other programs, which a build here never does. Each is known so
//! that it can be answered with what to do instead; `--flag=false` asks for nothing and is fine.

use clap::Args as ClapArgs;

use crate::diag::{Code, Diagnostic};

/// The refused flags; hidden from `--help`.
#[derive(Debug, ClapArgs)]
pub(super) struct RefusedFlags {
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    enable_helm: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    helm_debug: Option<bool>,
    #[arg(long, hide = true)]
    helm_command: Option<String>,
    #[arg(long, hide = true)]
    helm_kube_version: Option<String>,
    #[arg(long, hide = true)]
    helm_api_versions: Vec<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    enable_alpha_plugins: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    enable_exec: Option<bool>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    network: Option<bool>,
    #[arg(long, hide = true)]
    network_name: Option<String>,
    #[arg(long, hide = true)]
    mount: Vec<String>,
    #[arg(short, long, hide = true)]
    env: Vec<String>,
    #[arg(long, hide = true, num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    as_current_user: Option<bool>,
}

const HELM: &str = "render the chart once with `helm template`, keep the result beside the \
                    kustomization and list it under `resources`";
const PLUGINS: &str = "run the program once, keep its output beside the kustomization and list it \
                       under `resources`";

impl RefusedFlags {
    /// Why the first of the flags that was used can't be carried out.
    pub(super) fn refusal(&self) -> Option<Diagnostic> {
        let on = |flag: Option<bool>| flag == Some(true);
        let rows = [
            ("enable-helm", on(self.enable_helm), HELM),
            ("helm-debug", on(self.helm_debug), HELM),
            ("helm-command", self.helm_command.is_some(), HELM),
            ("helm-kube-version", self.helm_kube_version.is_some(), HELM),
            (
                "helm-api-versions",
                !self.helm_api_versions.is_empty(),
                HELM,
            ),
            (
                "enable-alpha-plugins",
                on(self.enable_alpha_plugins),
                PLUGINS,
            ),
            ("enable-exec", on(self.enable_exec), PLUGINS),
            ("network", on(self.network), PLUGINS),
            ("network-name", self.network_name.is_some(), PLUGINS),
            ("mount", !self.mount.is_empty(), PLUGINS),
            ("env", !self.env.is_empty(), PLUGINS),
            ("as-current-user", on(self.as_current_user), PLUGINS),
        ];
        let (flag, _, help) = rows.into_iter().find(|(_, used, _)| *used)?;
        let message = format!("railsgen starts no subprocess, so `--{flag}` can't be carried out");
        Some(Diagnostic::error(Code::Usage, message).help(help))
    }
}
