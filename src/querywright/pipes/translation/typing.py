"""The types of the expressions of one query, while it is being translated."""

from __future__ import annotations

from dataclasses import dataclass

from sqlglot import exp

from querywright.pipes.scope.standard import Reading, type_in
from querywright.pipes.tree import Expression


@dataclass(slots=True)
class Types:
    reading: Reading
    dialect: str

    def of(self, node: Expression | None) -> str:
        """GoogleSQL's name of a type; empty where it is not known, `NULL` for NULL itself."""
        if node is None:
            return ""
        while isinstance(node, (exp.Paren, exp.Subquery)):
            node = node.this
        if isinstance(node, exp.Select) and len(node.expressions) == 1:
            item = node.expressions[0]  # as it has been translated
            value = item.this if isinstance(item, exp.Alias) else item
            if not isinstance(value, exp.Star) and not isinstance(value.this, exp.Star):
                return self.of(value)
        if isinstance(node, exp.Null):
            return "NULL"
        if isinstance(node, exp.Anonymous):
            return _CALLS.get(node.name.upper(), "")
        return type_in(node, self.reading.bindings, self.reading.scopes)

    def is_column(self, node: Expression) -> bool:
        """Whether a value has a column's type in SQLite: a column's, a cast's, or that of a query for one of them."""
        while isinstance(node, (exp.Paren, exp.Subquery)):
            node = node.this
        if isinstance(node, exp.Select) and node.expressions:
            node = node.expressions[0].this if isinstance(node.expressions[0], exp.Alias) else node.expressions[0]
        return isinstance(node, (exp.Column, exp.Cast))


_CALLS = {
    "FORMAT_DATE": "STRING",
    "FORMAT_DATETIME": "STRING",
    "FORMAT": "STRING",
    "SUBSTR": "STRING",
    "EXTRACT": "INT64",
    "UNIX_SECONDS": "INT64",
    "REGEXP_EXTRACT": "STRING",
    "CURRENT_DATE": "DATE",
    "CURRENT_DATETIME": "DATETIME",
    "IFNULL": "",
}
