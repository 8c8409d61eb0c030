//! Variables: `$(NAME)` in some fields, replaced by the value of another field.

use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::{Resource, bookkeeping, effective_namespace};
use crate::kustomization::Kustomization;
use crate::kustomization::vars::Var;
use crate::source::Text;
use crate::transform::variables::{self, Variable};
use crate::yaml::path::{get, split};
use crate::yaml::{Node, Scalar, Tag};

use super::super::Build;
use super::super::accumulate::Accumulated;

/// A var with the kustomization's entry.
#[derive(Clone, Debug)]
pub(in crate::build) struct DeclaredVar {
    var: Var,
}

/// Adds the vars of an included kustomization.
///
/// # Errors
/// When a name is there already.
pub(in crate::build) fn merge(vars: &mut Vec<DeclaredVar>, more: Vec<DeclaredVar>) -> Result<()> {
    more.into_iter().try_for_each(|var| declare(vars, var))
}

fn declare(vars: &mut Vec<DeclaredVar>, new: DeclaredVar) -> Result<()> {
    if let Some(first) = vars.iter().find(|var| var.var.name == new.var.name) {
        let message = format!("var `{}` is declared twice", new.var.name);
        return Err(Box::new(
            Diagnostic::error(Code::Variable, message)
                .label(new.var.name.span(), "the second time")
                .label(first.var.name.span(), "the first time")
                .help("a name can be declared once in a whole build; rename one of them"),
        ));
    }
    vars.push(new);
    Ok(())
}

impl Build<'_> {
    /// Declares the vars of a kustomization, and marks the resources that they read from.
    pub(in crate::build) fn declare_vars(
        &mut self,
        kustomization: &Kustomization,
        all: &mut Accumulated,
    ) -> Result<()> {
        for var in &kustomization.vars {
            let fitting = Self::fitting(var, all);
            match fitting.as_slice() {
                [] => {}
                [at] => all.set.keep_ids_mut()[*at].vars.push(var.name.clone()),
                many => {
                    let message = format!("var `{}` fits {} resources", var.name, many.len());
                    let mut error = Diagnostic::error(Code::Variable, message).at(var.name.span());
                    for at in many.iter().take(4) {
                        error = error.label(all.set.as_slice()[*at].name_span(), "one of them");
                    }
                    return Err(Box::new(error.help("add a `namespace` to its `objref`")));
                }
            }
            declare(&mut all.vars, DeclaredVar { var: var.clone() })?;
        }
        Ok(())
    }

    fn fitting(var: &Var, all: &mut Accumulated) -> Vec<usize> {
        let object = &var.object;
        let (group, version) = object.group_version();
        // The reference does not know the scope of the kind here: with a namespace, an object of a
        // kind without namespaces is never meant.
        let namespace = effective_namespace(&object.namespace, false);
        let any_namespace = object.namespace.is_empty();
        let named = all.set.named(&object.name);
        let fits = |at: &usize| {
            let resource = &all.set.as_slice()[*at];
            resource.id().group() == group.as_str()
                && resource.id().version() == version.as_str()
                && resource.any_ids().any(|(name, found, kind)| {
                    object.name == *name
                        && object.kind == *kind
                        && (any_namespace || found == namespace)
                })
        };
        named.into_iter().filter(fits).collect()
    }

    /// Replaces all variables, once all names are final.
    pub(in crate::build) fn replace_vars(&mut self, all: &mut Accumulated) -> Result<()> {
        if all.vars.is_empty() {
            return Ok(());
        }
        let mut declared: Vec<&Var> = all.vars.iter().map(|var| &var.var).collect();
        declared.sort_by(|a, b| a.name.cmp(&b.name));
        let values: Vec<(Text, Variable)> = declared
            .iter()
            .map(|var| Ok((var.name.clone(), value(var, all.set.as_slice())?)))
            .collect::<Result<_>>()?;
        let specs = all.config.fields().var_reference.shared();
        let used = variables::apply(&mut all.set, &values, &specs, &mut self.warnings)?;
        for (var, _) in declared.iter().zip(used).filter(|(_, used)| !used) {
            let message = format!("var `{}` is never used", var.name);
            let warning = Diagnostic::warning(Code::NoEffect, message).at(var.name.span());
            self.warn(warning);
        }
        Ok(())
    }
}

/// The value of the field that a var names.
fn value(var: &Var, resources: &[Resource]) -> Result<Variable> {
    let error = |message: String| {
        let error = Diagnostic::error(Code::Variable, message).at(var.name.span());
        Box::new(error.label(var.object.span, "what it names"))
    };
    let Some(resource) = resources.iter().find(|resource| resource.vars.contains(&var.name)) else {
        let object = &var.object;
        let message = format!("no resource is the {} `{}` of this var", object.kind, object.name);
        let mut error = error(message);
        if !object.namespace.is_empty() {
            let help = "objects of kinds without namespaces are found only without `namespace`";
            error.help.push(help.into());
        }
        return Err(error);
    };
    let path = match var.field.path.as_str() {
        "" => "metadata.name",
        path => path,
    };
    let missing = |why: String| {
        let message =
            format!("{} has no field `{path}` for var `{}`{why}", resource.id(), var.name);
        error(message)
    };
    let opened;
    let mut node = resource.node();
    if bookkeeping::opens_books(path) {
        let mut copy = resource.clone();
        bookkeeping::lay_open(&mut copy);
        opened = copy.into_node();
        node = &opened;
    }
    let found =
        get(node, &with_indices(split(path))).map_err(|problem| missing(format!(": {problem}")))?;
    match found {
        None => Err(missing(String::new())),
        Some(Node::Scalar(scalar)) => variable(scalar).ok_or_else(|| {
            error(format!("the value of var `{}` is not what its type says", var.name))
        }),
        Some(_) => Ok(Variable::Collection),
    }
}

fn variable(scalar: &Scalar) -> Option<Variable> {
    let text = scalar.text.as_str();
    Some(match scalar.tag {
        // What the engine wrote counts as text until it is printed.
        Tag::Untagged => Variable::Text(scalar.text.clone()),
        _ => match scalar.resolved_tag() {
            Tag::Int => Variable::Int(text.parse().ok()?),
            Tag::Float => Variable::Float(text.parse().ok()?),
            Tag::Bool => Variable::Bool(text.to_lowercase().parse().ok()?),
            _ => Variable::Text(scalar.text.clone()),
        },
    })
}

/// `ports[0]` means the field `ports` and its element 0.
fn with_indices(segments: Vec<String>) -> Vec<String> {
    let mut split = Vec::new();
    for segment in segments {
        let inner = segment.strip_suffix(']').and_then(|rest| rest.rsplit_once('['));
        match inner {
            Some((name, index))
                if !index.is_empty() && index.bytes().all(|b| b.is_ascii_digit()) =>
            {
                if !name.is_empty() {
                    split.push(name.to_string());
                }
                split.push(index.to_string());
            }
            _ => split.push(segment),
        }
    }
    split
}
