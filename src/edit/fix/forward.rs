//! Which fields become which.

use crate::diag::{Code, Diagnostic, Result};
use crate::edit::draft::{File, Pen};
use crate::edit::fields::{self, List};
use crate::fs::{FileKind, join};
use crate::kustomization::Kustomization;
use crate::yaml::Node;
use crate::yaml::edit::{At, Content, Path};

/// An older field that is brought forward.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Conversion {
    Bases,
    ImageTags,
    Env,
    JsonPatches,
    MergePatches,
    CommonLabels,
    Vars,
}

/// In which order the patches of several fields go into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PatchOrder {
    /// Those of `patches`, of `patchesJson6902`, of `patchesStrategicMerge`: kustomize's way.
    Appended,
    /// The order in which a build runs them.
    AsRun,
}

impl PatchOrder {
    pub(super) const ALL: [PatchOrder; 2] = [PatchOrder::Appended, PatchOrder::AsRun];
}

impl Conversion {
    const ALL: [Conversion; 7] = [
        Conversion::Bases,
        Conversion::ImageTags,
        Conversion::Env,
        Conversion::JsonPatches,
        Conversion::MergePatches,
        Conversion::CommonLabels,
        Conversion::Vars,
    ];

    /// The conversions that a file may need. The older spellings that decoding brings forward are
    /// looked for again when they are made.
    pub(super) fn wanted(file: &Kustomization, vars: bool) -> Vec<Conversion> {
        let is_wanted = |conversion: &Conversion| match conversion {
            Conversion::Bases | Conversion::ImageTags | Conversion::Env => true,
            Conversion::JsonPatches => file.patches_json6902.is_present(),
            Conversion::MergePatches => file.patches_strategic_merge.is_present(),
            Conversion::CommonLabels => file.common_labels.is_present(),
            Conversion::Vars => vars && file.vars.is_present(),
        };
        Conversion::ALL.into_iter().filter(is_wanted).collect()
    }

    /// The old field and the new one.
    pub(super) const fn names(self) -> (&'static str, &'static str) {
        match self {
            Conversion::Bases => ("bases", "resources"),
            Conversion::ImageTags => ("imageTags", "images"),
            Conversion::Env => ("env", "envs"),
            Conversion::JsonPatches => ("patchesJson6902", "patches"),
            Conversion::MergePatches => ("patchesStrategicMerge", "patches"),
            Conversion::CommonLabels => ("commonLabels", "labels"),
            Conversion::Vars => ("vars", "replacements"),
        }
    }

    fn what(self) -> String {
        let (old, new) = self.names();
        format!("{old} -> {new}")
    }
}

/// Makes conversions, vars aside.
pub(super) fn convert(
    file: &File<'_>,
    pen: &mut Pen,
    wanted: &[Conversion],
    order: PatchOrder,
) -> Result<()> {
    for conversion in wanted {
        match conversion {
            Conversion::Bases | Conversion::ImageTags => move_list(file, pen, *conversion)?,
            Conversion::Env => {
                for generators in ["configMapGenerator", "secretGenerator"] {
                    move_env(&file.list(generators)?, pen)?;
                }
            }
            Conversion::CommonLabels => move_labels(file, pen)?,
            Conversion::JsonPatches | Conversion::MergePatches | Conversion::Vars => {}
        }
    }
    let is_wanted = |conversion| wanted.contains(&conversion);
    let json = is_wanted(Conversion::JsonPatches);
    let merge = is_wanted(Conversion::MergePatches);
    move_patches(file, pen, json, merge, order)
}

/// Renames a list, or puts its items behind those of the list that it belongs to.
fn move_list(file: &File<'_>, pen: &mut Pen, conversion: Conversion) -> Result<()> {
    let (old, new) = conversion.names();
    let (old, new) = (file.list(old)?, file.list(new)?);
    let Some(path) = &old.path else { return Ok(()) };
    let what = conversion.what();
    if old.items.is_empty() {
        pen.remove(path.clone(), format!("empty {} removed", old.name));
    } else if new.path.is_none() {
        pen.rename(path.clone(), new.name, what);
    } else {
        let item = |index| (At::End, Content::Copy(path.index(index)), String::new());
        pen.add_items(&new, (0..old.items.len()).map(item).collect());
        pen.remove(path.clone(), what);
    }
    Ok(())
}

/// Moves the `env` of generators to their `envs`.
fn move_env(generators: &List<'_>, pen: &mut Pen) -> Result<()> {
    let Some(path) = &generators.path else { return Ok(()) };
    for (index, item) in generators.items.iter().enumerate() {
        let Some(entry) = item.as_mapping() else { continue };
        let at = path.index(index);
        let Some(env) = fields::field(entry, &at, "env")? else { continue };
        let envs = List::of("envs", fields::field(entry, &at, "envs")?)?;
        let what = Conversion::Env.what();
        if env.text().is_empty() {
            pen.remove(env.path, "empty env removed");
        } else if let Some(known) = &envs.path {
            match envs.items.is_empty() {
                true => {
                    let items = Content::List(vec![Content::Copy(env.path.clone())]);
                    pen.replace(known.clone(), items, "");
                }
                false => pen.push_item(known.clone(), Content::Copy(env.path.clone()), ""),
            }
            pen.remove(env.path, what);
        } else {
            let items = Content::List(vec![Content::Copy(env.path.clone())]);
            pen.rename(env.path.clone(), "envs", what);
            pen.replace(env.path, items, "");
        }
    }
    Ok(())
}

