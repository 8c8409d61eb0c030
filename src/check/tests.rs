use super::{Options, RULES, check};
use crate::k8s::schema::Schema;
use crate::k8s::{Resource, ResourceSet};
use crate::source::Sources;
use crate::yaml::{Limits, parse_stream};

/// Resources that nothing is wrong with.
const GOOD: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 3
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      serviceAccountName: app
      securityContext:
        runAsNonRoot: true
        seccompProfile:
          type: RuntimeDefault
      initContainers:
        - name: setup
          image: app:v1
          resources: {limits: {cpu: 1, memory: 1Gi}}
          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}
      containers:
        - name: app
          image: app:v1
          ports:
            - name: http
              containerPort: 3000
          envFrom:
            - configMapRef:
                name: settings
          env:
            - name: KEY
              valueFrom:
                secretKeyRef:
                  name: secrets
                  key: key
          resources:
            requests: {cpu: 500m, memory: 1Gi}
            limits: {memory: 2Gi}
          readinessProbe:
            httpGet: {path: /up, port: http}
          livenessProbe:
            httpGet: {path: /up, port: 3000}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities: {drop: [ALL]}
          volumeMounts:
            - name: tmp
              mountPath: /tmp
      volumes:
        - name: tmp
          emptyDir: {}
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
    - name: http
      port: 80
      targetPort: http
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: web
spec:
  minAvailable: 2
  selector:
    matchExpressions:
      - {key: app, operator: In, values: [web, worker]}
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
spec:
  rules:
    - http:
        paths:
          - path: /
            pathType: Prefix
            backend:
              service:
                name: web
                port:
                  name: http
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: settings
data:
  A: b
---
apiVersion: v1
kind: Secret
metadata:
  name: secrets
data:
  key: c2VjcmV0
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: app
";

/// What the rules say of a file: `severity[rule]: message`, the line's text, and the first help.
fn findings_with(text: &str, options: &Options) -> Vec<[String; 3]> {
    let sources = Sources::new();
    let file = sources.add("file.yaml", text.to_owned()).unwrap();
    let documents = parse_stream(&file, &Limits::default()).unwrap().documents;
    let schema = Schema::default();
    let mut resources = ResourceSet::new();
    for node in documents {
        resources.push(Resource::new(node, &schema)).unwrap();
    }
    let findings = check(&resources, options);
    let shown = findings.iter().map(|finding| {
        let place = sources.place(finding.span()).unwrap();
        assert_eq!(place.source.0.path(), "file.yaml", "{finding}");
        let line = text.lines().nth(place.line as usize - 1).unwrap_or_default();
        let help = finding.help.first().cloned().unwrap_or_default();
        [finding.to_string(), line.trim().to_owned(), help]
    });
    shown.collect()
}

/// Puts `to` in the place of `from`, which [`GOOD`] has, and looks for one finding.
#[track_caller]
fn finds(from: &str, to: &str, finding: &str, line: &str, help: &str) {
    assert!(GOOD.contains(from), "{from}");
    let found = findings_with(&GOOD.replacen(from, to, 1), &Options::default());
    let expected = [finding, line, help].map(str::to_owned);
    assert!(found.contains(&expected), "expected {expected:#?}, found {found:#?}");
}

#[track_caller]
fn finds_nothing(from: &str, to: &str) {
    assert!(GOOD.contains(from), "{from}");
    let found = findings_with(&GOOD.replacen(from, to, 1), &Options::default());
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn ids_are_unique_and_explained() {
    let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), RULES.len());
    for rule in RULES {
        assert!(rule.explanation.ends_with(['.', '`']) && rule.summary.len() < 100, "{}", rule.id);
        assert!(rule.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    }
}

#[test]
fn nothing_is_wrong_with_what_is_right() {
    finds_nothing("", "");
    finds_nothing("image: app:v1", "image: registry:5000/app@sha256:0123");
    finds_nothing("serviceAccountName: app", "serviceAccountName: default");
    finds_nothing(
        "                  name: secrets",
        "                  name: nope\n                  optional: true",
    );
}

