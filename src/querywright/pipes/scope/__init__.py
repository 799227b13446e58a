"""What is in force after each operator: columns with types, table aliases alive. Without touching a database."""

from querywright.pipes.scope.active import Active, columns, plan
from querywright.pipes.scope.lint import Finding, lint
from querywright.pipes.scope.plan import Plan
from querywright.pipes.scope.tables import Field, SchemaLike, Tables, googlesql_type, nearest

__all__ = [
    "Active",
    "Field",
    "Finding",
    "Plan",
    "SchemaLike",
    "Tables",
    "columns",
    "googlesql_type",
    "lint",
    "nearest",
    "plan",
]
