"""What a pipe query is: a head, and a chain of operators behind it. Values only; each operator is its own small type.

Expressions inside operators are SQLGlot trees. A pipe query that stands inside an expression, in FROM, as the operand
of a set operation or as the body of a CTE is a tree too: the leaf that `nested` makes and `pipe_in` opens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sqlglot import exp

if TYPE_CHECKING:
    from querywright.pipes.scope import Active, SchemaLike

Expression: TypeAlias = exp.Expr
"""A SQLGlot tree: a scalar expression, a table in FROM, or a query."""

Dialect: TypeAlias = Literal["googlesql", "spark", "sqlite", "duckdb", "postgres", "mysql"]
"""Whose expressions a pipe query holds: GoogleSQL's, Spark's, or a database's own (*portable* pipes)."""

JoinKind: TypeAlias = Literal["INNER", "LEFT", "RIGHT", "FULL", "CROSS", "COMMA", "LEFT SEMI", "LEFT ANTI"]

PLACEHOLDER: Final = "_pipe_"
"""The name that stands where a nested pipe query does, in the leaf that `nested` makes."""


def nested(query: PipeQuery) -> exp.Select:
    """The leaf that holds a pipe query wherever a tree holds a SELECT: in a Subquery, In, Exists or Array, in FROM.

    The brackets around it are the tree's own, as they are for a SELECT.
    """
    return exp.Select(expressions=[exp.column(PLACEHOLDER)], pipe=query)


def pipe_in(tree: object) -> PipeQuery | None:
    """The pipe query a leaf holds; None for every other tree."""
    query = tree.args.get("pipe") if isinstance(tree, exp.Select) else None
    return query if isinstance(query, PipeQuery) else None


# ── the query ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class PipeQuery:
    """`FROM … |> … |> …`: a head, then operators, each working on the table that the one before it leaves."""

    head: Head
    operators: tuple[Operator, ...] = ()
    ctes: tuple[Cte, ...] = ()
    """What WITH in front of the head defines."""
    recursive: bool = False
    """WITH RECURSIVE."""
    dialect: Dialect = "googlesql"
    hint: str = ""
    """`@{…}` in front of it all, as written."""

    def prefixes(self) -> Iterator[PipeQuery]:
        """Every query that this one begins with, shortest first: the head alone, …, the whole."""
        for length in range(len(self.operators) + 1):
            yield replace(self, operators=self.operators[:length])

    def columns(self, schema: SchemaLike) -> list[Active]:
        """The active schema after the head and after each operator: columns with types, and table aliases alive.

        Raises:
            PipeNameError: an operator names a table or column that is not there, or is ambiguous.
        """
        from querywright.pipes.scope import columns

        return columns(self, schema)

    def __str__(self) -> str:
        from querywright.pipes.printing import render

        return render(self)


@dataclass(frozen=True, slots=True)
class Cte:
    """One `name AS (query)` of a WITH."""

    name: exp.Identifier
    query: Expression
    """A SELECT-like tree, or the leaf of a pipe query."""
    columns: tuple[exp.Identifier, ...] = ()
    """Names for its columns, where the dialect allows `name(a, b) AS`."""
    depth: str = ""
    """`WITH DEPTH …` behind it, as written."""


# ── heads ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class From:
    """`FROM source [joins]`. A comma is a join of kind COMMA."""

    source: Expression
    """exp.Table, exp.Subquery, exp.Unnest, …, with its alias and TABLESAMPLE, without joins."""
    joins: tuple[Join, ...] = ()
    views: tuple[exp.Lateral, ...] = ()
    """Spark's `LATERAL VIEW function(…) alias AS columns`, behind it all."""


@dataclass(frozen=True, slots=True)
class Standard:
    """A query that is no pipe, as the head of one: `SELECT … |> …`, `(query) |> …`, `VALUES (1) |> …`."""

    query: Expression


@dataclass(frozen=True, slots=True)
class Input:
    """What comes in: the head that `( |> … )` does not have."""


# ── operators ────────────────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Select:
    """`SELECT [DISTINCT] [AS STRUCT|VALUE] items [WINDOW …]`."""

    items: tuple[Expression, ...]
    """Expressions, exp.Alias, exp.Star or a Column of a Star (`e.*`), with EXCEPT and REPLACE inside the Star."""
    distinct: bool = False
    kind: str = ""
    """STRUCT, VALUE or the name of a type, without the AS."""
    windows: tuple[Expression, ...] = ()
    """Named windows: exp.Window trees, as SQLGlot holds them in a Select."""
    hint: str = ""
    mode: str = ""
    """`WITH DIFFERENTIAL_PRIVACY …`, as written."""


@dataclass(frozen=True, slots=True)
class Extend:
    """`EXTEND items [WINDOW …]`: all columns, and these."""

    items: tuple[Expression, ...]
    windows: tuple[Expression, ...] = ()


@dataclass(frozen=True, slots=True)
class Assignment:
    """`name = value` of a SET."""

    name: exp.Identifier
    value: Expression


@dataclass(frozen=True, slots=True)
class Set:
    """`SET name = value, …`: all columns, these with new values; all values are read before any is set."""

    assignments: tuple[Assignment, ...]


@dataclass(frozen=True, slots=True)
class Drop:
    names: tuple[exp.Identifier, ...]


@dataclass(frozen=True, slots=True)
class Renaming:
    """`old AS new` of a RENAME."""

    old: exp.Identifier
    new: exp.Identifier


