//! The paths in a kustomization file.
//!
//! Not known here: whether a path leads anywhere.

use crate::source::Text;

use super::Kustomization;

impl Kustomization {
    /// All paths that the file names, those of files that only other tools read among them. Inline
    /// patches and plugins are no paths, and neither is the name of a key before a file.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let lists = [
            &self.resources,
            &self.components,
            &self.bases,
            &self.crds,
            &self.configurations,
            &self.generators,
            &self.transformers,
            &self.validators,
            &self.patches_strategic_merge,
        ];
        let patches = self.patches.iter().chain(&self.patches_json6902).map(|patch| &patch.path);
        let generators = self.config_map_generator.iter();
        let generators = generators.chain(self.secret_generator.iter().map(|secret| &secret.args));
        let generated = generators.flat_map(|args| {
            let files = args.files.iter().map(|file| match file.split_once('=') {
                Some((_, path)) => path,
                None => file.as_str(),
            });
            files.chain(args.envs.iter().chain([&args.env]).map(Text::as_str))
        });
        let charts = self
            .helm_charts
            .iter()
            .flat_map(|chart| chart.additional_values_files.iter().chain([&chart.values_file]));
        lists
            .into_iter()
            .flatten()
            .chain(patches)
            .chain(self.replacements.iter().map(|entry| &entry.path))
            .chain(self.openapi.get("path"))
            .chain(charts)
            .map(Text::as_str)
            .chain(generated)
            .filter(|path| !path.is_empty() && !path.contains('\n'))
    }
}

#[cfg(test)]
mod tests {
    use crate::kustomization;
    use crate::source::Sources;
    use crate::yaml::{Limits, parse_document};

    #[test]
    fn paths_of_all_fields_are_there() {
        let text = "\
resources: [a.yaml]
patches: [{path: b.yaml}, {patch: x}]
patchesStrategicMerge: [c.yaml, \"kind: A\\n\"]
configMapGenerator: [{name: m, files: [d.txt, key=e.txt], env: f.env}]
secretGenerator: [{name: s, envs: [g.env]}]
helmCharts: [{name: h, valuesFile: h.yaml, additionalValuesFiles: [i.yaml]}]
openapi: {path: j.json}
replacements: [{path: k.yaml}]
";
        let source = Sources::new().add("kustomization.yaml", text.to_owned()).unwrap();
        let node = parse_document(&source, &Limits::default()).unwrap();
        let decoded = kustomization::decode(node.as_ref()).unwrap();
        let mut paths: Vec<&str> = decoded.value.paths().collect();
        paths.sort_unstable();
        let first_letters: String = paths.iter().map(|path| &path[..1]).collect();
        assert_eq!(first_letters, "abcdefghijk", "{paths:?}");
    }
}
