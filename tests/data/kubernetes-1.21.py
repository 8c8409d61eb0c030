#!/usr/bin/env python3
"""Makes kubernetes-1.21.json, the source of src/k8s/schema/table.rs.

The input is the OpenAPI document of Kubernetes 1.21 as the Apache-2.0 package `kubernetes-validate`
ships it:

    pip download --no-deps --no-binary :all: kubernetes-validate==1.22.0
    tar xzf kubernetes-validate-1.22.0.tar.gz
    python3 kubernetes-1.21.py \
        kubernetes-validate-1.22.0/src/kubernetes_validate/kubernetes-json-schema/v1.21.0-local/_definitions.json

Kustomization files themselves have a schema too, which the reference adds; it is written out below.

What stays is what merging asks for: the names of fields, where their types are, the kinds, and
the merge strategies. It is still an OpenAPI document, so tests can load it as one.
"""

import json
import pathlib
import sys

KEPT = ["$ref", "x-kubernetes-patch-strategy", "x-kubernetes-patch-merge-key", "x-kubernetes-list-map-keys"]

# A cluster does not serve these unless it is told to, so they are not in the published document.
LEFT_OUT = {"io.k8s.api.core.v1.EphemeralContainers"}
ALPHA = ".v1alpha1."

KUSTOMIZATION = "kustomize.config.k8s.io"


def kustomization_kinds():
    """The kinds of a kustomization file that can be resources of another one."""

    def kind(name, properties):
        group_version_kind = {"group": KUSTOMIZATION, "version": "v1beta1", "kind": name}
        return {"properties": properties, "x-kubernetes-group-version-kind": [group_version_kind]}

    def ref(name):
        return {"$ref": f"#/definitions/{KUSTOMIZATION}.{name}"}

    def generators(name):
        return {
            "x-kubernetes-patch-strategy": "merge",
            "x-kubernetes-patch-merge-key": "name",
            "type": "array",
            "items": ref(name),
        }

    sources = {"env": {}, "envs": {}, "files": {}, "literals": {}}
    common = {"KvPairSources": ref("KvPairSources"), "behavior": {}, "name": {}, "namespace": {}}
    lists = {
        "configMapGenerator": generators("ConfigMapArgs"),
        "secretGenerator": generators("SecretArgs"),
    }
    kinds = {
        "ConfigMapArgs": {"GeneratorArgs": ref("GeneratorArgs")},
        "GeneratorArgs": common,
        "Kustomization": lists,
        "KvPairSources": sources,
        "SecretArgs": {"GeneratorArgs": ref("GeneratorArgs"), "type": {}},
    }
    return {f"{KUSTOMIZATION}.{name}": kind(name, properties) for name, properties in kinds.items()}


def reduce(schema):
    """One schema without what merging never asks for."""
    out = {key: schema[key] for key in KEPT if key in schema}
    if "properties" in schema:
        out["properties"] = {name: reduce(field) for name, field in sorted(schema["properties"].items())}
    if schema.get("type") == "array":
        out["type"] = "array"
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            out[key] = reduce(schema[key])
    return out


def main():
    definitions = json.load(open(sys.argv[1], encoding="utf-8"))["definitions"]
    reduced = {}
    for name, schema in sorted(definitions.items()):
        if name in LEFT_OUT or (name.startswith("io.k8s.api.") and ALPHA in name):
            continue
        reduced[name] = reduce(schema)
        kinds = schema.get("x-kubernetes-group-version-kind", [])
        if kinds:
            keys = ("group", "version", "kind")
            reduced[name]["x-kubernetes-group-version-kind"] = [
                {key: kind[key] for key in keys} for kind in kinds
            ]
    reduced |= kustomization_kinds()
    # One definition a line keeps differences readable.
    lines = [f"{json.dumps(name)}:{json.dumps(schema, separators=(',', ':'))}" for name, schema in reduced.items()]
    text = '{"definitions":{\n' + ",\n".join(lines) + "\n}}\n"
    pathlib.Path(__file__).with_name("kubernetes-1.21.json").write_text(text, encoding="utf-8")


main()
