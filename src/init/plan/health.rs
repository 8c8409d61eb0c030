//! What the probes of the web pods ask.

use crate::diag;
use crate::yaml::edit::Content;

use super::Work;
use super::jobs::CONTAINER;
use crate::init::tree::path;

const WEB: &str = "base/web/deployment.yaml";
const HOST: &str = "components/host/kustomization.yaml";
const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

pub(super) fn apply(work: &mut Work<'_>) -> diag::Result<()> {
    match work.app.health.clone() {
        Some(health) if health == "/up" => Ok(()),
        Some(health) => {
            work.decide(format!("probes of the web pods: {health}"));
            work.tree.edit(WEB, |_, edits| {
                for probe in PROBES {
                    let place = path(CONTAINER).key(probe).key("httpGet").key("path");
                    edits.replace(place, Content::text(health.clone()));
                }
            })
        }
        None => port_only(work),
    }
}

/// Probes that see that the port is open, and need no host for that.
fn port_only(work: &mut Work<'_>) -> diag::Result<()> {
    work.decide("probes of the web pods: the port");
    work.tree.edit(WEB, |_, edits| {
        for probe in PROBES {
            let place = path(CONTAINER).key(probe).key("httpGet");
            edits.rename(place.clone(), "tcpSocket");
            edits.replace(place, Content::Map(vec![("port".to_owned(), Content::text("http"))]));
        }
    })?;
    work.tree.reword(
        WEB,
        "          # /up answers when Rails has booted; it asks neither the database nor Redis, so that their outage does not\n          \
         # restart or remove all web pods. Host satisfies config.hosts, and X-Forwarded-Proto keeps force_ssl from\n          \
         # redirecting. Another path (okcomputer, health_check) goes here, three times.\n",
        "          # The app has no route for probes, so they only see that the port is open. Better is httpGet on a route that\n          \
         # asks neither the database nor Redis, as /up of Rails 7.1: components/host then copies APP_HOST into its header.\n",
    )?;
    // There is no header to copy the host into.
    work.tree.edit(HOST, |_, edits| edits.remove(path("replacements/0/targets/1")))?;
    work.tree.reword(
        HOST,
        "# host: one place for the public name of the app. Copies APP_HOST of config.env into the Ingress and into the Host\n\
         # header of the probes, which config.hosts of Rails would refuse without it.\n",
        "# host: one place for the public name of the app. Copies APP_HOST of config.env into the Ingress.\n",
    )
}
