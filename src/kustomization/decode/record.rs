//! Records: structs whose fields are known by name, declared in one table each.

use crate::source::{Span, Text};
use crate::yaml::{Entry, Node};

use super::problem::Wanted;
use super::{Decode, Decoder, Dialect, Place, name};

/// A struct with named fields, as [`record!`] declares it.
pub(in crate::kustomization) trait Record: Default {
    /// What it is, with its article, for messages.
    const WHAT: &'static str;

    /// The field that text in place of the record probably stands for.
    const SHORTHAND: Option<&'static str> = None;

    /// Fields in which a null is probably a value that got lost.
    const NULLS: &'static [&'static str] = &[];

    /// Whether there are other fields, of which nothing is said.
    const OPEN: bool = false;

    /// How the record is decoded if that differs from what is around it.
    const DIALECT: Option<Dialect> = None;

    /// Names that belong to the file around the record and mean nothing to it.
    const PASSED_OVER: &'static [&'static str] = &[];

    /// Advice for wrong names whose right name is not a similar one.
    const ADVICE: &'static [(&'static str, &'static str)] = &[];

    /// Whether the fields hold what must not be shown.
    const SECRET: bool = false;

    /// All names, those of embedded records last.
    fn names() -> impl Iterator<Item = &'static str>;

    /// Decodes a node into the field of this name, which is one of [`Record::names`].
    fn set(&mut self, name: &'static str, node: &Node, decoder: &mut Decoder);

    /// Notes where the record stands.
    fn place(&mut self, span: Span);

    /// Whether no field is set.
    fn is_blank(&self) -> bool;
}

/// Declares a record: the struct, and how each field is called in the file.
///
/// ```text
/// record! {
///     /// What it is.
///     pub struct Selector: "a selector" [id: ObjectSelector] {
///         /// A selector on labels.
///         label_selector: Text = "labelSelector",
///     }
///     const SHORTHAND: Option<&'static str> = Some("name");
/// }
/// ```
///
/// Fields in brackets are records whose names stand among the own ones. Behind the struct follow
/// the constants of [`Record`] that differ from the usual. The field `span` comes by itself.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $type:ident: $what:literal
        $([ $( $(#[$part_meta:meta])* $part:ident: $part_type:ty ),+ $(,)? ])?
        {
            $( $(#[$field_meta:meta])* $field:ident: $field_type:ty = $name:literal, )*
        }
        $( $constants:tt )*
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, Default)]
        pub struct $type {
            $($( $(#[$part_meta])* pub $part: $part_type, )+)?
            $( $(#[$field_meta])* pub $field: $field_type, )*
            /// Where it stands.
            pub span: $crate::source::Span,
        }

        impl $crate::kustomization::decode::Record for $type {
            const WHAT: &'static str = $what;
            $( $constants )*

            fn names() -> impl Iterator<Item = &'static str> {
                let names = [$($name),*].into_iter();
                $($( let names = names.chain(
                    <$part_type as $crate::kustomization::decode::Record>::names()
                ); )+)?
                names
            }

            fn set(
                &mut self,
                name: &'static str,
                node: &$crate::yaml::Node,
                decoder: &mut $crate::kustomization::decode::Decoder,
            ) {
                match name {
                    $( $name => $crate::kustomization::decode::Decode::decode(
                        &mut self.$field, node, decoder
                    ), )*
                    _ => {
                        $($( if <$part_type>::names().any(|own| own == name) {
                            return decoder.embedded(|decoder| self.$part.set(name, node, decoder));
                        } )+)?
                    }
                }
            }

            fn place(&mut self, span: $crate::source::Span) {
                self.span = span;
                $($( self.$part.place(span); )+)?
            }

            fn is_blank(&self) -> bool {
                true $( && $crate::kustomization::decode::Decode::is_unset(&self.$field) )* $($( && self.$part.is_blank() )+)?
            }
        }
    };
}

pub(in crate::kustomization) use record;

impl<R: Record> Decode for R {
    fn decode(&mut self, node: &Node, decoder: &mut Decoder) {
        let Node::Mapping(mapping) = node else {
            if !node.is_null() {
                decoder.wrong_type(node, Wanted::Record(R::WHAT, R::SHORTHAND));
            }
            return;
        };
        self.place(mapping.span());
        let (outer_secret, outer_dialect) = (decoder.secret, decoder.dialect);
        decoder.secret |= R::SECRET;
        decoder.dialect = R::DIALECT.unwrap_or(outer_dialect);
        for (name, entry) in decoder.known_fields::<R>(mapping.entries()) {
            if R::NULLS.contains(&name) && entry.value.is_null() {
                decoder.lost_value(&entry.key.text);
            }
            decoder.at(Place::Field(name), |decoder| self.set(name, &entry.value, decoder));
        }
        decoder.secret = outer_secret;
        decoder.dialect = outer_dialect;
    }

    fn is_unset(&self) -> bool {
        self.is_blank()
    }
}

impl Decoder {
    /// The entries whose keys are fields of the record, in the order in which they take effect.
    /// Others are reported.
    fn known_fields<'n, R: Record>(
        &mut self,
        entries: &'n [Entry],
    ) -> Vec<(&'static str, &'n Entry)> {
        let mut known: Vec<(&'static str, &Entry)> = Vec::with_capacity(entries.len());
        let mut respelled = false;
        for entry in entries {
            match name::find(&entry.key.text, self.dialect.exact_names, R::names()) {
                Some(name) => {
                    if let Some((_, first)) = known.iter().find(|(other, _)| *other == name) {
                        self.two_spellings(name, &first.key.text, &entry.key.text);
                        respelled = true;
                    }
                    known.push((name, entry));
                }
                None if R::OPEN || R::PASSED_OVER.contains(&entry.key.text.as_str()) => {}
                None => self.unknown_field::<R>(&entry.key.text),
            }
        }
        if respelled {
            // The tree reaches the reference's decoder as JSON, with its keys sorted.
            known.sort_by(|(_, a), (_, b)| Text::cmp(&a.key.text, &b.key.text));
        }
        known
    }
}
