"""Where SQLGlot's BigQuery generator would print something else than GoogleSQL, or than what was read: how to print it.

Each entry replaces one handler of one generator; nothing is changed for anybody else who uses SQLGlot.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from sqlglot import exp
from sqlglot.generator import Generator

from querywright.pipes.parsing.hints import HINT
from querywright.pipes.parsing.names import RESERVED
from querywright.pipes.parsing.sampling import PARTITION, WEIGHT
from querywright.pipes.parsing.tables import TABLE_WORDS, WHOLE

__all__ = ["HANDLERS", "quoted_string"]


def _identifier(generator: Generator, tree: exp.Identifier) -> str:
    name: str = tree.this
    hint = tree.args.get(HINT)
    behind = f" {hint}" if hint else ""
    if not tree.args.get("quoted") and _PLAIN_NAME.match(name) and name.upper() not in RESERVED:
        return name + behind
    return "`" + name.translate(_IN_BACKTICKS) + "`" + behind


_PLAIN_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*\Z")

_ESCAPES: Final = {
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\a": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    "\0": "\\0",
}

_IN_BACKTICKS: Final = str.maketrans(_ESCAPES | {"`": "\\`"})

_IN_QUOTES: Final = str.maketrans(_ESCAPES | {"'": "\\'"})


def quoted_string(value: str) -> str:
    """A string literal of GoogleSQL."""
    return f"'{value.translate(_IN_QUOTES)}'"


def _literal(generator: Generator, tree: exp.Literal) -> str:
    return quoted_string(tree.this) if tree.is_string else str(tree.this)


def _datatype(generator: Generator, tree: exp.DataType) -> str:
    kind = tree.this
    if not isinstance(kind, exp.DType) or kind not in _TYPES:
        return generator.datatype_sql(tree)
    inside = ", ".join([generator.sql(part) for part in tree.expressions])
    if not inside:
        return _TYPES[kind]
    return f"{_TYPES[kind]}<{inside}>" if tree.args.get("nested") else f"{_TYPES[kind]}({inside})"


_TYPES: Final = {
    exp.DType.ARRAY: "ARRAY",
    exp.DType.BIGDECIMAL: "BIGNUMERIC",
    exp.DType.BIGINT: "INT64",
    exp.DType.BINARY: "BYTES",
    exp.DType.BLOB: "BYTES",
    exp.DType.BOOLEAN: "BOOL",
    exp.DType.CHAR: "STRING",
    exp.DType.DATE: "DATE",
    exp.DType.DATETIME: "DATETIME",
    exp.DType.DECIMAL: "NUMERIC",
    exp.DType.DOUBLE: "FLOAT64",
    exp.DType.FLOAT: "FLOAT64",
    exp.DType.INT: "INT64",
    exp.DType.JSON: "JSON",
    exp.DType.MAP: "MAP",
    exp.DType.MEDIUMINT: "INT32",
    exp.DType.NCHAR: "STRING",
    exp.DType.NVARCHAR: "STRING",
    exp.DType.RANGE: "RANGE",
    exp.DType.SMALLINT: "INT64",
    exp.DType.STRUCT: "STRUCT",
    exp.DType.TEXT: "STRING",
    exp.DType.TIME: "TIME",
    exp.DType.TIMESTAMP: "DATETIME",
    exp.DType.TIMESTAMPLTZ: "TIMESTAMP",
    exp.DType.TIMESTAMPNTZ: "DATETIME",
    exp.DType.TIMESTAMPTZ: "TIMESTAMP",
    exp.DType.TINYINT: "INT64",
    exp.DType.UBIGINT: "UINT64",
    exp.DType.UINT: "UINT32",
    exp.DType.UUID: "UUID",
    exp.DType.VARBINARY: "BYTES",
    exp.DType.VARCHAR: "STRING",
}


def _cast(generator: Generator, tree: exp.Cast) -> str:
    value, kind = tree.this, tree.to
    written = generator.sql(kind)
    if isinstance(tree, exp.TryCast):
        word = "SAFE_CAST"
    elif isinstance(value, exp.Array) and kind.this == exp.DType.ARRAY and not _is_query(value):
        return written + generator.sql(value)
    elif isinstance(value, exp.Struct) and kind.this == exp.DType.STRUCT and not _has_names(value):
        return f"{written}({', '.join([generator.sql(part) for part in value.expressions])})"
    elif isinstance(value, exp.Literal) and value.is_string and _is_literal(kind, value.this):
        return f"{written} {quoted_string(value.this)}"
    else:
        word = "CAST"
    pattern = generator.sql(tree, "format")
    return f"{word}({generator.sql(value)} AS {written}{f' FORMAT {pattern}' if pattern else ''})"


def _is_query(array: exp.Array) -> bool:
    return bool(array.expressions) and isinstance(array.expressions[0], exp.Query)


def _has_names(struct: exp.Struct) -> bool:
    return any(isinstance(part, exp.PropertyEQ | exp.Alias) for part in struct.expressions)


def _is_literal(kind: exp.DataType, value: str) -> bool:
    """Whether `DATE 'value'` reads as well as CAST('value' AS DATE), which may fail only when it runs."""
    if kind.expressions:
        return bool(kind.this == exp.DType.RANGE)
    pattern = _LITERALS.get(kind.this)
    return pattern is not None and pattern.fullmatch(value) is not None


_DAY: Final = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])"
_CLOCK: Final = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?"

_LITERALS: Final = {
    exp.DType.DATE: re.compile(_DAY),
    exp.DType.DATETIME: re.compile(f"{_DAY} {_CLOCK}"),
    exp.DType.TIMESTAMP: re.compile(f"{_DAY} {_CLOCK}"),
    exp.DType.TIMESTAMPTZ: re.compile(rf"{_DAY} {_CLOCK}(?:[+-]\d\d(?::\d\d)?|Z)?"),
    exp.DType.TIME: re.compile(_CLOCK),
}


def _interval(generator: Generator, tree: exp.Interval) -> str:
    value, unit = tree.this, tree.args.get("unit")
    if isinstance(value, exp.Literal) and value.is_string and isinstance(unit, exp.Var) and _WHOLE.match(value.this):
        written = value.this
    else:
        written = generator.sql(value) if value is not None else ""
        if isinstance(value, exp.Binary):
            written = f"({written})"
    return f"INTERVAL {written} {_unit(generator, unit)}".rstrip()


_WHOLE: Final = re.compile(r"-?[0-9]+\Z")


def _unit(generator: Generator, unit: exp.Expr | None) -> str:
    if unit is None:
        return ""
    written = generator.sql(unit).upper()
    return written[:-1] if isinstance(unit, exp.Var) and written in _PLURALS else written


_PLURALS: Final = {f"{unit}S" for unit in ("YEAR", "QUARTER", "MONTH", "WEEK", "DAY", "HOUR", "MINUTE", "SECOND")}


def _equal(generator: Generator, tree: exp.EQ) -> str:
    return generator.binary(tree, "=")


def _at_time_zone(generator: Generator, tree: exp.AtTimeZone) -> str:
    return f"{generator.sql(tree, 'this')} AT TIME ZONE {generator.sql(tree, 'zone')}"


def _array_filter(generator: Generator, tree: exp.ArrayFilter) -> str:
    return f"ARRAY_FILTER({generator.sql(tree, 'this')}, {generator.sql(tree, 'expression')})"


def _window_spec(generator: Generator, tree: exp.WindowSpec) -> str:
    start = f"{generator.sql(tree, 'start')} {generator.sql(tree, 'start_side')}".strip()
    if not tree.args.get("end"):
        return f"{generator.sql(tree, 'kind')} {start}"
    end = f"{generator.sql(tree, 'end')} {generator.sql(tree, 'end_side')}".strip()
    return f"{generator.sql(tree, 'kind')} BETWEEN {start} AND {end}"


def _position(generator: Generator, tree: exp.StrPosition) -> str:
    parts = [tree.args.get(name) for name in ("this", "substr", "position", "occurrence")]
    written = ", ".join([generator.sql(part) for part in parts if part is not None])
    return f"{'STRPOS' if parts[2] is None and parts[3] is None else 'INSTR'}({written})"


def _string_agg(generator: Generator, tree: exp.GroupConcat) -> str:
    value, behind = tree.this, ""
    if isinstance(value, exp.Limit):
        behind = f" LIMIT {generator.sql(value, 'expression')}"
        value = value.this
    if isinstance(value, exp.Order):
        behind = f" ORDER BY {', '.join([generator.sql(key) for key in value.expressions])}" + behind
        value = value.this
    separator = tree.args.get("separator")
    between = f", {generator.sql(separator)}" if separator is not None else ""
    return f"STRING_AGG({generator.sql(value)}{between}{behind})"


def _ordered(generator: Generator, tree: exp.Ordered) -> str:
    descending = tree.args.get("desc")
    first = bool(tree.args.get("nulls_first"))
    direction = " DESC" if descending else " ASC" if descending is False else ""
    # GoogleSQL's NULLs are the smallest of all values.
    nulls = "" if first != bool(descending) else " NULLS FIRST" if first else " NULLS LAST"
    return f"{generator.sql(tree, 'this')}{direction}{nulls}"


def _parsed_date(generator: Generator, tree: exp.StrToDate | exp.StrToTime) -> str:
    word = "DATE" if isinstance(tree, exp.StrToDate) else "TIMESTAMP"
    zone = tree.args.get("zone")
    if tree.args.get("default_year") is None and (pattern := _cast_pattern(generator, tree)):
        behind = f" AT TIME ZONE {generator.sql(zone)}" if zone is not None else ""
        cast = "SAFE_CAST" if tree.args.get("safe") else "CAST"
        return f"{cast}({generator.sql(tree, 'this')} AS {word} FORMAT {pattern}{behind})"
    parts = [generator.format_time(tree), generator.sql(tree, "this"), generator.sql(zone) if zone is not None else ""]
    return f"PARSE_{word}({', '.join([part for part in parts if part])})"


def _cast_pattern(generator: Generator, tree: exp.Expr) -> str:
    """The pattern of CAST … FORMAT; nothing where it has a part that only PARSE_DATE knows."""
    dialect = generator.dialect
    pattern = generator.format_time(tree, dialect.INVERSE_FORMAT_MAPPING, dialect.INVERSE_FORMAT_TRIE) or ""
    return "" if "%" in pattern else pattern


def _sample(generator: Generator, tree: exp.TableSample) -> str:
    method, percent, size, seed = (tree.args.get(name) for name in ("method", "percent", "size", "seed"))
    amount = f"{generator.sql(percent)} PERCENT" if percent is not None else f"{generator.sql(size)} ROWS"
    if keys := tree.args.get(PARTITION):
        amount += f" PARTITION BY {', '.join([generator.sql(key) for key in keys])}"
    name = tree.args.get(WEIGHT)
    weight = "" if name is None else " WITH WEIGHT" if name is True else f" WITH WEIGHT AS {generator.sql(name)}"
    repeatable = f" REPEATABLE ({generator.sql(seed)})" if seed is not None else ""
    return f" TABLESAMPLE {generator.sql(method) if method is not None else 'BERNOULLI'} ({amount}){weight}{repeatable}"


def _collate(generator: Generator, tree: exp.Collate) -> str:
    value, collation = generator.sql(tree, "this"), generator.sql(tree, "expression")
    return f"{value} COLLATE {collation}" if isinstance(tree.parent, exp.Ordered) else f"COLLATE({value}, {collation})"


def _anonymous(generator: Generator, tree: exp.Anonymous) -> str:
    name = tree.this
    if isinstance(name, str) and name.upper() in TABLE_WORDS and len(tree.expressions) == 1:
        return f"{name.upper()} {generator.sql(tree.expressions[0])}"
    if name in WHOLE:
        return str(name)
    if name == "WITH":
        return f"WITH({', '.join([_with_part(generator, part) for part in tree.expressions])})"
    return generator.anonymous_sql(tree)


def _filter(generator: Generator, tree: exp.Filter) -> str:
    condition = tree.args["expression"]
    condition = condition.this if isinstance(condition, exp.Where) else condition
    return f"{generator.sql(tree, 'this').removesuffix(')')} WHERE {generator.sql(condition)})"


def _table(generator: Generator, tree: exp.Table) -> str:
    sample = tree.args.get("sample")
    if sample is None or not tree.args.get("version"):
        return generator.table_sql(tree)
    before = tree.copy()
    before.set("sample", None)
    return generator.table_sql(before) + generator.sql(sample)


def _with_part(generator: Generator, part: exp.Expr) -> str:
    if isinstance(part, exp.Kwarg):
        return f"{generator.sql(part, 'this')} AS {generator.sql(part, 'expression')}"
    return generator.sql(part)


HANDLERS: Final[dict[type[exp.Expr], Callable[[Generator, Any], str]]] = {
    exp.Identifier: _identifier,
    exp.Literal: _literal,
    exp.DataType: _datatype,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Interval: _interval,
    exp.EQ: _equal,
    exp.AtTimeZone: _at_time_zone,
    exp.ArrayFilter: _array_filter,
    exp.WindowSpec: _window_spec,
    exp.StrPosition: _position,
    exp.GroupConcat: _string_agg,
    exp.Ordered: _ordered,
    exp.StrToDate: _parsed_date,
    exp.StrToTime: _parsed_date,
    exp.Select: Generator.select_sql,
    exp.Anonymous: _anonymous,
    exp.Collate: _collate,
    exp.TableSample: _sample,
    exp.Filter: _filter,
    exp.CTE: Generator.cte_sql,
    exp.Table: _table,
    exp.Values: Generator.values_sql,
}