/// Makes an entry of `labels` of `commonLabels`.
fn move_labels(file: &File<'_>, pen: &mut Pen) -> Result<()> {
    let Some(old) = file.field("commonLabels")? else { return Ok(()) };
    let Some(pairs) = old.mapping()?.filter(|pairs| !pairs.is_empty()) else {
        pen.remove(old.path, "empty commonLabels removed");
        return Ok(());
    };
    let labels = file.list("labels")?;
    for item in labels.items {
        let Some(known) = item.as_mapping() else { continue };
        let known = fields::field(known, &Path::root(), "pairs")?;
        let known = known.and_then(|known| known.value.as_mapping());
        for label in known.into_iter().flat_map(|known| known.iter()) {
            if let Some(twin) = pairs.entry(&label.key.text) {
                let message =
                    format!("label `{}` is both in `commonLabels` and in `labels`", label.key.text);
                return Err(Box::new(
                    Diagnostic::error(Code::Edit, message)
                        .at(twin.key.text.span())
                        .label(label.key.text.span(), "here, too")
                        .help("remove one of the two"),
                ));
            }
        }
    }
    let entry = Content::Map(vec![
        ("pairs".to_owned(), Content::Copy(old.path.clone())),
        ("includeSelectors".to_owned(), Content::Bool(true)),
    ]);
    let what = Conversion::CommonLabels.what();
    if labels.path.is_none() {
        pen.rename(old.path.clone(), "labels", what);
        pen.replace(old.path, Content::List(vec![entry]), "");
    } else {
        pen.add_items(&labels, vec![(At::End, entry, String::new())]);
        pen.remove(old.path, what);
    }
    Ok(())
}

/// A field whose patches go to `patches`.
struct Patches<'n> {
    list: List<'n>,
    conversion: Option<Conversion>,
}

fn move_patches(
    file: &File<'_>,
    pen: &mut Pen,
    json: bool,
    merge: bool,
    order: PatchOrder,
) -> Result<()> {
    let mut all = Vec::new();
    for (name, conversion, is_wanted) in [
        ("patches", None, true),
        ("patchesJson6902", Some(Conversion::JsonPatches), json),
        ("patchesStrategicMerge", Some(Conversion::MergePatches), merge),
    ] {
        let list = file.list(name)?;
        if !is_wanted || list.path.is_none() {
            continue;
        }
        if list.items.is_empty() {
            if let Some(path) = list.path.filter(|_| conversion.is_some()) {
                pen.remove(path, format!("empty {name} removed"));
            }
        } else {
            all.push(Patches { list, conversion });
        }
    }
    if order == PatchOrder::AsRun {
        all.sort_by_key(|patches| match patches.conversion {
            Some(Conversion::MergePatches) => 0,
            None => 1,
            Some(_) => 2,
        });
    }
    // The one that stays where it is: `patches`, or else the first.
    let Some(main) = all.iter().position(|p| p.conversion.is_none()).or(Some(0)) else {
        return Ok(());
    };
    let Some(stays) = all.get(main) else { return Ok(()) };
    let Some(target) = stays.list.path.clone() else { return Ok(()) };
    if let Some(conversion) = stays.conversion {
        if file.field("patches")?.is_some() {
            let list = file.list("patches")?;
            if let Some(path) = list.path {
                pen.remove(path, "");
            }
        }
        pen.rename(target.clone(), "patches", conversion.what());
        if conversion == Conversion::MergePatches {
            for (index, item) in stays.list.items.iter().enumerate() {
                let path = target.index(index);
                let new = Content::CopyUnder(key_of(file, item).to_owned(), path.clone());
                pen.replace(path, new, "");
            }
        }
    }
    for (position, patches) in all.iter().enumerate() {
        let Some(path) = patches.list.path.as_ref().filter(|_| position != main) else { continue };
        for (index, item) in patches.list.items.iter().enumerate() {
            let at = if position < main { At::Before(0) } else { At::End };
            let old = path.index(index);
            let new = match patches.conversion {
                Some(Conversion::MergePatches) => {
                    Content::CopyUnder(key_of(file, item).to_owned(), old)
                }
                _ => Content::Copy(old),
            };
            pen.push_at(target.clone(), at, new);
        }
        let what = patches.conversion.map_or_else(String::new, Conversion::what);
        pen.remove(path.clone(), what);
    }
    Ok(())
}

/// Whether an entry of `patchesStrategicMerge` is a `path` or the `patch` itself.
fn key_of(file: &File<'_>, item: &Node) -> &'static str {
    let text = item.text().map_or("", |text| text.as_str());
    let found = file.place.fs.resolve(&join(file.place.directory, text));
    match found {
        Ok((_, FileKind::File)) if !text.contains('\n') => "path",
        _ => "patch",
    }
}
