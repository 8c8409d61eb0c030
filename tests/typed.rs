//! A build's resources as data and as typed objects, as a program that imports the crate has them.

use std::path::Path;

use railsgen::fs::MemoryFs;
use railsgen::{BuildOptions, Built, Sources, build};

fn built() -> Built {
    let fs =
        MemoryFs::new().with("kustomization.yaml", "namePrefix: p-\nresources: [web.yaml]\n").with(
            "web.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  replicas: 3\n  \
             selector: {}\n  template: {}\n",
        );
    build(&fs, &Sources::new(), Path::new("/"), &BuildOptions::default()).unwrap()
}

#[test]
fn values_go_from_thread_to_thread() {
    fn shared<T: Send + Sync>() {}
    shared::<Built>();
    shared::<Sources>();
    shared::<MemoryFs>();
    shared::<railsgen::diag::Diagnostic>();
    shared::<railsgen::fs::FsError>();
    shared::<railsgen::yaml::Node>();
}

#[test]
fn a_set_is_a_list_of_objects() {
    let json = serde_json::to_value(built().resources()).unwrap();
    assert_eq!(json[0]["metadata"]["name"], "p-web");
    assert_eq!(json[0]["spec"]["replicas"], 3);
}

#[cfg(feature = "k8s-openapi")]
#[test]
fn a_deployment_is_found_by_both_of_its_names() {
    use k8s_openapi::api::apps::v1::Deployment;

    let built = built();
    for name in ["web", "p-web"] {
        let web: Deployment = built.resources().get(name).unwrap().unwrap();
        assert_eq!(web.spec.replicas, Some(3));
    }
    assert!(built.resources().get::<Deployment>("worker").is_none());
}