#[test]
fn schema() {
    let long = "`spec.template.spec.containers[0].";
    for (from, to, finding, line, help) in [
        (
            "  template:\n",
            "  tempate: {}\n  template:\n",
            "a Deployment has no field `spec.tempate`",
            "tempate: {}",
            "did you mean `template`?",
        ),
        (
            "apiVersion: apps/v1",
            "apiVersion: apps/v1beta1",
            "Deployment has no version `apps/v1beta1`",
            "apiVersion: apps/v1beta1",
            "use `apps/v1`",
        ),
        (
            "kind: Deployment",
            "kind: Deploymnet",
            "`apps/v1` has no kind `Deploymnet`",
            "kind: Deploymnet",
            "did you mean `Deployment`?",
        ),
        (
            "apiVersion: networking.k8s.io/v1",
            "apiVersion: extensions/v1beta1",
            "`extensions/v1beta1` is gone",
            "apiVersion: extensions/v1beta1",
            "use `networking.k8s.io/v1`",
        ),
        (
            "replicas: 3",
            "replicas: three",
            "`spec.replicas` must be an integer, not a string",
            "replicas: three",
            "",
        ),
        (
            "replicas: 3",
            "replicas: 3000000000",
            "`spec.replicas` must be an integer, not a number",
            "replicas: 3000000000",
            "",
        ),
        ("A: b", "A: 1", "`data[A]` must be a string, not a number", "A: 1", "put it in quotes"),
        ("key: c2VjcmV0", "key: '?'", "`data[key]` is not base64", "key: '?'", ""),
        (
            "cpu: 500m",
            "cpu: 500mm",
            &format!("{long}resources.requests[cpu]` is not an amount such as `500m` or `2Gi`"),
            "requests: {cpu: 500mm, memory: 1Gi}",
            "",
        ),
        (
            "            - name: tmp\n",
            "            - nam: tmp\n",
            &format!("{long}volumeMounts[0].name` is missing"),
            "- nam: tmp",
            "",
        ),
        (
            "      labels:\n        app: web\n",
            "      labels: [app]\n",
            "`spec.template.metadata.labels` must be a mapping, not a sequence",
            "labels: [app]",
            "",
        ),
    ] {
        finds(from, to, &format!("error[schema]: {finding}"), line, help);
    }
    finds_nothing("kind: Deployment\n", "kind: Deployment\nstatus: {anything: 1}\n");
    finds_nothing("  replicas: 3\n", "  replicas: 3\n  paused: null\n");
}

#[test]
fn duplicates() {
    let twice = |what: &str| format!("error[duplicate]: {what} is there twice");
    for (from, to, what, line) in [
        (
            "            - name: KEY\n",
            "            - {name: KEY, value: a}\n            - name: KEY\n",
            "variable `KEY`",
            "- name: KEY",
        ),
        ("        - name: setup\n", "        - name: app\n", "container `app`", "- name: app"),
        (
            "        - name: tmp\n          emptyDir: {}\n",
            "        - {name: tmp, emptyDir: {}}\n        - name: tmp\n          emptyDir: {}\n",
            "volume `tmp`",
            "- name: tmp",
        ),
        (
            "            - name: tmp\n",
            "            - {name: tmp, mountPath: /tmp}\n            - name: tmp\n",
            "mount `/tmp`",
            "mountPath: /tmp",
        ),
        (
            "    - name: http\n      port: 80\n",
            "    - {name: http, port: 81}\n    - name: http\n      port: 80\n",
            "port `http`",
            "- name: http",
        ),
    ] {
        finds(from, to, &twice(what), line, "");
    }
    let other_version = format!(
        "{GOOD}---\napiVersion: networking.k8s.io/v1beta1\nkind: Ingress\nmetadata:\n  name: web\n"
    );
    let found = findings_with(&other_version, &Options::default());
    assert!(found.iter().any(|one| one[0] == twice("Ingress `web`")), "{found:#?}");
}

