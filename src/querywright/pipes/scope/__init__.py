"""What is in force after each operator: columns with types, table aliases alive. Without touching a database."""

from querywright.pipes.scope.tables import Field, SchemaLike, Tables, googlesql_type, nearest

__all__ = ["Field", "SchemaLike", "Tables", "googlesql_type", "nearest"]
