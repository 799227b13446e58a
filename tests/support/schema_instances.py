"""The smallest value that a JSON schema allows, as the test server's answer where nobody registered a better one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def smallest(schema: Schema, root: Schema | None = None) -> Any:
    """A value of the schema: required fields only, the shortest lists and texts, the first of several choices."""
    root = schema if root is None else root
    if "$ref" in schema:
        return smallest(_resolved(schema["$ref"], root), root)
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return schema["enum"][0]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return smallest(schema[choice][0], root)
    return _of_type(schema, root)


def _of_type(schema: Schema, root: Schema) -> Any:
    kind = schema.get("type", "object")
    if isinstance(kind, list):
        kind = kind[0]
    if kind == "object":
        fields = schema.get("properties", {})
        wanted = schema.get("required", ())
        return {name: smallest(field, root) for name, field in fields.items() if name in wanted}
    if kind == "array":
        return [smallest(schema.get("items", {"type": "null"}), root)] * schema.get("minItems", 0)
    if kind == "string":
        return "a" * max(1, schema.get("minLength", 1))
    if kind in ("integer", "number"):
        return schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    return {"boolean": True, "null": None}[kind]


def _resolved(reference: str, root: Schema) -> Schema:
    found: Any = root
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found
