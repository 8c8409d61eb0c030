//! `railsgen init`: what it makes of small Rails apps, shaped as Rails' generators make them.
//!
//! The apps are in `data/apps/`. What is written for each must build without a warning, to what kustomize
//! builds, and break no rule; what is said of each stands in `snapshots/init/`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use railsgen::check::{Options as Checks, check};
use railsgen::fs::MemoryFs;
use railsgen::init::{Options, Plan, STACK_FILES, init};
use railsgen::{BuildOptions, Sources, build};

use crate::support::oracle::oracle;
use crate::support::project::Project;
use crate::support::{directories_in, files_below, first_difference, repository, updating};

/// The names of the apps.
fn apps() -> Vec<String> {
    let directories = directories_in(&repository().join("tests/data/apps"));
    let names =
        directories.iter().map(|path| path.file_name().unwrap().to_str().unwrap().to_owned());
    let names: Vec<String> = names.collect();
    assert!(names.len() > 5, "{names:?}");
    names
}

/// An app in memory, below `/app`.
fn app(name: &str) -> MemoryFs {
    let root = repository().join("tests/data/apps").join(name);
    files_below(&root).iter().fold(MemoryFs::new(), |fs, path| {
        let inside = path.strip_prefix(&root).unwrap().to_string_lossy().replace('\\', "/");
        fs.with(format!("/app/{inside}"), std::fs::read(path).unwrap())
    })
}

fn plan(fs: &MemoryFs, options: &Options) -> Plan {
    init(fs, Path::new("/app"), options).unwrap_or_else(|problem| panic!("{problem:?}"))
}

/// The planned files, by their path from the app.
fn files(plan: &Plan) -> BTreeMap<String, String> {
    let files = plan.changes.iter().map(|change| {
        let path = change.path.strip_prefix("/app").unwrap();
        (path.to_string_lossy().replace('\\', "/"), change.after.clone())
    });
    files.collect()
}

fn written(fs: MemoryFs, plan: &Plan) -> MemoryFs {
    plan.changes
        .iter()
        .fold(fs, |fs, change| fs.with(change.path.to_str().unwrap(), change.after.as_str()))
}

/// The directories of the overlays that a plan has.
fn overlays(plan: &Plan) -> Vec<String> {
    let files = files(plan);
    let overlays = files.keys().filter_map(|path| path.strip_suffix("/kustomization.yaml"));
    overlays
        .filter(|path| path.split('/').rev().nth(1) == Some("overlays"))
        .map(str::to_owned)
        .collect()
}

/// What is said of an app, and which files are written.
fn report(plan: &Plan) -> String {
    let mut out = String::from("found\n");
    out.extend(plan.facts.iter().map(|fact| format!("  {fact}\n")));
    out.push_str("decided\n");
    out.extend(plan.decisions.iter().map(|text| format!("  {text}\n")));
    out.push_str("left\n");
    out.extend(plan.notes.iter().map(|note| format!("  {}\n", note.text)));
    out.push_str("components\n");
    for overlay in overlays(plan) {
        let text = &files(plan)[&format!("{overlay}/kustomization.yaml")];
        let (_, list) = text.split_once("\ncomponents:\n").unwrap();
        let list = list.lines().map_while(|line| line.strip_prefix("  - "));
        let list: Vec<&str> =
            list.map(|item| item.trim_start_matches("../../components/")).collect();
        out.push_str(&format!("  {overlay}: {}\n", list.join(" ")));
    }
    out
}

#[test]
fn it_says_what_it_found() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("snapshots/init");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| {
        for name in apps() {
            let plan = plan(&app(&name), &Options::default());
            insta::assert_snapshot!(name, report(&plan));
        }
    });
}

