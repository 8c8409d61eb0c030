//! Which schema is in force.
//!
//! The reference has one schema for all kustomizations of a build: the first that names one in
//! `openapi` wins and stays in force for everything that runs afterwards. If the built-in schema
//! was needed before, both are in force. A file that can't be parsed does no harm where nothing
//! needs a schema.

use std::sync::Arc;

use crate::diag::{Code, Diagnostic, Result, Severity};
use crate::k8s::schema::Schema;
use crate::patch::read_json;
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
    /// Why the schema that was named can't be parsed.
    problem: Option<Box<Diagnostic>>,
    /// Whether there are objects of types without a known scope: sooner or later each of them
    /// needs the schema.
    has_unknown_scopes: bool,
    /// Whether the schema was needed that can't be parsed.
    is_missed: bool,
}

impl SchemaInForce {
    /// The schema, without counting as a need for it.
    pub(super) fn get(&self) -> &Schema {
        &self.schema
    }

    /// The schema, needed for a merge.
    pub(super) fn need(&mut self) -> &Schema {
        self.used = true;
        self.is_missed = self.problem.is_some();
        &self.schema
    }

    /// Notes that an object of this type was met: types without a known scope need the schema.
    pub(super) fn meet(&mut self, api_version: &str, kind: &str) {
        if !Schema::has_known_scope(api_version, kind) {
            self.used = true;
            self.has_unknown_scopes = true;
        }
    }

    /// Looks back at the end of a build; gives a warning of a schema that can't be parsed and was
    /// not needed.
    ///
    /// # Errors
    /// When it was needed.
    pub(super) fn settle(&mut self) -> Result<Option<Diagnostic>> {
        match self.problem.take() {
            Some(problem) if self.is_missed || self.has_unknown_scopes => Err(problem),
            Some(mut problem) => {
                problem.severity = Severity::Warning;
                Ok(Some(*problem))
            }
            None => Ok(None),
        }
    }

    /// Takes note of a kustomization's `openapi` field; `load` reads the file that it names.
    pub(super) fn enter(
        &mut self,
        version: Option<&Text>,
        path: Option<&Text>,
        span: Span,
        limits: &yaml::Limits,
        load: impl FnOnce(&Text) -> Result<Arc<Source>>,
    ) -> Result<()> {
        // The file is read even if another schema is in force already.
        let source = match path {
            Some(path) => Some((path, load(path)?)),
            None => None,
        };
        if self.named {
            return Ok(());
        }
        match (version, source) {
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
            (None, Some((path, source))) => {
                self.named = true;
                match parse(&source, path.span(), limits) {
                    Ok(custom) if self.used => self.schema = custom.over_builtin(),
                    Ok(custom) => self.schema = custom,
                    Err(problem) if problem.code == Code::TooLarge => return Err(problem),
                    Err(problem) => self.problem = Some(problem),
                }
                Ok(())
            }
        }
    }
}

/// Parses a schema file, which is named at `named`.
fn parse(source: &Arc<Source>, named: Span, limits: &yaml::Limits) -> Result<Schema> {
    if source.text().is_empty() {
        let error = Diagnostic::error(Code::OpenApi, "this schema file is empty").at(named);
        return Err(Box::new(error.help("write `{}` into it, or take `openapi` out")));
    }
    // What begins with a brace must be JSON to its end.
    let document = match source.text().starts_with('{') {
        true => Some(read_json(source, limits, Code::OpenApi)?),
        false => yaml::parse_document(source, limits)?,
    };
    Schema::from_openapi(&document.unwrap_or_else(|| Node::mapping(named)))
}
