"""Real databases: opened read-only, described, queried under limits."""

from querywright.databases.catalog import Catalog
from querywright.databases.compare import compare
from querywright.databases.database import Database
from querywright.databases.results import Limits, Result
from querywright.databases.schema import Column, ForeignKey, Index, Kind, Schema, Table

__all__ = [
    "Catalog",
    "Column",
    "Database",
    "ForeignKey",
    "Index",
    "Kind",
    "Limits",
    "Result",
    "Schema",
    "Table",
    "compare",
]