#[test]
fn what_it_writes_builds_and_breaks_no_rule() {
    for name in apps() {
        let fs = app(&name);
        let plan = plan(&fs, &Options::default());
        let fs = written(fs, &plan);
        let overlays = overlays(&plan);
        let expected = if name.contains("sqlite") { 2 } else { 3 };
        assert_eq!(overlays.len(), expected, "{name}: {overlays:?}");
        let disk = tempfile::tempdir().unwrap();
        for (path, text) in files(&plan) {
            let path = disk.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        for overlay in overlays {
            let sources = Sources::new();
            let built =
                build(&fs, &sources, &Path::new("/app").join(&overlay), &BuildOptions::default());
            let built = built.unwrap_or_else(|problems| panic!("{name} {overlay}: {problems:?}"));
            let place = |span| sources.place(span).map_or(String::new(), |place| place.to_string());
            let warnings: Vec<String> =
                built.warnings().iter().map(|one| format!("{} {one}", place(one.span()))).collect();
            assert!(warnings.is_empty(), "{name} {overlay}\n{}", warnings.join("\n"));
            let by_hand = ["app-secrets", "registry-credentials"];
            let checks =
                by_hand.iter().fold(Checks::default(), |all, name| all.existing("Secret", *name));
            let findings: Vec<String> = check(built.resources(), &checks)
                .iter()
                .map(|one| format!("{} {one} {:?}", place(one.span()), one.notes))
                .collect();
            assert!(findings.is_empty(), "{name} {overlay}\n{}", findings.join("\n"));
            if let Some(oracle) = oracle() {
                let reference = oracle.build(disk.path(), &overlay).exits(0).stdout;
                let ours = built.to_yaml().unwrap();
                let difference = first_difference(&reference, ours.as_bytes());
                assert!(reference == ours.as_bytes(), "{name} {overlay}: {difference}");
            }
        }
    }
}

#[test]
fn a_second_run_has_nothing_to_do() {
    for name in apps() {
        let fs = app(&name);
        let first = plan(&fs, &Options::default());
        assert!(first.changes.iter().all(|change| change.before.is_none()));
        let fs = written(fs, &first);
        let second = plan(&fs, &Options::default());
        assert!(second.changes.is_empty(), "{name}: {:?}", second.changes);
    }
}

#[test]
fn what_is_there_is_not_overwritten() {
    let fs = app("rails71-api")
        .with("/app/k8s/base/ingress.yaml", "mine\n")
        .with("/app/k8s/README.md", "mine\n");
    let refused = init(&fs, Path::new("/app"), &Options::default()).unwrap_err();
    assert!(
        refused.message.contains("README.md") && refused.message.contains("1 other"),
        "{refused}"
    );
    assert!(refused.help[0].contains("--force"));
    let forced = plan(&fs, &Options { force: true, ..Options::default() });
    let ingress = forced.changes.get(Path::new("/app/k8s/base/ingress.yaml")).unwrap();
    assert_eq!(ingress.before.as_deref(), Some("mine\n"));
    let elsewhere = plan(&fs, &Options { out: "deploy/k8s".into(), ..Options::default() });
    let paths = files(&elsewhere);
    assert!(
        paths
            .keys()
            .all(|path| path.starts_with("deploy/k8s/") || path.starts_with(".github/workflows/"))
    );
    let workflow = &paths[".github/workflows/k8s-deploy.yml"];
    assert!(workflow.contains("working-directory: deploy/k8s/overlays/"), "{workflow}");
    assert!(paths["deploy/k8s/README.md"].contains("railsgen build deploy/k8s/overlays/prod"));
}

#[test]
fn flags_name_things() {
    let options = Options {
        name: Some("shop".into()),
        image: Some("registry.acme.org:5000/web/shop:v7".into()),
        host: Some("www.acme.org".into()),
        namespace: Some("acme".into()),
        ..Options::default()
    };
    let files = files(&plan(&app("rails71-api"), &options));
    let prod = &files["k8s/overlays/prod/kustomization.yaml"];
    for line in [
        "namespace: acme",
        "      app.kubernetes.io/part-of: shop",
        "    newName: registry.acme.org:5000/web/shop",
        "    newTag: v7",
    ] {
        assert!(prod.lines().any(|one| one == line), "no {line:?} in\n{prod}");
    }
    assert!(
        files["k8s/overlays/staging/kustomization.yaml"].contains("\nnamespace: acme-staging\n")
    );
    assert!(files["k8s/overlays/canary/config.env"].contains("\nAPP_HOST=canary.acme.org\n"));
    let release = &files[".github/workflows/k8s-release.yml"];
    assert!(release.contains("registry: registry.acme.org:5000\n"), "{release}");
    assert!(
        release.contains("tags: registry.acme.org:5000/web/shop:${{ github.ref_name }}"),
        "{release}"
    );
    for (path, text) in &files {
        for word in ["example.com/rails-app", "app.example.com", "app-prod", "app-staging"] {
            assert!(!text.contains(word), "{path} has {word}");
        }
    }
}

#[test]
fn no_secret_and_nothing_of_the_stack_s_own_is_written() {
    let plan = plan(&app("rails80-postgres-kamal"), &Options::default());
    let files = files(&plan);
    let config = &files["k8s/base/config.env"];
    assert!(
        config.contains("\nDB_HOST=192.168.0.2\n") && !config.contains("RELEASED_BY"),
        "{config}"
    );
    assert!(
        !config.contains("SOLID_QUEUE_IN_PUMA") && !config.contains("RAILS_LOG_TO_STDOUT"),
        "{config}"
    );
    let secrets = &files["k8s/base/secrets.env.example"];
    for line in [
        "VAPID_PRIVATE_KEY=",
        "QUEUE_DATABASE_URL=",
        "RAILS_MASTER_KEY=",
        "#CAMPFIRE_DATABASE_PASSWORD=",
    ] {
        assert!(secrets.lines().any(|one| one == line), "no {line} in\n{secrets}");
    }
    assert_eq!(files["k8s/base/.gitignore"].lines().last(), Some("secrets.env"));
    let table = &files["k8s/components/README.md"];
    assert!(
        table.contains("| [`solid-queue`](solid-queue/) |") && !table.contains("mysql/"),
        "{table}"
    );
    assert!(
        !table.contains("Tests read it") && table.contains("\n\nOne row for each directory"),
        "{table}"
    );
    assert!(!files.values().any(|text| text.contains("docs/guides")));
    assert!(config.contains("\nRAILS_LOG_LEVEL=debug\n"), "{config}");
    assert!(files.keys().filter(|path| path.contains("/components/")).count() > 10);
    assert!(!files.keys().any(|path| path.contains("fluentd")));
}

/// A copy of an app on the disk.
fn project(name: &str) -> Project {
    let project = Project::new("");
    let root = repository().join("tests/data/apps").join(name);
    for path in files_below(&root) {
        let inside = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
        project.write(&inside, &fs::read_to_string(&path).unwrap());
    }
    project
}

#[test]
fn the_command_says_what_it_does_and_does_it_once() {
    let project = project("rails71-api");
    let before = files_below(project.root());
    let looked = project.railsgen("init --dry-run --diff").run().exits(0);
    assert!(looked.text().contains("\n+namespace: weather-api-prod\n"));
    let looked = looked.says("config/routes.rb: health at /up").says("this is a dry run");
    assert_eq!(files_below(project.root()), before);
    let done = project.railsgen("init").run().exits(0).prints("");
    assert!(done.stderr.starts_with("found:\n  Gemfile: Rails 7.1.3\n"), "{}", done.stderr);
    assert!(done.stderr.ends_with(" files; k8s/README.md says how to go on\n"), "{}", done.stderr);
    assert_eq!(
        looked.text().matches("\n+++ ").count(),
        files_below(project.root()).len() - before.len()
    );
    project.railsgen("init").run().exits(0).prints("").says("nothing has to change");
    project.railsgen("init -q").run().succeeds();
    project.railsgen("build k8s/overlays/prod --strict").run().succeeds();
    let set =
        "edit set image rails-app=registry.example.com/weather-api:v2 --dir k8s/overlays/prod";
    project.railsgen(set).run().exits(0);
    let refused = project.railsgen("init").run().fails();
    refused.says("error[unwritable]").says("k8s/overlays/prod/kustomization.yaml").says("--force");
    project.railsgen("init --force").run().exits(0);
    assert!(project.read("k8s/overlays/prod/kustomization.yaml").contains("newTag: 2026.11.0\n"));
    Project::new("//- /README.md").railsgen("init").run().fails().says("there is no Rails app");
    project.railsgen("init --name Shop").run().fails().says("error[usage]").says("--name");
}

#[test]
fn what_is_no_app_is_refused() {
    for (fs, root) in [
        (MemoryFs::new().with("/app/README.md", "x"), "/app"),
        (MemoryFs::new().with("/app/Gemfile.lock", "GEM\n  specs:\n    sinatra (4.0.0)\n"), "/app"),
        (MemoryFs::new().with("/app", "x"), "/app"),
        // An engine.
        (
            MemoryFs::new()
                .with("/app/Gemfile.lock", "GEM\n  specs:\n    rails (8.0.1)\n")
                .with("/app/shop.gemspec", ""),
            "/app",
        ),
        (MemoryFs::new(), "/nope"),
    ] {
        assert!(init(&fs, Path::new(root), &Options::default()).is_err(), "{root}");
    }
    let fs = MemoryFs::new()
        .with("/all/Makefile", "")
        .with("/all/api/Gemfile.lock", "GEM\n  specs:\n    rails (8.0.1)\n")
        .with("/all/api/config/application.rb", "module Api\nend\n");
    let error = init(&fs, Path::new("/all"), &Options::default()).unwrap_err();
    assert_eq!(error.help, ["there is one in `/all/api`"]);
}

#[test]
fn each_process_of_sidekiq_gets_a_deployment() {
    let files = files(&plan(&app("rails71-postgres-sidekiq-processes"), &Options::default()));
    let worker = &files["k8s/base/worker/deployment.yaml"];
    let argument =
        "args: [\"--timeout\", \"25\", \"-C\", \"config/workers/default.yml\", \"-c\", \"8\"]";
    assert!(worker.contains(argument), "{worker}");
    assert!(worker.contains("name: RAILS_MAX_THREADS\n              value: \"8\""), "{worker}");
    assert!(worker.contains("name: MALLOC_ARENA_MAX\n"), "{worker}");
    let queues = "k8s/components/sidekiq-queues";
    let entry = &files[&format!("{queues}/performance/kustomization.yaml")];
    assert!(entry.contains("\nnameSuffix: -performance\n"), "{entry}");
    assert!(entry.contains("args: [\"--timeout\", \"25\", \"-q\", \"performance,2\"]"), "{entry}");
    assert!(entry.contains("name: DB_POOL\n"), "{entry}");
    assert!(files.contains_key(&format!("{queues}/mail/kustomization.yaml")));
    assert!(!files.contains_key(&format!("{queues}/low/kustomization.yaml")));
    assert!(!files.contains_key(&format!("{queues}/worker.yaml")));

    let secrets = &files["k8s/base/secrets.env.example"];
    for line in ["POOL_DATABASE_URL=", "EVENTS_URL=", "#POSTGRES_PASSWORD=", "REDIS_URL="] {
        assert!(secrets.lines().any(|one| one == line), "{line}\n{secrets}");
    }
    // The one names DATABASE_URL itself, the other belongs to a component that is not there.
    for line in ["CACHE_DATABASE_URL=", "#MYSQL_PASSWORD="] {
        assert!(!secrets.contains(line), "{line}\n{secrets}");
    }
    assert!(files[".github/workflows/k8s-release.yml"].contains("file: production.Dockerfile\n"));
    assert!(files["k8s/base/web/deployment.yaml"].contains("mountPath: /srv/models/log\n"));
}

#[test]
fn what_has_no_migrations_waits_for_none() {
    let files = files(&plan(&app("rails81-mongodb"), &Options::default()));
    let text: String = files.values().flat_map(|text| [text.as_str(), "\n"]).collect();
    assert!(!files.keys().any(|path| path.contains("migrate")), "{:?}", files.keys());
    assert!(!text.contains("db:prepare\"") && !text.contains("abort_if_pending_migrations"));
    assert!(files["k8s/components/network-policies/rails.yaml"].contains("port: 27017\n"));
    assert!(files["k8s/base/secrets.env.example"].contains("#MONGO_URL=\n"));
    assert!(!files["k8s/base/secrets.env.example"].contains("DATABASE_URL"));
}

/// Whatever the files hold, there is an answer: a plan that builds, or an error.
#[test]
fn odd_files_do_no_harm() {
    let odd: [&[u8]; 7] = [
        b"",
        b"\xff\xfe\x00",
        b"<%= <% %> %>: [",
        b"a: &a [*a]\n",
        b"production: production\nservices: 1\nregistry: []\nenv: x\nservers: {x: {cmd: [1]}}\nimage: {a: b}\n",
        b"FROM\nUSER $\nWORKDIR ${\nENV =\nRUN useradd\n",
        b"module \nmodule ::\nget => \"rails/health#show\"\nENV[\nENV.fetch(\nsidekiq -t\n: :\n",
    ];
    let paths = [
        "Gemfile",
        "Dockerfile",
        "Procfile",
        "config/database.yml",
        "config/puma.rb",
        "config/queue.yml",
        "config/recurring.yml",
        "config/sidekiq.yml",
        "config/schedule.yml",
        "config/cable.yml",
        "config/storage.yml",
        ".ruby-version",
        ".tool-versions",
        "config/deploy.yml",
        "docker-compose.yml",
        "config/application.rb",
        "config/routes.rb",
        "config/environments/production.rb",
        "db/schema.rb",
    ];
    let lock = "GEM\n  specs:\n    rails (8.0.1)\n    sidekiq (8.0.0)\n    puma (6)\n";
    for content in odd {
        for path in paths {
            let fs = MemoryFs::new()
                .with("/app/Gemfile.lock", lock)
                .with(format!("/app/{path}"), content);
            let plan = plan(&fs, &Options::default());
            let fs = written(fs, &plan);
            let built = build(
                &fs,
                &Sources::new(),
                Path::new("/app/k8s/overlays/prod"),
                &BuildOptions::default(),
            );
            assert!(built.is_ok(), "{path} {:?}", String::from_utf8_lossy(content));
        }
        let all = paths.iter().fold(MemoryFs::new().with("/app/Gemfile.lock", lock), |fs, path| {
            fs.with(format!("/app/{path}"), content)
        });
        let _ = plan(&all, &Options::default());
    }
}

/// Pieces that files are made of, in any order.
const PIECES: &[&str] = &[
    "\n",
    "  ",
    "\t",
    "- ",
    ": ",
    ":",
    "<%= ",
    "ENV.fetch(\"A\") { 1 }",
    "ENV['B']",
    " %>",
    "<% ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "production",
    "adapter",
    "sqlite3",
    "postgresql",
    "&a ",
    "*a",
    "<<",
    "primary",
    "queues",
    "web",
    "worker",
    "bundle exec sidekiq -q ",
    "$",
    "${",
    "FROM ",
    "USER ",
    "WORKDIR ",
    "RUN useradd ",
    "-u ",
    "\\",
    "#",
    "module ",
    "Rails",
    "config.active_job.queue_adapter = :",
    "solid_queue",
    "get \"up\" => \"rails/health#show\"",
    "service",
    "image",
    "registry",
    "server",
    "env",
    "clear",
    "secret",
    "proxy",
    "host",
    "cmd",
    "é",
    "\u{0}",
    "1",
    "active_storage_attachments",
    "S3",
    "Disk",
    "amazon",
    "    rails (",
    "8.0.1",
    ")",
    "gem ",
    "999999999999999999999",
];

#[test]
fn random_files_do_no_harm() {
    let paths = [
        "Gemfile",
        "Dockerfile",
        "Procfile",
        "config/database.yml",
        "config/puma.rb",
        "config/sidekiq.yml",
        "config/cable.yml",
        "config/storage.yml",
        ".tool-versions",
        "config/deploy.yml",
        "docker-compose.yml",
        "config/application.rb",
        "config/routes.rb",
        "config/environments/production.rb",
        "db/schema.rb",
    ];
    let mut state = 1_u64;
    let mut random = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    for _ in 0..40 {
        let mut fs = MemoryFs::new();
        for path in paths {
            let count = random(30);
            let text: String = (0..count).map(|_| PIECES[random(PIECES.len())]).collect();
            fs = fs.with(format!("/app/{path}"), text);
        }
        let fs = fs.with(
            "/app/Gemfile.lock",
            "GEM\n  specs:\n    rails (8.0.1)\n    puma (6.5.0)\n    solid_queue (1.1.2)\n",
        );
        let plan = plan(&fs, &Options::default());
        let fs = written(fs, &plan);
        for overlay in overlays(&plan) {
            let built = build(
                &fs,
                &Sources::new(),
                &Path::new("/app").join(&overlay),
                &BuildOptions::default(),
            );
            assert!(built.is_ok(), "{built:?}");
        }
    }
}

#[test]
fn the_whole_stack_is_in_the_program() {
    let target = repository().join("src/init/stack.rs");
    let mut paths = Vec::new();
    for directory in ["base", "components", "overlays", "examples/github-actions"] {
        let files = files_below(&repository().join(directory));
        paths.extend(files.iter().map(|path| {
            path.strip_prefix(repository()).unwrap().to_string_lossy().replace('\\', "/")
        }));
    }
    paths.sort();
    if updating() {
        let text = fs::read_to_string(&target).unwrap();
        let head = text.find("    (\"").unwrap_or(text.len());
        let rows: String = paths
            .iter()
            .map(|path| format!("    (\"{path}\", include_str!(\"../../{path}\")),\n"))
            .collect();
        fs::write(&target, format!("{}{rows}];\n", &text[..head])).unwrap();
        return;
    }
    let known: Vec<&str> = STACK_FILES.iter().map(|(path, _)| *path).collect();
    assert_eq!(known, paths, "UPDATE=1 cargo test --test main init");
    for (path, text) in STACK_FILES {
        assert_eq!(*text, fs::read_to_string(repository().join(path)).unwrap(), "{path}");
    }
}
