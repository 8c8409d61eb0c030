//! The workflows on GitHub that release a tag.

use crate::diag;

use super::Work;

const DEPLOY: &str = ".github/workflows/k8s-deploy.yml";
const RELEASE: &str = ".github/workflows/k8s-release.yml";

/// What the example pushes to.
const REGISTRY: &str = "ghcr.io";
const IMAGE: &str = "ghcr.io/${{ github.repository }}";

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    for (from, to) in [("deploy.yml", DEPLOY), ("release.yml", RELEASE)] {
        let from = format!("examples/github-actions/{from}");
        let text = work.tree.get(&from)?.to_owned();
        work.tree.remove(&from);
        work.tree.insert(to, text);
    }
    // Where manifests lie outside of the app, nobody can tell where a workflow would find them.
    if work.out.starts_with('/') || work.out.starts_with("..") {
        work.tree.remove(DEPLOY);
        work.tree.remove(RELEASE);
        work.note("no workflow for GitHub, as the manifests lie outside of the app");
        return Ok(());
    }
    deploy(work)?;
    release(work)
}

fn deploy(work: &mut Work<'_>) -> diag::Result<()> {
    work.tree.reword(
        DEPLOY,
        "# Copy to .github/workflows/deploy.yml; release.yml calls it for each environment.\n",
        "# Applies an overlay; k8s-release.yml calls it for each environment.\n",
    )?;
    let out = work.out.clone();
    for place in ["working-directory: overlays/", "railsgen build overlays/", "\"overlays/"] {
        let inside = place.replace("overlays/", &format!("{out}/overlays/"));
        work.tree.reword(DEPLOY, place, &inside)?;
    }
    if !work.tree.has("base/worker/deployment.yaml") {
        work.tree.reword(DEPLOY, " deployment/web deployment/worker", " deployment/web")?;
    }
    Ok(())
}

fn release(work: &mut Work<'_>) -> diag::Result<()> {
    work.tree.reword(
        RELEASE,
        "# Copy to .github/workflows/release.yml. A tag such as",
        "# A tag such as",
    )?;
    work.tree.reword(RELEASE, ".github/workflows/deploy.yml", DEPLOY)?;
    let dockerfile = work.app.dockerfile.as_ref().map_or("Dockerfile", |image| image.file);
    if dockerfile != "Dockerfile" {
        let push = "          push: true\n";
        work.tree.reword(RELEASE, push, &format!("{push}          file: {dockerfile}\n"))?;
    }
    if !work.names.has_image {
        return Ok(());
    }
    let image = work.names.image.clone();
    work.tree.reword(RELEASE, IMAGE, &image)?;
    let registry =
        image.split('/').next().filter(|first| first.contains(['.', ':']) && image.contains('/'));
    match registry {
        Some(REGISTRY) => return Ok(()),
        Some(registry) => {
            work.tree.reword(RELEASE, "registry: ghcr.io\n", &format!("registry: {registry}\n"))?
        }
        None => work.tree.reword(RELEASE, "          registry: ghcr.io\n", "")?,
    }
    work.tree.reword(RELEASE, "${{ github.actor }}", "${{ secrets.REGISTRY_USERNAME }}")?;
    work.tree.reword(RELEASE, "${{ secrets.GITHUB_TOKEN }}", "${{ secrets.REGISTRY_PASSWORD }}")?;
    work.note("GitHub: the workflow needs the secrets REGISTRY_USERNAME and REGISTRY_PASSWORD");
    Ok(())
}