@dataclass(frozen=True, slots=True)
class Rename:
    renamings: tuple[Renaming, ...]


@dataclass(frozen=True, slots=True)
class As:
    """`AS alias`: one alias for all columns; the aliases before it die."""

    alias: exp.Identifier


@dataclass(frozen=True, slots=True)
class Where:
    condition: Expression


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`AGGREGATE items [GROUP [AND ORDER] BY groups]`: leaves the keys, then the items."""

    items: tuple[Expression, ...] = ()
    """Expressions with aggregates, exp.Alias, or exp.Ordered around either (`COUNT(*) AS n DESC`)."""
    groups: tuple[Expression, ...] = ()
    """Keys: expressions, exp.Alias, exp.Ordered; exp.Rollup, exp.Cube, exp.GroupingSets; exp.Tuple() for `()`."""
    and_order: bool = False
    """GROUP AND ORDER BY."""
    hint: str = ""
    """Of its GROUP BY."""
    mode: str = ""
    """`WITH DIFFERENTIAL_PRIVACY …`, as written."""


@dataclass(frozen=True, slots=True)
class Distinct:
    pass


@dataclass(frozen=True, slots=True)
class Join:
    """`[kind] JOIN source [ON condition | USING (names)]`."""

    source: Expression
    kind: JoinKind = "INNER"
    on: Expression | None = None
    using: tuple[exp.Identifier, ...] = ()
    natural: bool = False
    lateral: bool = False
    method: Literal["", "HASH", "LOOKUP"] = ""
    """How it should be done; what it gives does not depend on it."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class OrderBy:
    keys: tuple[exp.Ordered, ...]
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Limit:
    """`LIMIT count [OFFSET offset]`; Spark also has an OFFSET alone, without count."""

    count: Expression | None
    offset: Expression | None = None


@dataclass(frozen=True, slots=True)
class SetOperation:
    """`UNION | INTERSECT | EXCEPT  ALL | DISTINCT  (query), …`: with each operand in turn, from left to right."""

    kind: Literal["UNION", "INTERSECT", "EXCEPT"]
    distinct: bool
    operands: tuple[Expression, ...]
    """SELECT-like trees or leaves of pipe queries, without the brackets around them."""
    matching: Literal["POSITION", "NAME", "CORRESPONDING"] = "POSITION"
    """`BY NAME` and `CORRESPONDING` match columns by their names."""
    outer: Literal["", "FULL", "LEFT", "INNER"] = ""
    """With names: whose columns are kept where the other side lacks them."""
    strict: bool = False
    """`STRICT CORRESPONDING`: both sides must have the same names."""
    on: tuple[exp.Identifier, ...] = ()
    """`BY NAME ON (…)`, `CORRESPONDING BY (…)`: only these columns."""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class With:
    """`WITH ctes`: for the operators behind it."""

    ctes: tuple[Cte, ...]
    recursive: bool = False


@dataclass(frozen=True, slots=True)
class Pivot:
    pivot: exp.Pivot
    """As SQLGlot holds it on a table, with its alias."""


@dataclass(frozen=True, slots=True)
class Unpivot:
    pivot: exp.Pivot


@dataclass(frozen=True, slots=True)
class TableSample:
    sample: exp.TableSample


@dataclass(frozen=True, slots=True)
class Window:
    """`WINDOW items`: as EXTEND, of window functions only; GoogleSQL's older word for it."""

    items: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class NamedWindows:
    """`WINDOW name AS (…), …`: windows that the next operator may name; Spark's."""

    windows: tuple[Expression, ...]
    """exp.Window trees, as in a Select."""


@dataclass(frozen=True, slots=True)
class Call:
    """`CALL function(…) [AS alias]`: a table-valued function on the table so far. Read and printed, never executed."""

    function: Expression
    alias: exp.Identifier | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class RecursiveUnion:
    """`RECURSIVE UNION ALL|DISTINCT (query) [AS alias]`: repeats the query on what it last gave."""

    distinct: bool
    query: Expression
    """A query that reads the alias, or the leaf of a pipe query whose head is `Input`."""
    alias: exp.Identifier | None = None
    depth: str = ""
    """`WITH DEPTH …`, as written."""
    matching: str = ""
    """`BY NAME …`, `CORRESPONDING …`, as written."""


@dataclass(frozen=True, slots=True)
class Case:
    """`condition THEN (|> …)` of an IF."""

    condition: Expression
    pipeline: Expression
    """The leaf of a pipe query whose head is `Input`."""


@dataclass(frozen=True, slots=True)
class If:
    """`IF condition THEN (|> …) [ELSEIF …] [ELSE (|> …)]`: the operators of the first case that is true."""

    cases: tuple[Case, ...]
    otherwise: Expression | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Other:
    """An operator that is read and printed as it stands, and never executed: ASSERT, LOG, DESCRIBE, TEE, FORK, …"""

    keyword: str
    text: str
    """What follows the keyword, as written."""


Head: TypeAlias = From | Standard | Input
Operator: TypeAlias = (
    Select
    | Extend
    | Set
    | Drop
    | Rename
    | As
    | Where
    | Aggregate
    | Distinct
    | Join
    | OrderBy
    | Limit
    | SetOperation
    | With
    | Pivot
    | Unpivot
    | TableSample
    | Window
    | NamedWindows
    | Call
    | RecursiveUnion
    | If
    | Other
)
