//! `config/deploy.yml` of Kamal: the image, the host, and the environment.

use crate::yaml::Node;

use super::erb_yaml::{Config, child, known};
use super::files::Files;

/// What stands in the file that Kamal generates, where a user is meant.
const PLACEHOLDER: &str = "your-user";

/// What Kamal deploys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::init) struct Kamal {
    pub(in crate::init) file: String,
    pub(in crate::init) service: Option<String>,
    /// With its registry.
    pub(in crate::init) image: Option<String>,
    pub(in crate::init) host: Option<String>,
    /// Whether a registry asks for a password.
    pub(in crate::init) has_private_registry: bool,
    /// Settings, with their values where they are known.
    pub(in crate::init) clear: Vec<(String, Option<String>)>,
    /// The names of secrets.
    pub(in crate::init) secret: Vec<String>,
    /// The command of a role other than `web`: its name and the command.
    pub(in crate::init) roles: Vec<(String, String)>,
    pub(in crate::init) is_unclear: bool,
}

impl Kamal {
    pub(super) fn read(files: &Files<'_>) -> Option<Kamal> {
        let config = Config::read(files, "config/deploy.yml")?;
        let server = config.text_at(&["registry", "server"]);
        let image = config.text_at(&["image"]).map(|image| match server {
            Some(server) if !image.starts_with(&server) => format!("{server}/{image}"),
            _ => image,
        });
        let service = config.text_at(&["service"]);
        // Capistrano and others have a file of this name, too.
        if service.is_none() && image.is_none() && !config.is_unclear() {
            return None;
        }
        // A registry of one's own machine is not there for a cluster.
        let is_elsewhere =
            |image: &String| !image.contains(PLACEHOLDER) && !image.starts_with("localhost");
        let image = image.filter(is_elsewhere);
        let user = config.text_at(&["registry", "username"]);
        let is_filled_in = user.as_deref() != Some(PLACEHOLDER);
        let hosts = ["host", "hosts"].iter().find_map(|key| config.at(&["proxy", key]));
        let host = hosts.and_then(first).filter(|host| !host.ends_with("example.com"));
        let roles = config.at(&["servers"]).and_then(Node::as_mapping);
        let roles = roles.into_iter().flatten().filter_map(|entry| {
            let command = known(child(&entry.value, "cmd")?)?;
            Some((entry.key.text.to_string(), command))
        });
        Some(Kamal {
            service,
            image,
            host,
            has_private_registry: is_filled_in && config.at(&["registry", "password"]).is_some(),
            clear: settings(config.at(&["env", "clear"])),
            secret: names(config.at(&["env", "secret"])),
            roles: roles.collect(),
            is_unclear: config.is_unclear(),
            file: config.file,
        })
    }
}

/// The text of a scalar, or of the first item of a list.
fn first(node: &Node) -> Option<String> {
    match node {
        Node::Sequence(list) => known(list.items.first()?),
        node => known(node),
    }
}

fn settings(node: Option<&Node>) -> Vec<(String, Option<String>)> {
    let map = node.and_then(Node::as_mapping);
    let entries = map.into_iter().flatten();
    entries.map(|entry| (entry.key.text.to_string(), known(&entry.value))).collect()
}

fn names(node: Option<&Node>) -> Vec<String> {
    let list = node.and_then(Node::as_sequence);
    let names = list.into_iter().flat_map(|list| &list.items).filter_map(known);
    // `NAME:OTHER` takes another secret under this name.
    names.map(|name| name.split(':').next().unwrap_or_default().to_owned()).collect()
}
