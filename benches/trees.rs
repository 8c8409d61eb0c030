//! The trees that are built: made from a number, the same on every machine.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// Resources of the base under [`overlays`] and [`layers`].
const SMALL_BASE: usize = 30;

/// A base of `resources` in one file per three, and an overlay over it that uses every common
/// transformer: namespace, prefix, labels with selectors, annotations, images, replicas, and a
/// patch on every Deployment. The overlay is what to build.
pub(crate) fn overlay_of(directory: &Path, resources: usize) {
    base(&directory.join("base"), resources);
    write(
        &directory.join("overlay/kustomization.yaml"),
        "\
resources:
- ../base
namespace: production
namePrefix: prod-
labels:
- pairs:
    app.kubernetes.io/part-of: shop
    environment: production
  includeSelectors: true
commonAnnotations:
  example.com/owner: platform
images:
- name: registry.example.com/shop
  newTag: v42
replicas:
- name: web-0
  count: 5
patches:
- path: patch.yaml
  target:
    kind: Deployment
",
    );
    write(
        &directory.join("overlay/patch.yaml"),
        "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: any
spec:
  template:
    spec:
      containers:
      - name: web
        resources:
          limits:
            memory: 1Gi
",
    );
}

/// 100 overlays over one base, and a kustomization that lists them.
pub(crate) fn overlays(directory: &Path) {
    base(&directory.join("base"), SMALL_BASE);
    let mut all = String::from("resources:\n");
    for number in 0..100 {
        let _ = writeln!(all, "- customer-{number}");
        write(
            &directory.join(format!("all/customer-{number}/kustomization.yaml")),
            &format!(
                "\
resources:
- ../../base
namespace: customer-{number}
labels:
- pairs:
    customer: \"{number}\"
replicas:
- name: web-0
  count: {number}
"
            ),
        );
    }
    write(&directory.join("all/kustomization.yaml"), &all);
}

/// 20 kustomizations, each over the one below, each with a prefix, a label and a patch.
pub(crate) fn layers(directory: &Path) {
    base(&directory.join("layer-0"), SMALL_BASE);
    for number in 1..=20 {
        let below = number - 1;
        write(
            &directory.join(format!("layer-{number}/kustomization.yaml")),
            &format!(
                "\
resources:
- ../layer-{below}
namePrefix: l{number}-
labels:
- pairs:
    layer-{number}: \"yes\"
  includeSelectors: true
patches:
- target:
    kind: Deployment
  patch: |-
    - op: replace
      path: /spec/replicas
      value: {number}
"
            ),
        );
    }
}

/// One file of many documents, `bytes` long or a little longer.
pub(crate) fn one_file(directory: &Path, bytes: usize) {
    let mut all = String::with_capacity(bytes + 4_096);
    for number in 0.. {
        if all.len() >= bytes {
            break;
        }
        app(&mut all, number);
    }
    write(&directory.join("all.yaml"), &all);
    write(&directory.join("kustomization.yaml"), "resources:\n- all.yaml\n");
}

fn base(directory: &Path, resources: usize) {
    let mut kustomization = String::from("resources:\n");
    for number in 0..resources / 3 {
        let mut text = String::new();
        app(&mut text, number);
        write(&directory.join(format!("app-{number}.yaml")), &text);
        let _ = writeln!(kustomization, "- app-{number}.yaml");
    }
    write(&directory.join("kustomization.yaml"), &kustomization);
}

/// Three resources: a Deployment that names a ConfigMap, its Service, the ConfigMap.
fn app(text: &mut String, number: usize) {
    let separator = if text.is_empty() { "" } else { "---\n" };
    let _ = write!(
        text,
        "\
{separator}apiVersion: apps/v1
kind: Deployment
metadata:
  name: web-{number}
  labels:
    app.kubernetes.io/name: web-{number}
spec:
  replicas: 2
  selector:
    matchLabels:
      app.kubernetes.io/name: web-{number}
  template:
    metadata:
      labels:
        app.kubernetes.io/name: web-{number}
    spec:
      securityContext:
        runAsNonRoot: true
        runAsUser: 1000
      containers:
      - name: web
        image: registry.example.com/shop:latest
        command: [\"./bin/rails\", \"server\"]
        env:
        - name: RAILS_MAX_THREADS
          value: \"5\"
        - name: APP_NUMBER
          value: \"{number}\"
        envFrom:
        - configMapRef:
            name: web-{number}
        ports:
        - name: http
          containerPort: 8080
        readinessProbe:
          httpGet:
            path: /up
            port: http
          periodSeconds: 5
        resources:
          requests:
            cpu: 500m
            memory: 512Mi
---
apiVersion: v1
kind: Service
metadata:
  name: web-{number}
spec:
  selector:
    app.kubernetes.io/name: web-{number}
  ports:
  - name: http
    port: 80
    targetPort: http
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: web-{number}
data:
  RAILS_LOG_LEVEL: info
  REDIS_URL: redis://redis-{number}:6379/0
  motd: |
    Welcome to shop number {number}.
    Have a look around.
"
    );
}

fn write(path: &Path, text: &str) {
    let directory = path.parent().expect("a file in a directory");
    fs::create_dir_all(directory).expect("a directory for the trees");
    fs::write(path, text).expect("room for the trees");
}
