//! `set image`.

use super::draft::{Draft, Pen};
use super::fields::{self, List};
use super::named::{Named, last_of_each};
use super::{Edited, Place};
use crate::diag::{Code, Diagnostic, Result};
use crate::k8s::image_ref;
use crate::yaml::edit::{At, Content, Path};
use crate::yaml::{Mapping, Node};

/// What becomes of an image: `[NAME=]REFERENCE`.
///
/// Empty parts are not set: what the file says of them goes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Image {
    /// The image as resources name it.
    pub name: String,
    /// Its new name.
    pub new_name: Part,
    /// Its new tag.
    pub new_tag: Part,
    /// Its new digest.
    pub digest: Part,
}

/// A part of what becomes of an image.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// None.
    #[default]
    Unset,
    /// What the file says, if it says something: `*`.
    Kept,
    /// This.
    Text(String),
}

const FORMS: [&str; 7] = [
    "NAME=NEWNAME:NEWTAG",
    "NAME=NEWNAME@DIGEST",
    "NAME=NEWNAME:NEWTAG@DIGEST",
    "NAME=NEWNAME",
    "NAME:NEWTAG",
    "NAME:NEWTAG@DIGEST",
    "NAME@DIGEST",
];

impl Image {
    /// Reads an argument in any of the reference's forms. A `*` stands for what the file says.
    ///
    /// ```
    /// use railsgen::edit::image::{Image, Part};
    ///
    /// let image = Image::parse("web=registry.example.com/web:*").unwrap();
    /// assert_eq!(image.name, "web");
    /// assert_eq!(image.new_name, Part::Text("registry.example.com/web".into()));
    /// assert_eq!((image.new_tag, image.digest), (Part::Kept, Part::Unset));
    /// assert!(Image::parse("web").is_err());
    /// ```
    ///
    /// # Errors
    /// When it says nothing of the image.
    pub fn parse(arg: &str) -> Result<Image> {
        let (name, reference) = match arg.split_once('=') {
            Some((name, reference)) => (name, reference),
            None => ("", arg),
        };
        let parts = image_ref::split(reference);
        if parts.name == arg {
            let message = format!("`{arg}` does not say what becomes of the image");
            let error = Diagnostic::error(Code::Usage, message);
            return Err(Box::new(error.help(format!("write one of {}", FORMS.join(", ")))));
        }
        if name.is_empty() && parts.name.is_empty() {
            let message = format!("`{arg}` names no image");
            let error = Diagnostic::error(Code::Usage, message);
            return Err(Box::new(error.help("write `NAME:NEWTAG`")));
        }
        let new_name = if name.is_empty() { "" } else { parts.name };
        let name = if name.is_empty() { parts.name } else { name };
        Ok(Image {
            name: name.to_owned(),
            new_name: Part::parse(new_name),
            new_tag: Part::parse(parts.tag),
            digest: Part::parse(parts.digest),
        })
    }

    /// The fields of an entry besides its name, in their usual order, and what they are to be.
    fn fields(&self) -> [(&'static str, &Part); 4] {
        [
            ("newName", &self.new_name),
            ("newTag", &self.new_tag),
            ("tagSuffix", &Part::Unset),
            ("digest", &self.digest),
        ]
    }

    /// Puts what an entry says in the place of `*`.
    fn settle(&mut self, entry: Option<&Node>) {
        for (name, part) in [
            ("newName", &mut self.new_name),
            ("newTag", &mut self.new_tag),
            ("digest", &mut self.digest),
        ] {
            if *part == Part::Kept {
                let text = entry.map_or("", |entry| fields::text(entry, name));
                *part = if text.is_empty() { Part::Unset } else { Part::Text(text.to_owned()) };
            }
        }
    }
}

impl Part {
    fn parse(text: &str) -> Part {
        match text {
            "" => Part::Unset,
            "*" => Part::Kept,
            text => Part::Text(text.to_owned()),
        }
    }

