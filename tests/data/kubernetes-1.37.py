#!/usr/bin/env python3
"""Makes kubernetes-1.37.json, the source of src/check/schema/table.rs.

The input is the OpenAPI document of Kubernetes 1.37 as the Apache-2.0 package `kubernetes-validate` ships it:

    pip download --no-deps kubernetes-validate==1.37.0
    unzip kubernetes_validate-1.37.0-py3-none-any.whl '*/v1.37.0-local/_definitions.json'
    python3 kubernetes-1.37.py kubernetes_validate/kubernetes-json-schema/v1.37.0-local/_definitions.json

What stays is what checking a manifest asks for: the kinds that people apply, the names and types of their fields,
which of them must be there, and what the items of a list are told apart by. A status is written by the cluster, so
it is left out. The result is still an OpenAPI document.
"""

import json
import pathlib
import sys

KEPT = ["$ref", "format", "required", "oneOf", "x-kubernetes-list-map-keys"]

# They are spoken between programs, never written to a file.
SPOKEN = {"APIGroup", "APIGroupList", "APIResourceList", "APIVersions", "DeleteOptions", "Status", "WatchEvent"}


def kinds_of(schema):
    for kind in schema.get("x-kubernetes-group-version-kind", []):
        name = kind["kind"]
        if name not in SPOKEN and not name.endswith("List") and not name.endswith("Review"):
            yield {key: kind[key] for key in ("group", "version", "kind")}


def plain_type(schema):
    """A type without the remark that null is allowed: it always is."""
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(name for name in kind if name != "null")
    return kind


def reduce(schema, is_kind=False):
    out = {key: schema[key] for key in KEPT if key in schema}
    kind = plain_type(schema)
    if kind:
        out["type"] = kind
    if "oneOf" in out:
        out["oneOf"] = [{"type": plain_type(option)} for option in out["oneOf"]]
    if "properties" in schema:
        fields = sorted(schema["properties"].items())
        out["properties"] = {name: reduce(field) for name, field in fields if not (is_kind and name == "status")}
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            out[key] = reduce(schema[key])
    return out


def references(schema):
    if "$ref" in schema:
        yield schema["$ref"].rsplit("/", 1)[1]
    below = [schema.get("items"), schema.get("additionalProperties"), *schema.get("properties", {}).values()]
    for part in below:
        if isinstance(part, dict):
            yield from references(part)


def main():
    document = json.load(open(sys.argv[1], encoding="utf-8"))["$defs"]
    reduced = {}
    waiting = sorted(name for name, schema in document.items() if any(kinds_of(schema)))
    while waiting:
        name = waiting.pop()
        if name in reduced:
            continue
        kinds = list(kinds_of(document[name]))
        schema = reduce(document[name], bool(kinds))
        if kinds:
            schema["x-kubernetes-group-version-kind"] = kinds
        reduced[name] = schema
        waiting.extend(references(schema))
    # One definition a line keeps differences readable.
    text = json.dumps(dict(sorted(reduced.items())), separators=(",", ":")).replace('"#/$defs/', '"#/definitions/')
    lines = [
        f"{json.dumps(name)}:{json.dumps(schema, separators=(',', ':'))}" for name, schema in json.loads(text).items()
    ]
    result = '{"definitions":{\n' + ",\n".join(lines) + "\n}}\n"
    pathlib.Path(__file__).with_name("kubernetes-1.37.json").write_text(result, encoding="utf-8")


main()