#[test]
fn dangling_references() {
    for (from, to, finding, line, help) in [
        (
            "                name: settings\n",
            "                name: setings\n",
            "there is no ConfigMap `setings`",
            "name: setings",
            "did you mean `settings`?",
        ),
        (
            "                  name: secrets\n",
            "                  name: other\n",
            "there is no Secret `other`",
            "name: other",
            "",
        ),
        (
            "                  key: key\n",
            "                  key: kye\n",
            "Secret `secrets` has no key `kye`",
            "key: kye",
            "did you mean `key`?",
        ),
        (
            "serviceAccountName: app",
            "serviceAccountName: apo",
            "there is no ServiceAccount `apo`",
            "serviceAccountName: apo",
            "did you mean `app`?",
        ),
        (
            "            - name: tmp\n",
            "            - name: temp\n",
            "the pod has no volume `temp`",
            "- name: temp",
            "did you mean `tmp`?",
        ),
        (
            "          emptyDir: {}\n",
            "          persistentVolumeClaim: {claimName: data}\n",
            "there is no PersistentVolumeClaim `data`",
            "persistentVolumeClaim: {claimName: data}",
            "",
        ),
        (
            "                name: web\n                port",
            "                name: wbe\n                port",
            "there is no Service `wbe`",
            "name: wbe",
            "did you mean `web`?",
        ),
        (
            "  rules:\n",
            "  tls: [{secretName: cert}]\n  rules:\n",
            "there is no Secret `cert`",
            "tls: [{secretName: cert}]",
            "",
        ),
        (
            "              valueFrom:\n",
            "            - name: REV\n              valueFrom: {fieldRef: {fieldPath: \"metadata.labels['rev']\"}}\n            - name: KEY2\n              valueFrom:\n",
            "the pods have no label `rev`",
            "valueFrom: {fieldRef: {fieldPath: \"metadata.labels['rev']\"}}",
            "",
        ),
        (
            "kind: ServiceAccount\n",
            "kind: ServiceAccount\nimagePullSecrets: [{name: registry}]\n",
            "there is no Secret `registry`",
            "imagePullSecrets: [{name: registry}]",
            "",
        ),
    ] {
        finds(from, to, &format!("error[dangling-reference]: {finding}"), line, help);
    }
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\n\
                  spec:\n  maxReplicas: 9\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: wbe}\n";
    let found = findings_with(&format!("{GOOD}---\n{scaler}"), &Options::default());
    assert!(found[0][0].ends_with("there is no Deployment `wbe`"), "{found:#?}");
}

#[test]
fn what_exists_elsewhere_does_not_dangle() {
    let without = GOOD.replace(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: secrets\ndata:\n  key: c2VjcmV0\n",
        "",
    );
    assert_eq!(findings_with(&without, &Options::default()).len(), 1);
    let known = Options::default().existing("Secret", "secrets");
    assert!(findings_with(&without, &known).is_empty());
    for maker in [
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: secrets}\n",
        "apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: x}\nspec: {target: {name: secrets}}\n",
        "apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: secrets}\n",
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata: {name: x}\nspec: {secretName: secrets}\n",
    ] {
        let found = findings_with(&format!("{without}---\n{maker}"), &Options::default());
        assert!(found.is_empty(), "{maker} {found:#?}");
    }
    finds_nothing(
        "kind: Ingress\nmetadata:\n  name: web\nspec:\n",
        "kind: Ingress\nmetadata:\n  name: web\n  annotations: {cert-manager.io/cluster-issuer: x}\nspec:\n  tls: [{secretName: cert}]\n",
    );
}

#[test]
fn selectors() {
    let lacks = "the pods lack this value of the label `app`";
    for (from, to, finding, line, help) in [
        (
            "      labels:\n        app: web\n",
            "      labels:\n        app: webb\n",
            "the selector of Deployment `web` does not select its own pods",
            "app: web",
            lacks,
        ),
        (
            "    matchLabels:\n      app: web\n",
            "    matchLabels: {}\n",
            "the selector of Deployment `web` is empty",
            "matchLabels: {}",
            "",
        ),
        (
            "values: [web, worker]",
            "values: [worker]",
            "the selector of PodDisruptionBudget `web` selects no pods of this build",
            "matchExpressions:",
            "",
        ),
        (
            "  selector:\n    app: web\n",
            "  selector:\n    app: web\n    tier: a\n",
            "Service `web` selects no pods of this build",
            "app: web",
            "the pods of Deployment `web` lack this value of the label `tier`",
        ),
    ] {
        finds(from, to, &format!("error[selector]: {finding}"), line, help);
    }
    let (deployment, rest) = GOOD.split_once("---\n").unwrap();
    let both = format!("{GOOD}---\n{}", deployment.replacen("name: web", "name: canary", 1));
    let found = findings_with(&both, &Options::default());
    assert!(
        found[0][0].ends_with(
            "the selector of Deployment `web` selects the pods of Deployment `canary` too"
        ),
        "{found:#?}"
    );
    assert!(!rest.is_empty());
}

