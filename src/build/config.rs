//! Transformer configuration: which fields the transformers of a build touch.
//!
//! The defaults are a table in `k8s`. Only builds with `configurations` or `crds` pay for merging,
//! and only for the lists that those add to.

use std::rc::Rc;

use crate::diag::Result;
use crate::k8s::default_specs as defaults;
use crate::k8s::spec_list::from_defaults;
use crate::k8s::spec_merge::SharedSpecs;
use crate::names::{NameReference, default_references, merge_references};

/// The fields of all transformers.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields {
    pub(super) name_prefix: SharedSpecs,
    pub(super) name_suffix: SharedSpecs,
    pub(super) namespace: SharedSpecs,
    pub(super) common_labels: SharedSpecs,
    pub(super) labels: SharedSpecs,
    pub(super) template_labels: SharedSpecs,
    pub(super) common_annotations: SharedSpecs,
    pub(super) var_reference: SharedSpecs,
    pub(super) images: SharedSpecs,
    pub(super) replicas: SharedSpecs,
    pub(super) name_reference: Vec<NameReference>,
}

/// The configuration in force at a point of a build.
#[derive(Clone, Debug)]
pub(super) enum Config {
    /// Nothing yet: no kustomization has been entered.
    Empty,
    /// What comes with the format.
    Default(Rc<Fields>),
    /// Something of the user's.
    Custom {
        /// All of it.
        fields: Rc<Fields>,
        /// What changed nothing when it was merged in last. Every layer merges the same again.
        absorbed: Option<Rc<Fields>>,
    },
}

impl Config {
    /// A configuration of the user's.
    pub(super) fn custom(fields: Fields) -> Config {
        Config::Custom { fields: Rc::new(fields), absorbed: None }
    }

    /// The fields.
    pub(super) fn fields(&self) -> Rc<Fields> {
        match self {
            Config::Empty => Rc::default(),
            Config::Default(fields) | Config::Custom { fields, .. } => Rc::clone(fields),
        }
    }

    /// Adds another configuration by the reference's rule.
    ///
    /// # Errors
    /// When field specs contradict each other.
    pub(super) fn merge(&mut self, other: &Config) -> Result<()> {
        let theirs = other.fields();
        match (&mut *self, other) {
            // A list merged with itself stays as it is.
            (Config::Default(_), Config::Default(_)) | (_, Config::Empty) => return Ok(()),
            (Config::Empty, _) if theirs.is_settled() => {
                *self = other.clone();
                return Ok(());
            }
            (Config::Custom { absorbed: Some(known), .. }, _) if Rc::ptr_eq(known, &theirs) => {
                return Ok(());
            }
            _ => {}
        }
        let mut merged = Fields::clone(&self.fields());
        if merged.merge(&theirs)? {
            *self = Config::custom(merged);
        } else if let Config::Custom { absorbed, .. } = self {
            *absorbed = Some(theirs);
        }
        Ok(())
    }
}

impl Fields {
    /// What comes with the format.
    pub(super) fn defaults() -> Fields {
        let settled = |specs| SharedSpecs::settled(from_defaults(specs));
        Fields {
            name_prefix: settled(defaults::NAME_PREFIX),
            name_suffix: settled(defaults::NAME_SUFFIX),
            namespace: settled(defaults::NAMESPACE),
            common_labels: settled(defaults::COMMON_LABELS),
            labels: SharedSpecs::default(),
            template_labels: settled(defaults::TEMPLATE_LABELS),
            common_annotations: settled(defaults::COMMON_ANNOTATIONS),
            var_reference: settled(defaults::VAR_REFERENCE),
            images: settled(defaults::IMAGES),
            replicas: settled(defaults::REPLICAS),
            name_reference: default_references(),
        }
    }

    /// Adds the fields of another configuration, and sorts each list by type. Says whether
    /// anything changed.
    ///
    /// # Errors
    /// When field specs contradict each other.
    pub(super) fn merge(&mut self, other: &Fields) -> Result<bool> {
        let mut has_changed = false;
        for (mine, theirs) in self.lists().into_iter().zip(other.shared_lists()) {
            has_changed |= mine.merge_in_order(theirs)?;
        }
        Ok(merge_references(&mut self.name_reference, &other.name_reference)? || has_changed)
    }

    /// Sorts each list by type, which decides what covers what in a file that is merged.
    pub(super) fn sort(&mut self) {
        self.lists().into_iter().for_each(SharedSpecs::sort);
    }

    /// Whether merging the fields into nothing gives them back.
    fn is_settled(&self) -> bool {
        self.shared_lists().iter().all(|list| list.is_settled())
    }

    /// All lists but the name references, with what they are called in a configuration file.
    pub(super) fn lists_with_names(&self) -> [(&'static str, &SharedSpecs); 10] {
        let names = [
            "namePrefix",
            "nameSuffix",
            "namespace",
            "commonAnnotations",
            "commonLabels",
            "labels",
            "templateLabels",
            "varReference",
            "images",
            "replicas",
        ];
        let lists = self.shared_lists();
        std::array::from_fn(|at| (names[at], lists[at]))
    }

    fn lists(&mut self) -> [&mut SharedSpecs; 10] {
        [
            &mut self.name_prefix,
            &mut self.name_suffix,
            &mut self.namespace,
            &mut self.common_annotations,
            &mut self.common_labels,
            &mut self.labels,
            &mut self.template_labels,
            &mut self.var_reference,
            &mut self.images,
            &mut self.replicas,
        ]
    }

    fn shared_lists(&self) -> [&SharedSpecs; 10] {
        [
            &self.name_prefix,
            &self.name_suffix,
            &self.namespace,
            &self.common_annotations,
            &self.common_labels,
            &self.labels,
            &self.template_labels,
            &self.var_reference,
            &self.images,
            &self.replicas,
        ]
    }
}
