//! Helm charts. They are decoded to tell a malformed file from one that asks for Helm; both are
//! refused, for charts are not rendered.

use crate::source::Text;

use super::decode::record;
use super::value::{List, Spanned, Tree};

record! {
    /// `helmGlobals`.
    pub struct HelmGlobals: "`helmGlobals`" {
        /// The directory of the charts.
        chart_home: Text = "chartHome",
        /// The directory of Helm's own configuration.
        config_home: Text = "configHome",
    }
}

record! {
    /// An entry of `helmCharts`.
    pub struct HelmChart: "a chart" {
        /// The name of the chart.
        name: Text = "name",
        /// The version of the chart.
        version: Text = "version",
        /// The repository that has it.
        repo: Text = "repo",
        /// The name of the release.
        release_name: Text = "releaseName",
        /// The namespace of the release.
        namespace: Text = "namespace",
        /// More files of values.
        additional_values_files: List<Text> = "additionalValuesFiles",
        /// The file of values.
        values_file: Text = "valuesFile",
        /// Values.
        values_inline: Tree = "valuesInline",
        /// How the inline values meet those of the file.
        values_merge: Text = "valuesMerge",
        /// Whether CRDs are included.
        include_crds: Spanned<bool> = "includeCRDs",
        /// Whether hooks are left out.
        skip_hooks: Spanned<bool> = "skipHooks",
        /// API versions that the cluster is said to have.
        api_versions: List<Text> = "apiVersions",
        /// The version that the cluster is said to have.
        kube_version: Text = "kubeVersion",
        /// A template for the name of the release.
        name_template: Text = "nameTemplate",
        /// Whether tests are left out.
        skip_tests: Spanned<bool> = "skipTests",
        /// Whether Helm is to be talkative.
        debug: Spanned<bool> = "debug",
    }
    const SHORTHAND: Option<&'static str> = Some("name");
}

record! {
    /// An entry of `helmChartInflationGenerator`, the older spelling of `helmCharts`.
    pub struct HelmChartArgs: "a chart" {
        /// The name of the chart.
        chart_name: Text = "chartName",
        /// The version of the chart.
        chart_version: Text = "chartVersion",
        /// The repository that has it.
        chart_repo_url: Text = "chartRepoUrl",
        /// The directory of the charts.
        chart_home: Text = "chartHome",
        /// Means nothing any more.
        chart_repo_name: Text = "chartRepoName",
        /// Means nothing any more.
        helm_bin: Text = "helmBin",
        /// The directory of Helm's own configuration.
        helm_home: Text = "helmHome",
        /// The file of values.
        values: Text = "values",
        /// Values.
        values_local: Tree = "valuesLocal",
        /// How the inline values meet those of the file.
        values_merge: Text = "valuesMerge",
        /// The name of the release.
        release_name: Text = "releaseName",
        /// Means nothing any more.
        release_namespace: Text = "releaseNamespace",
        /// Means nothing any more.
        extra_args: List<Text> = "extraArgs",
    }
    const SHORTHAND: Option<&'static str> = Some("chartName");
}