#[test]
fn unknown_ports() {
    for (from, to, finding, line, help) in [
        (
            "path: /up, port: http",
            "path: /up, port: htpp",
            "error[unknown-port]: `readinessProbe` asks port `htpp`, which container `app` does not have",
            "httpGet: {path: /up, port: htpp}",
            "did you mean `http`?",
        ),
        (
            "path: /up, port: 3000",
            "path: /up, port: 80",
            "warning[unknown-port]: `livenessProbe` asks port 80, which container `app` does not have",
            "httpGet: {path: /up, port: 80}",
            "list it under `ports` of the container",
        ),
        (
            "targetPort: http",
            "targetPort: https",
            "error[unknown-port]: no container of Deployment `web` has port `https`",
            "targetPort: https",
            "did you mean `http`?",
        ),
        (
            "      targetPort: http\n",
            "",
            "error[unknown-port]: no container of Deployment `web` has port 80",
            "port: 80",
            "",
        ),
        (
            "                  name: http\n",
            "                  number: 3000\n",
            "error[unknown-port]: Service `web` has no port 3000",
            "number: 3000",
            "",
        ),
    ] {
        finds(from, to, finding, line, help);
    }
    finds_nothing("                  name: http\n", "                  number: 80\n");
}

#[test]
fn images_resources_and_probes() {
    let tag = "give every build a tag of its own, or name its digest";
    for (from, to, finding, line, help) in [
        (
            "image: app:v1",
            "image: registry:5000/app",
            "image-tag]: image `registry:5000/app` has neither a tag nor a digest",
            "image: registry:5000/app",
            tag,
        ),
        (
            "image: app:v1",
            "image: app:latest",
            "image-tag]: image `app:latest` has the tag `latest`",
            "image: app:latest",
            tag,
        ),
        (
            "cpu: 500m, ",
            "",
            "resources]: container `app` does not set `resources.requests.cpu`",
            "- name: app",
            "",
        ),
        (
            "resources: {limits: {cpu: 1, memory: 1Gi}}",
            "resources: {}",
            "resources]: container `setup` does not set `resources.requests.cpu`, `resources.requests.memory`, `resources.limits.memory`",
            "- name: setup",
            "",
        ),
        (
            "          readinessProbe:\n            httpGet: {path: /up, port: http}\n",
            "",
            "probes]: container `app` has no `readinessProbe`",
            "- name: app",
            "",
        ),
        (
            "          livenessProbe:\n            httpGet: {path: /up, port: 3000}\n",
            "",
            "probes]: container `app` has no `livenessProbe`",
            "- name: app",
            "",
        ),
    ] {
        finds(from, to, &format!("warning[{finding}"), line, help);
    }
    finds(
        "memory: 1Gi}\n            limits",
        "memory: 3Gi}\n            limits",
        "error[resources]: container `app` requests more memory than its limit",
        "requests: {cpu: 500m, memory: 3Gi}",
        "",
    );
    finds(
        "          image: app:v1\n          ports",
        "          ports",
        "error[image-tag]: container `app` has no image",
        "- name: app",
        "",
    );
}

#[test]
fn budgets() {
    let blocks = "warning[blocking-budget]: this budget blocks the drain of a node: ";
    for (to, why) in [
        ("minAvailable: 3", "it wants 3 of 3 to be there"),
        ("minAvailable: 100%", "it wants all pods to be there"),
        ("maxUnavailable: 0", "it allows no pod to be away"),
        ("maxUnavailable: 0%", "it allows no pod to be away"),
    ] {
        finds("minAvailable: 2", to, &format!("{blocks}{why}"), to, "say `maxUnavailable: 1`");
    }
    finds_nothing("minAvailable: 2", "maxUnavailable: 1");
    finds_nothing("minAvailable: 2", "minAvailable: 0");
    let scaler = "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: web}\nspec:\n  \
                  minReplicas: 2\n  maxReplicas: 9\n  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}\n";
    let found = findings_with(&format!("{GOOD}---\n{scaler}"), &Options::default());
    assert_eq!(found[0][0], format!("{blocks}it wants 2 of 2 to be there"));
}

