"""What is in force after each operator: columns with types, table aliases alive. Without touching a database."""

from querywright.pipes.scope.active import columns, plan
from querywright.pipes.scope.plan import Active, Plan
from querywright.pipes.scope.tables import Field, SchemaLike, Tables, googlesql_type, nearest

__all__ = ["Active", "Field", "Plan", "SchemaLike", "Tables", "columns", "googlesql_type", "nearest", "plan"]
