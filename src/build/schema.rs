//! Which schema is in force.
//!
//! The reference has one schema for all kustomizations of a build: the first that names one in
//! `openapi` wins and stays in force for everything that runs afterwards. If the built-in schema
//! was needed before, both are in force.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::schema::Schema;
use crate::patch::check_json;
use crate::source::{Source, Span, Text};
use crate::yaml::{self, Node};

/// The only version of the built-in schema.
const BUILTIN_VERSION: &str = "v1.21.2";

/// The schema of a build so far.
#[derive(Clone, Debug, Default)]
pub(super) struct SchemaInForce {
    schema: Schema,
    /// Whether a kustomization named one.
    named: bool,
    /// Whether the schema was needed, which fixes the built-in one.
    used: bool,
}

impl SchemaInForce {
    /// The schema, without counting as a need for it.
    pub(super) fn get(&self) -> &Schema {
        &self.schema
    }

    /// The schema, needed for a merge.
    pub(super) fn need(&mut self) -> &Schema {
        self.used = true;
        &self.schema
    }

    /// Notes that an object of this type was met: types without a known scope need the schema.
    pub(super) fn meet(&mut self, api_version: &str, kind: &str) {
        self.used = self.used || !Schema::has_known_scope(api_version, kind);
    }

    /// Takes note of a kustomization's `openapi` field; `load` reads the file that it names.
    pub(super) fn enter(
        &mut self,
        version: Option<&Text>,
        path: Option<&Text>,
        span: Span,
        load: impl FnOnce(&Text) -> Result<Option<Node>>,
    ) -> Result<()> {
        // The file is read even if another schema is in force already.
        let document = match path {
            Some(path) => Some((path, load(path)?)),
            None => None,
        };
        if self.named {
            return Ok(());
        }
        match (version, document) {
            (Some(_), Some(_)) => {
                let message = "`openapi` has both a version and a path";
                let error = Diagnostic::error(Code::OpenApi, message).at(span);
                Err(Box::new(error.help("keep one of them")))
            }
            (Some(version), None) if !version.is_empty() && *version != BUILTIN_VERSION => {
                let message = format!("openapi version `{version}` is not built in");
                let error = Diagnostic::error(Code::OpenApi, message).at(version.span());
                Err(Box::new(error.help(format!("the only version is `{BUILTIN_VERSION}`"))))
            }
            (version, None) => {
                self.named = version.is_some_and(|version| !version.is_empty());
                Ok(())
            }
            (None, Some((path, document))) => {
                let document = document.unwrap_or_else(|| Node::mapping(path.span()));
                let custom = Schema::from_openapi(&document)?;
                self.schema = if self.used { custom.over_builtin() } else { custom };
                self.named = true;
                Ok(())
            }
        }
    }
}

/// Parses a schema file.
pub(super) fn parse(source: &Arc<Source>, limits: &yaml::Limits) -> Result<Option<Node>> {
    // What begins with a brace must be JSON to its end.
    if source.text().starts_with('{') {
        check_json(source, limits, Code::OpenApi)?;
    }
    yaml::parse_document(source, limits)
}