/// Each check of the level `restricted`, once.
#[test]
fn pod_security() {
    let spec = "      serviceAccountName: app\n";
    let pod = |line: &str| format!("{spec}      {line}\n");
    let own = "            allowPrivilegeEscalation: false\n";
    let container = |line: &str| format!("{own}            {line}\n");
    let own_context = "        runAsNonRoot: true\n";
    let context = |line: &str| format!("{own_context}        {line}\n");
    for (from, to, message) in [
        (spec, pod("hostNetwork: true"), "`hostNetwork` is on"),
        (spec, pod("hostPID: true"), "`hostPID` is on"),
        (spec, pod("hostIPC: true"), "`hostIPC` is on"),
        (own_context, context("sysctls: [{name: kernel.sem, value: '1'}]"), "sysctl `kernel.sem` is not safe"),
        (own_context, context("windowsOptions: {hostProcess: true}"), "the pod is a process of the host"),
        (own_context, context("seLinuxOptions: {type: spc_t}"), "the pod has the SELinux type `spc_t`"),
        (own, container("seLinuxOptions: {user: me}"), "container `app` sets an SELinux user"),
        (own, container("appArmorProfile: {type: Unconfined}"), "container `app` has the AppArmor profile `Unconfined`"),
        (own, container("privileged: true"), "container `app` is privileged"),
        (own, container("procMount: Unmasked"), "container `app` has the procMount `Unmasked`"),
        (own, container("seccompProfile: {type: Unconfined}"), "container `app` has the seccomp profile `Unconfined`"),
        (own, container("runAsNonRoot: false"), "container `app` may run as root"),
        (own, container("runAsUser: 0"), "container `app` runs as root"),
        (own_context, context("runAsUser: 0"), "the pod runs as root"),
        (own, String::new(), "container `app` may gain privileges"),
        ("            capabilities: {drop: [ALL]}\n", "            capabilities: {drop: [NET_RAW]}\n".into(), "container `app` does not drop all capabilities"),
        ("            capabilities: {drop: [ALL]}\n", "            capabilities: {drop: [ALL], add: [SYS_TIME]}\n".into(), "container `app` adds the capability `SYS_TIME`"),
        ("          securityContext: {allowPrivilegeEscalation: false, capabilities: {drop: [ALL]}}\n", String::new(), "container `setup` may gain privileges"),
        ("          emptyDir: {}\n", "          hostPath: {path: /}\n".into(), "volume `tmp` is of the kind `hostPath`"),
        ("              containerPort: 3000\n", "              containerPort: 3000\n              hostPort: 80\n".into(), "container `app` takes a port of its node"),
        ("path: /up, port: http", "path: /up, port: http, host: example.com".into(), "`readinessProbe` of container `app` names a host"),
        ("        runAsNonRoot: true\n", String::new(), "container `setup` may run as root"),
        ("        seccompProfile:\n          type: RuntimeDefault\n", String::new(), "container `app` has no seccomp profile"),
        ("      labels:\n        app: web\n", "      annotations: {container.apparmor.security.beta.kubernetes.io/app: unconfined}\n      labels:\n        app: web\n".into(), "an annotation turns AppArmor off"),
    ] {
        assert!(GOOD.contains(from), "{from}");
        let found = findings_with(&GOOD.replacen(from, &to, 1), &Options::default());
        let expected = format!("warning[pod-security]: {message}");
        assert!(found.iter().any(|one| one[0] == expected), "{message}: {found:#?}");
    }
    finds_nothing(
        "capabilities: {drop: [ALL]}",
        "capabilities: {drop: [ALL], add: [NET_BIND_SERVICE]}",
    );
    finds_nothing(spec, &pod("hostNetwork: false"));
    finds_nothing(
        own_context,
        "        sysctls: [{name: net.ipv4.ip_unprivileged_port_start, value: '80'}]\n        runAsNonRoot: true\n",
    );
}

#[test]
fn a_namespace_sets_its_own_level() {
    let with = |level: &str, what: &str| {
        let pod = GOOD.replacen("        runAsNonRoot: true\n", what, 1);
        let namespaced =
            pod.replace("metadata:\n  name: ", "metadata:\n  namespace: logs\n  name: ");
        let namespace = format!(
            "---\napiVersion: v1\nkind: Namespace\nmetadata:\n  name: logs\n  labels: \
             {{pod-security.kubernetes.io/enforce: {level}}}\n"
        );
        findings_with(&format!("{namespaced}{namespace}"), &Options::default()).len()
    };
    assert_eq!((with("restricted", ""), with("baseline", ""), with("privileged", "")), (2, 0, 0));
    let privileged = "        windowsOptions: {hostProcess: true}\n";
    assert_eq!((with("baseline", privileged), with("privileged", privileged)), (1, 0));
}

#[test]
fn nonsense_is_no_reason_to_panic() {
    for text in [
        "spec: 1",
        "spec: [a]",
        "spec: {template: 1}",
        "spec: {template: {spec: {containers: 1}}}",
        "spec: {template: {spec: {containers: [1, {ports: [1]}], volumes: {}}}, selector: 1}",
        "spec: {ports: {}, selector: {a: {}}}",
    ] {
        for (version, kind) in [
            ("apps/v1", "Deployment"),
            ("v1", "Service"),
            ("networking.k8s.io/v1", "Ingress"),
            ("policy/v1", "PodDisruptionBudget"),
            ("batch/v1", "CronJob"),
        ] {
            let text =
                format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n{text}\n");
            assert!(!findings_with(&text, &Options::default()).is_empty(), "{text}");
        }
    }
}