    fn text(&self) -> &str {
        match self {
            Part::Text(text) => text,
            Part::Unset | Part::Kept => "",
        }
    }
}

/// Sets images. Of several for one name the last counts.
///
/// An entry of the same name is changed in place, further ones are removed. New entries come where
/// the order of names puts them, or at the end of a list without order.
///
/// # Errors
/// When there is no kustomization file, or it can't be changed.
pub fn set(place: Place<'_>, images: &[Image]) -> Result<Edited> {
    let Draft { file, mut pen } = Draft::open(place)?;
    let lists = [file.list("images")?, file.list("imageTags")?];
    let mut new = Vec::new();
    let named = lists.each_ref().map(Named::of);
    for wanted in last_of_each(images, |image| &image.name) {
        let lists = lists.iter().zip(&named);
        new.extend(set_one(&mut pen, lists, wanted.clone())?);
    }
    new.sort_by(|a, b| a.name.cmp(&b.name));
    let items = new.iter().map(|image| {
        let mut entry = vec![("name".to_owned(), Content::text(image.name.as_str()))];
        let mut what = format!("image `{}`:", image.name);
        for (field, part) in image.fields() {
            if !part.text().is_empty() {
                entry.push((field.to_owned(), Content::text(part.text())));
                what.push_str(&format!(" {field} `{}`", part.text()));
            }
        }
        (named[0].place(&image.name), Content::Map(entry), format!("{what} added"))
    });
    let items = items.collect();
    pen.add_items(&lists[0], items);
    Draft { file, pen }.finish()
}

/// Changes the first entry of a name and removes the others; gives the image back if there is
/// none.
fn set_one<'l, 'n: 'l>(
    pen: &mut Pen,
    lists: impl Iterator<Item = (&'l List<'n>, &'l Named<'n>)>,
    mut wanted: Image,
) -> Result<Option<Image>> {
    let mut is_known = false;
    for (list, named) in lists {
        let Some(path) = &list.path else { continue };
        for index in named.indexes(&wanted.name) {
            let item = &list.items[*index];
            let Some(entry) = item.as_mapping() else { continue };
            wanted.settle(Some(item));
            let at = path.index(*index);
            if is_known {
                pen.remove(at, format!("image `{}`: second entry removed", wanted.name));
            } else {
                change(pen, entry, &at, &wanted)?;
            }
            is_known = true;
        }
    }
    wanted.settle(None);
    Ok((!is_known).then_some(wanted))
}

/// Makes an entry say what is wanted.
fn change(pen: &mut Pen, entry: &Mapping, at: &Path, wanted: &Image) -> Result<()> {
    let mut gone = Vec::new();
    let mut missing = Vec::new();
    // The key behind which the next new field goes.
    let mut last = fields::field(entry, at, "name")?.map(|field| field.key.to_string());
    for (name, part) in wanted.fields() {
        let text = part.text();
        let Some(field) = fields::field(entry, at, name)? else {
            if !text.is_empty() {
                missing.push((name, text, last.clone()));
            }
            continue;
        };
        match (field.text(), text) {
            (old, new) if old == new => last = Some(field.key.to_string()),
            ("", new) => {
                last = Some(field.key.to_string());
                let what = format!("image `{}`: {name} `{new}`", wanted.name);
                pen.replace(field.path, Content::text(new), what);
            }
            (_, "") => gone.push((name, field)),
            (old, new) => {
                last = Some(field.key.to_string());
                let what = format!("image `{}`: {name} `{old}` -> `{new}`", wanted.name);
                pen.replace(field.path, Content::text(new), what);
            }
        }
    }
    // A tag that becomes a digest, or the other way round, is one line.
    let is_version = |name: &str| name != "newName";
    while let (Some(old), Some(new)) = (
        gone.iter().position(|(name, _)| is_version(name)),
        missing.iter().position(|(name, ..)| is_version(name)),
    ) {
        let (old, field) = gone.remove(old);
        let (new, text, _) = missing.remove(new);
        let what = format!("image `{}`: {old} `{}` -> {new} `{text}`", wanted.name, field.text());
        pen.rename(field.path.clone(), new, what);
        pen.replace(field.path, Content::text(text), "");
    }
    for (name, field) in gone {
        let what = format!("image `{}`: {name} `{}` removed", wanted.name, field.text());
        pen.remove(field.path, what);
    }
    for (name, text, behind) in missing {
        let behind = behind.map_or(At::End, |key| At::Behind(key.into()));
        let what = format!("image `{}`: {name} `{text}` added", wanted.name);
        pen.insert(at.clone(), behind, name, Content::text(text), what);
    }
    Ok(())
}
