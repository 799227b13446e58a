"""What the EXPLAIN of each engine says: which tables are read in which order and how, and what is done in bulk.

Its texts are for people and change between versions. What is not recognised in them is passed over.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

Way = Literal["hash", "sort", "group", "distinct"]
"""What an engine does in a step of its own: match rows by hashing, sort them, put groups together, drop equal ones."""


@dataclass(frozen=True, slots=True)
class Read:
    """A table that is read."""

    names: tuple[str, ...]
    """What the plan calls it: its name and its alias, as far as it tells."""
    by: str = ""
    """What its rows are looked up by; empty: all of them are read."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is done for a query, as far as the engine tells."""

    reads: tuple[Read, ...]
    ways: frozenset[Way]


def read_plan(text: str, dialect: str) -> Plan:
    """The plan that an engine's EXPLAIN describes."""
    reads, ways = _READERS[dialect](text)
    return Plan(tuple(reads), frozenset(ways))


Found = tuple[list[Read], set[Way]]
_KEY, _INDEX = "its key", "an index"

# ── SQLite: EXPLAIN QUERY PLAN ───────────────────────────────────────────────────────────────────────────────────────

_LITE_READ = re.compile(
    r"\s*(SCAN|SEARCH) (?:TABLE )?(?P<table>.+?)(?: AS (?P<alias>\S+))?"
    r"(?: USING (?P<using>.+?))?(?: \((?P<by>[^()]*)\))?(?: (?:LEFT|RIGHT)-JOIN)?"
)
_LITE_COLUMN = re.compile(r"(\w+)(?: IS |[=<>])")
_LITE_WAYS: Mapping[str, Way] = {"ORDER BY": "sort", "GROUP BY": "group", "DISTINCT": "distinct"}


def _sqlite(text: str) -> Found:
    reads: list[Read] = []
    ways: set[Way] = set()
    for line in text.splitlines():
        if "USE TEMP B-TREE" in line:
            ways |= {way for name, way in _LITE_WAYS.items() if line.endswith(name)}
        elif found := _LITE_READ.fullmatch(line):
            by = ""
            if found[1] == "SEARCH":
                rowid = "PRIMARY KEY" in (found["using"] or "")
                by = _KEY if rowid else " and ".join(_LITE_COLUMN.findall(found["by"] or "")) or _INDEX
            reads.append(Read(_names(found["table"], found["alias"]), by))
    return reads, ways


# ── DuckDB: boxes, side by side where there are several inputs ───────────────────────────────────────────────────────

_BOX = re.compile(r"╭─ ([^╭╮]*?) [─┴]+╮")
_BOX_TABLE = re.compile(r"Table: ?(.+?)(?: Type:.*| Projections:.*| Filters:.*| ~.*|$)")


def _duckdb(text: str) -> Found:
    reads: list[Read] = []
    ways: set[Way] = set()
    for title, content in _boxes(text):
        if "Join" in title and title.startswith("Hash"):
            ways.add("hash")
        elif title in ("Order By", "Top N"):
            ways.add("sort")
        elif title.endswith("Group By"):
            ways.add("group")
        elif found := _BOX_TABLE.match(content):
            reads.append(Read((found[1],), _INDEX if "Index Scan" in content else ""))
    return reads, ways


def _boxes(text: str) -> Iterator[tuple[str, str]]:
    """Title and content of each box, from above and from the left."""
    boxes: list[tuple[str, list[str]]] = []
    open_: dict[int, tuple[int, list[str]]] = {}
    for line in text.splitlines():
        for start, (end, content) in list(open_.items()):
            if line[start : start + 1] == "│" and line[end : end + 1] == "│":
                content.append(line[start + 1 : end].strip())
            else:
                del open_[start]
        for found in _BOX.finditer(line):
            content = []
            open_[found.start()] = (found.end() - 1, content)
            boxes.append((found[1], content))
    return ((title, " ".join(content)) for title, content in boxes)


# ── PostgreSQL: EXPLAIN (FORMAT TEXT) ────────────────────────────────────────────────────────────────────────────────

_NAME = r'(?:"(?:[^"]|"")*"|[^\s"]+)'
_NODE = re.compile(r"\s*(?:->\s+)?(?P<node>[A-Z][A-Za-z ]*?)(?: (?:using|on) .*)?  \(cost=")
_ON = re.compile(rf" on (?P<table>{_NAME})(?: (?P<alias>{_NAME}))?  \(cost=")
_CONDITION = re.compile(r"\s*(?:Index|Recheck|TID) Cond: (.*)")
_COMPARED = re.compile(r'\(*(?:\w+\.)?"?(\w+)"?\)*(?:::[a-z ]+)? (?:=|<|>|<=|>=|IS|~~|\^@) ')


def _postgres(text: str) -> Found:
    reads: list[Read] = []
    ways: set[Way] = set()
    for line in text.splitlines():
        if (condition := _CONDITION.match(line)) and reads and reads[-1].by:
            columns = dict.fromkeys(_COMPARED.findall(condition[1]))
            reads[-1] = Read(reads[-1].names, " and ".join(columns) if columns else _INDEX)
        elif node := _NODE.match(line):
            kind, on = node["node"], _ON.search(line)
            if on and "Scan" in kind and kind != "Bitmap Index Scan":
                by = _INDEX if kind.startswith(("Index", "Bitmap", "Tid")) else ""
                reads.append(Read(_names(_unquoted(on["table"]), _unquoted(on["alias"] or "")), by))
            elif kind.startswith("Hash") and "Join" in kind:
                ways.add("hash")
            elif kind.endswith("Sort"):
                ways.add("sort")
            elif kind in ("HashAggregate", "GroupAggregate", "MixedAggregate", "Group"):
                ways.add("group")
    return reads, ways


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


# ── MySQL and MariaDB: a row a table, its fields two spaces apart, those without a value missing ─────────────────────

_ACCESS = (
    *("system", "const", "eq_ref", "ref", "fulltext", "ref_or_null", "index_merge", "unique_subquery"),
    *("index_subquery", "range", "index", "ALL"),
)
_KEY_LENGTH = re.compile(r"\d+(?:[,|]\d+)*")
_EXTRA: Mapping[str, Way] = {"Using filesort": "sort", "Using temporary": "group", "hash join": "hash"}


def _mysql(text: str) -> Found:
    reads: list[Read] = []
    ways: set[Way] = set()
    for line in text.splitlines():
        fields = [field for field in line.split("  ") if field]
        ways |= {way for words, way in _EXTRA.items() if fields and words in fields[-1]}
        place = next((n for n, field in enumerate(fields) if n > 1 and field.partition("|")[0] in _ACCESS), None)
        if place is not None:
            reads.append(Read((fields[place - 1],), _mysql_key(fields[place], fields[place + 1 :])))
    return reads, ways


def _mysql_key(access: str, rest: list[str]) -> str:
    """What rows are looked up by: the key's name stands before its length."""
    if access in ("ALL", "index", "system"):
        return ""
    length = next((n for n, field in enumerate(rest) if n and _KEY_LENGTH.fullmatch(field)), None)
    names = re.split(r"[,|]", rest[length - 1]) if length else []
    return " and ".join(_KEY if name == "PRIMARY" else f"the index {name}" for name in names) or _INDEX


def _names(table: str, alias: str | None) -> tuple[str, ...]:
    return (table, alias) if alias else (table,)


_READERS: Mapping[str, Callable[[str], Found]] = {
    "sqlite": _sqlite,
    "duckdb": _duckdb,
    "postgres": _postgres,
    "mysql": _mysql,
}
