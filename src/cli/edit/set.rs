//! `railsgen edit set`

use clap::{Args as ClapArgs, Subcommand};

use super::args::{BuildMetadataFlags, PairFlags};
use crate::diag::Result;
use crate::edit::image::Image;
use crate::edit::metadata::{self, Kind as Metadata};
use crate::edit::replicas::Replicas;
use crate::edit::text_field::{self, TextField};
use crate::edit::{Edited, Place, build_metadata, generator, image, replicas};

const EXAMPLES: &str = "\
Examples:
  railsgen edit set image web=registry.example.com/web:v2 worker:v2
  railsgen edit set namespace staging
  railsgen edit set replicas web=3 worker=1
  railsgen edit set label team:shop
  railsgen edit set configmap env --from-literal=LOG_LEVEL=debug";

/// Set values
#[derive(Debug, ClapArgs)]
#[command(before_long_help = EXAMPLES)]
pub(super) struct Flags {
    #[command(subcommand)]
    what: What,
}

const TEXT: &str = "\
Examples:
  railsgen edit set namespace staging
  railsgen edit set nameprefix blue-
  railsgen edit set namesuffix -canary
  railsgen edit set namesuffix ''                          take it out";

const REPLICAS: &str = "\
Examples:
  railsgen edit set replicas web=3 worker=1";

const PAIRS: &str = "\
Examples:
  railsgen edit set label team:shop tier:web
  railsgen edit set annotation contact:ops@example.com";

const BUILDMETADATA: &str = "\
Examples:
  railsgen edit set buildmetadata originAnnotations,managedByLabel";

const GENERATOR: &str = "\
Examples:
  railsgen edit set configmap env --from-literal=LOG_LEVEL=debug
  railsgen edit set secret app --from-literal=TOKEN=abc --namespace=jobs
  railsgen edit set configmap env --namespace=old --new-namespace=new";

#[derive(Debug, Subcommand)]
enum What {
    Image(ImageFlags),
    /// Set the namespace of all objects
    #[command(before_long_help = TEXT)]
    Namespace(TextFlags),
    /// Set what is put in front of names
    #[command(before_long_help = TEXT)]
    Nameprefix(TextFlags),
    /// Set what is put behind names
    #[command(before_long_help = TEXT)]
    Namesuffix(TextFlags),
    Replicas(ReplicasFlags),
    /// Set labels in `commonLabels`
    #[command(before_long_help = PAIRS)]
    Label(PairFlags),
    /// Set annotations in `commonAnnotations`
    #[command(before_long_help = PAIRS)]
    Annotation(PairFlags),
    /// Set what a build tells of itself
    #[command(before_long_help = BUILDMETADATA)]
    Buildmetadata(BuildMetadataFlags),
    /// Change a ConfigMap that is generated
    #[command(before_long_help = GENERATOR)]
    Configmap(GeneratorFlags),
    /// Change a Secret that is generated
    #[command(before_long_help = GENERATOR)]
    Secret(GeneratorFlags),
}

const IMAGE_EXAMPLES: &str = "\
Examples:
  railsgen edit set image web:v2                               a new tag
  railsgen edit set image web@sha256:24a0c4b4                  a digest
  railsgen edit set image web=registry.example.com/web         a new name
  railsgen edit set image web=registry.example.com/web:v2 db=mariadb:11
  railsgen edit set image 'web=*:v2'                           keep the new name
  railsgen edit set image 'web=registry.example.com/web:*'     keep the tag";

/// Set new names, tags or digests of images
///
/// What the file says of an image and the argument does not, goes; a `*` in the place of a new name,
/// tag or digest keeps it.
#[derive(Debug, ClapArgs)]
#[command(before_long_help = IMAGE_EXAMPLES)]
struct ImageFlags {
    /// NAME=NEWNAME:TAG@DIGEST, of which all but the name and one other part may be left out
    #[arg(value_name = "IMAGE", required = true)]
    images: Vec<String>,
}

#[derive(Debug, ClapArgs)]
struct TextFlags {
    /// The value; empty to take the field out
    #[arg(value_name = "VALUE", allow_hyphen_values = true)]
    value: String,
}

/// Set numbers of replicas
#[derive(Debug, ClapArgs)]
#[command(before_long_help = REPLICAS)]
struct ReplicasFlags {
    /// The name of a workload, and how many
    #[arg(value_name = "NAME=COUNT", required = true)]
    replicas: Vec<String>,
}

#[derive(Debug, ClapArgs)]
struct GeneratorFlags {
    /// Its name
    name: String,

    /// The new value of a key that is there
    #[arg(long, value_name = "KEY=VALUE", allow_hyphen_values = true)]
    from_literal: Vec<String>,

    /// The namespace that it has
    #[arg(long, allow_hyphen_values = true)]
    namespace: Option<String>,

    /// The namespace that it gets
    #[arg(long, value_name = "NAMESPACE", allow_hyphen_values = true)]
    new_namespace: Option<String>,
}

pub(super) fn plan(flags: &Flags, place: Place<'_>) -> Result<Edited> {
    match &flags.what {
        What::Image(flags) => {
            let images: Result<Vec<Image>> =
                flags.images.iter().map(|image| Image::parse(image)).collect();
            image::set(place, &images?)
        }
        What::Namespace(flags) => text_field::set(place, TextField::Namespace, &flags.value),
        What::Nameprefix(flags) => text_field::set(place, TextField::NamePrefix, &flags.value),
        What::Namesuffix(flags) => text_field::set(place, TextField::NameSuffix, &flags.value),
        What::Replicas(flags) => {
            let parsed: Result<Vec<Replicas>> =
                flags.replicas.iter().map(|replicas| Replicas::parse(replicas)).collect();
            replicas::set(place, &parsed?)
        }
        What::Label(flags) => set_pairs(place, Metadata::Label, flags),
        What::Annotation(flags) => set_pairs(place, Metadata::Annotation, flags),
        What::Buildmetadata(flags) => build_metadata::set(place, &flags.parse()?),
        What::Configmap(flags) => set_generator(place, generator::Kind::ConfigMap, flags),
        What::Secret(flags) => set_generator(place, generator::Kind::Secret, flags),
    }
}

fn set_pairs(place: Place<'_>, kind: Metadata, flags: &PairFlags) -> Result<Edited> {
    let pairs = metadata::parse(kind, flags.pairs.iter().map(String::as_str))?;
    metadata::set(place, kind, &pairs)
}

fn set_generator(
    place: Place<'_>,
    kind: generator::Kind,
    flags: &GeneratorFlags,
) -> Result<Edited> {
    let update = generator::Update {
        literals: flags.from_literal.clone(),
        new_namespace: flags.new_namespace.clone().unwrap_or_default(),
    };
    let namespace = flags.namespace.as_deref().unwrap_or_default();
    generator::set(place, kind, &flags.name, namespace, &update)
}
