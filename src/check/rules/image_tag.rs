//! `image-tag`: an image whose content can change under its name.

use crate::k8s::image_ref;

use super::{Findings, Rule, error, warning};
use crate::check::scene::Scene;

pub(super) const RULE: Rule = Rule {
    id: "image-tag",
    summary: "an image without a tag or digest, or with the tag `latest`",
    explanation: "\
The node that starts a pod decides what such an image is. A pod that is moved brings code that nobody released, a \
rollback has nothing to go back to, and a rebuilt image rolls nothing out. Give every build a tag of its own, or name \
its digest: `railsgen edit set image NAME=NAME:TAG`.",
    check,
};

fn check(scene: &Scene<'_>, findings: &mut Findings) {
    for pods in &scene.pods {
        for container in pods.containers() {
            let named = container.map.text("image").filter(|image| !image.is_empty());
            let Some(image) = named else {
                let message = format!("container `{}` has no image", container.name());
                findings.add(pods.resource, error(container.span(), message));
                continue;
            };
            let parts = image_ref::split(image);
            if !parts.digest.is_empty() {
                continue;
            }
            let message = match parts.tag {
                "" => format!("image `{image}` has neither a tag nor a digest"),
                "latest" => format!("image `{image}` has the tag `latest`"),
                _ => continue,
            };
            let help = "give every build a tag of its own, or name its digest";
            findings.add(pods.resource, warning(image.span(), message).help(help));
        }
    }
}
