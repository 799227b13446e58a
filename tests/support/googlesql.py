"""GoogleSQL's reference engine for tests: what a query gives on tables of ours, and whether it is GoogleSQL at all.

with Engine({"t": Table((("id", "INT64"), ("name", "STRING")), [(1, "a")])}) as engine:
    engine.run("FROM t |> WHERE id = 1")     # Answer(columns=("id", "name"), rows=[(1, "a")])
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from googlesql_machine import Machine, Refused

if TYPE_CHECKING:
    from zetasql.wasi._pb2.zetasql.public.type_pb2 import TypeProto
    from zetasql.wasi._pb2.zetasql.public.value_pb2 import ValueProto

Row = tuple[Any, ...]

INVALID = 3
"""GoogleSQL's code for a query that it does not accept; all others come from running it."""


class AnalysisError(Exception):
    """GoogleSQL does not accept the query: its own words."""


class EvaluationError(Exception):
    """The query is right and fails on these rows: a division by zero, a subquery with two rows."""


@dataclass(frozen=True)
class Table:
    """A table of the catalog. Types are INT64, FLOAT64, STRING, BOOL, DATE, NUMERIC, …"""

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Any]] | None = ()
    """None: for analysis only."""


class Answer(NamedTuple):
    columns: tuple[str, ...]
    rows: list[Row]


class Analysis(NamedTuple):
    columns: tuple[tuple[str, str], ...]
    """Name and type of each column."""
    ordered: bool
    """Whether GoogleSQL promises an order of the rows."""


def installed() -> bool:
    """Whether the `zetasql` wheel is here."""
    return find_spec("zetasql") is not None and find_spec("wasmtime") is not None


class Engine:
    """A catalog of tables on the one machine of this process. Close it, or use it as a context."""

    def __init__(self, tables: Mapping[str, Table]) -> None:
        self._catalog = _catalog(tables)
        self._machine: Machine | None = None
        self._id = 0

    def run(self, sql: str) -> Answer:
        """The columns' names and the rows.

        Raises:
            AnalysisError: it is not GoogleSQL, or not on these tables.
            EvaluationError: it fails on these rows.
            Crashed: it is too deep for the machine; the next query gets another machine.
        """
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service

        request = service.EvaluateQueryRequest(sql=sql, options=_options())
        answer = self._ask("EvaluateQuery", request, service.EvaluateQueryResponse)
        rows = [tuple(map(_value, row.cell)) for row in answer.content.table_data.row]
        return Answer(tuple(column.name for column in answer.prepared.columns), rows)

    def analyze(self, sql: str) -> Analysis:
        """What it would give, without running it. Raises AnalysisError."""
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service

        request = service.AnalyzeRequest(sql_statement=sql, options=_options())
        answer = self._ask("Analyze", request, service.AnalyzeResponse)
        query = answer.resolved_statement.resolved_query_stmt_node
        columns = tuple((column.name, _type_name(column.column.type)) for column in query.output_column_list)
        return Analysis(columns, _ordered(query.query))

    def close(self) -> None:
        """Take the catalog from the machine; a query after this puts it there again."""
        from google.protobuf.empty_pb2 import Empty
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service

        if self._machine is not None and not self._machine.broken:
            self._machine.call("UnregisterCatalog", service.UnregisterRequest(registered_id=self._id), Empty)
        self._machine = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, method: str, request: Any, answer: Any) -> Any:
        if self._machine is None or self._machine.broken:
            self._register()
        request.registered_catalog_id = self._id
        try:
            return self._machine.call(method, request, answer)
        except Refused as refused:
            kind = AnalysisError if refused.code == INVALID else EvaluationError
            raise kind(str(refused)) from None

    def _register(self) -> None:
        from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service

        self._machine = _machine()
        self._id = self._machine.call("RegisterCatalog", self._catalog, service.RegisterResponse).registered_id


_machines: list[Machine] = []


def _machine() -> Machine:
    """The one machine of this process: a start takes half a second, and the module tens of megabytes."""
    if not _machines or _machines[-1].broken:
        _machines[:] = [Machine()]
    return _machines[-1]


@cache
def _options() -> Any:
    """All released features of the language, and columns as they are written."""
    from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service
    from zetasql.wasi._pb2.zetasql.proto.options_pb2 import AnalyzerOptionsProto, LanguageOptionsProto

    language = _machine().call(
        "GetLanguageOptions", service.LanguageOptionsRequest(maximum_features=True), LanguageOptionsProto
    )
    return AnalyzerOptionsProto(language_options=language)


def _catalog(tables: Mapping[str, Table]) -> Any:
    """The request that registers these tables, with all built-in functions."""
    from zetasql.wasi._pb2.zetasql.local_service import local_service_pb2 as service

    request = service.RegisterCatalogRequest()
    catalog = request.simple_catalog
    catalog.name = "db"
    catalog.builtin_function_options.language_options.CopyFrom(_options().language_options)
    for name, table in tables.items():
        proto = catalog.table.add(name=name)
        for column, kind in table.columns:
            proto.column.add(name=column).type.type_kind = _kinds()[kind]
        if table.rows is not None:
            _fill(request.table_content[name].table_data, table)
    return request


def _fill(data: Any, table: Table) -> None:
    kinds = [kind for _, kind in table.columns]
    data.SetInParent()
    for values in table.rows or ():
        row = data.row.add()
        for kind, value in zip(kinds, values, strict=True):
            cell = row.cell.add()
            if value is not None:
                _put(cell, kind, value)


def _put(cell: ValueProto, kind: str, value: Any) -> None:
    if kind == "DATE":
        cell.date_value = (datetime.date.fromisoformat(value) - _EPOCH).days
    else:
        setattr(cell, _FIELDS.get(kind, "string_value"), value)


_FIELDS = {"INT64": "int64_value", "FLOAT64": "double_value", "BOOL": "bool_value"}


_EPOCH = datetime.date(1970, 1, 1)


def _value(cell: ValueProto) -> Any:
    """A cell as Python has it: dates as text, an array as a list, a struct as a tuple."""
    field = cell.WhichOneof("value")
    if field is None:
        return None
    value = getattr(cell, field)
    if field == "date_value":
        return (_EPOCH + datetime.timedelta(days=value)).isoformat()
    if field == "array_value":
        return [_value(element) for element in value.element]
    if field == "struct_value":
        return tuple(_value(element) for element in value.field)
    return value


@cache
def _kinds() -> Mapping[str, int]:
    from zetasql.wasi._pb2.zetasql.public.type_pb2 import TypeKind

    kinds = {name.removeprefix("TYPE_"): number for name, number in TypeKind.items()}
    return {**kinds, "FLOAT64": kinds["DOUBLE"]}


def _ordered(scan: Any) -> bool:
    """The scan's own word: it stands in the root of its class, under wrappers that say which class it is."""
    node = scan
    while not hasattr(node, "is_ordered"):
        node = node.parent if hasattr(node, "parent") else getattr(node, node.WhichOneof("node"))
    return node.is_ordered


def _type_name(proto: TypeProto) -> str:
    from zetasql.wasi._pb2.zetasql.public.type_pb2 import TypeKind

    name = TypeKind.Name(proto.type_kind).removeprefix("TYPE_")
    if name == "ARRAY":
        return f"ARRAY<{_type_name(proto.array_type.element_type)}>"
    return {"DOUBLE": "FLOAT64"}.get(name, name)
