"""The tables a pipe query may read: a `Schema`, or plain names and types, looked up blind to case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TypeAlias

from querywright.databases.schema import Kind, Schema
from querywright.errors import SettingsError

SchemaLike: TypeAlias = Schema | Mapping[str, Mapping[str, str]]
"""What may be given as a schema: ours, or `{table: {column: type}}`."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its name, and its type as GoogleSQL calls it (`INT64`, `STRING`, …; empty where unknown)."""

    name: str
    type: str = ""


_KINDS: dict[Kind, str] = {
    "integer": "INT64",
    "real": "FLOAT64",
    "decimal": "NUMERIC",
    "text": "STRING",
    "boolean": "BOOL",
    "date": "DATE",
    "datetime": "DATETIME",
    "time": "TIME",
    "blob": "BYTES",
    "json": "JSON",
    "other": "",
}

_TYPES = {
    "INT64": (
        "INT",
        "INTEGER",
        "BIGINT",
        "SMALLINT",
        "TINYINT",
        "INT2",
        "INT4",
        "INT8",
        "BYTEINT",
        "HUGEINT",
        "SERIAL",
    ),
    "FLOAT64": ("FLOAT", "REAL", "DOUBLE", "DOUBLE PRECISION", "FLOAT4", "FLOAT8"),
    "NUMERIC": ("DECIMAL", "NUMBER", "BIGNUMERIC"),
    "STRING": ("TEXT", "VARCHAR", "CHAR", "CLOB", "CHARACTER VARYING", "NVARCHAR", "CHARACTER", "BPCHAR", "UUID"),
    "BOOL": ("BOOLEAN",),
    "DATE": (),
    "DATETIME": (),
    "TIMESTAMP": ("TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE"),
    "TIME": (),
    "BYTES": ("BLOB", "BYTEA", "BINARY", "VARBINARY"),
    "JSON": ("JSONB",),
}
_SPELLED = {spelled: name for name, others in _TYPES.items() for spelled in (name, *others)}


def googlesql_type(spelled: str) -> str:
    """GoogleSQL's name for a type as a user spells it (`varchar(20)`, `int`); the spelling itself if it has none.

    >>> googlesql_type("varchar(20)"), googlesql_type("int"), googlesql_type("ARRAY<STRING>")
    ('STRING', 'INT64', 'ARRAY<STRING>')
    """
    plain = spelled.upper().strip()
    return _SPELLED.get(plain) or _SPELLED.get(plain.partition("(")[0].strip()) or plain


class Tables:
    """A schema's tables by name. `known` is false where no schema was given: then every table may exist."""

    def __init__(self, schema: SchemaLike | None) -> None:
        self.known = schema is not None
        self.schema = schema if isinstance(schema, Schema) else None
        """Where keys are known, too."""
        plain = {} if schema is None or isinstance(schema, Schema) else schema
        for name, columns in plain.items():
            if not isinstance(columns, Mapping) or not all(isinstance(kind, str) for kind in columns.values()):
                raise SettingsError(f"the schema of {name} must be {{column: type}}, such as {{'id': 'INT64'}}")
        self._plain = {name.lower(): (name, columns) for name, columns in plain.items()}
        self._read: dict[str, tuple[Field, ...]] = {}

    def fields(self, name: str, namespace: str | None = None) -> tuple[Field, ...] | None:
        """The columns of a table, in order; None if there is no such table."""
        key = f"{namespace}.{name}".lower() if namespace else name.lower()
        if key not in self._read:
            found = self._look_up(name, namespace)
            if found is None:
                return None
            self._read[key] = found
        return self._read[key]

    def spelled(self, name: str, namespace: str | None = None) -> tuple[str, ...] | None:
        """What a table is really called, in parts; None where the schema does not say (no such table, plain names)."""
        table = self.schema.table(name, namespace) if self.schema else None
        return table.parts if table else None

    def names(self) -> list[str]:
        if self.schema:
            return [table.full_name for table in self.schema]
        return [name for name, _ in self._plain.values()]

    def _look_up(self, name: str, namespace: str | None) -> tuple[Field, ...] | None:
        if self.schema:
            table = self.schema.table(name, namespace)
            return tuple(Field(c.name, _KINDS[c.kind]) for c in table.columns) if table else None
        found = self._plain.get(f"{namespace}.{name}".lower()) if namespace else None
        found = found or self._plain.get(name.lower())
        return tuple(Field(column, googlesql_type(type_)) for column, type_ in found[1].items()) if found else None


def nearest(name: str, known: list[str]) -> str:
    """Words that suggest what `name` may have meant: `; did you mean a or b?`, or which names there are."""
    folded = {other.lower(): other for other in reversed(known)}
    close = [folded[match] for match in get_close_matches(name.lower(), list(folded), n=3, cutoff=0.6)]
    if close:
        return f"; did you mean {' or '.join(close)}?"
    return f"; there are {', '.join(known[:8])}{', …' if len(known) > 8 else ''}" if known else ""
