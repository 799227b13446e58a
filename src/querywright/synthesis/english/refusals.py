"""What a query's own clauses and joins may not hold, for nothing that words them would notice it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlglot import exp

from querywright.synthesis.english.voice import CannotSay

if TYPE_CHECKING:
    from querywright.synthesis.english.scope import Block

_CLAUSES = frozenset(
    ("with_", "expressions", "distinct", "from_", "joins", "where", "group", "having", "qualify", "order", "limit",
     "offset", "hint", "operation_modifiers")
)  # fmt: skip


def check_clauses(select: exp.Select) -> None:
    """Raises CannotSay for a clause that nothing here reads, so that it cannot be left out unnoticed."""
    group = select.args.get("group")
    odd = [name for name, value in select.args.items() if value and name not in _CLAUSES]
    odd += [name for name, value in group.args.items() if value and name != "expressions"] if group else []
    if odd:
        raise CannotSay(f"no words for the clause {odd[0].replace('_', ' ').upper()}")
    if select.args.get("having") and not group:
        raise CannotSay("HAVING without groups")


def check_apart(block: Block) -> None:
    """Rows joined under a condition can be counted or missed; anything else about them would need it said again."""
    for alias in block.apart:
        if alias not in block.optional:
            raise CannotSay("a condition in the ON of an outer join")
        for part in ("expressions", "where", "group", "having", "order", "qualify"):
            held = block.select.args.get(part) or []
            for node in held if isinstance(held, list) else [held]:
                for column in node.find_all(exp.Column):
                    place = block.place(column)
                    own = place is not None and place.block is block and place.source.alias == alias
                    if own and not (isinstance(column.parent, exp.Count) or _is_missing(column)):
                        raise CannotSay("what an outer join finds under a condition")


def check_joined(block: Block) -> None:
    """Each table with each is a question nobody asks; sources of one row (a total) may stand beside others."""
    tables = [a for a, s in block.sources.items() if s.table is not None]
    where = block.select.args.get("where")
    conditions = [
        *(where.this.flatten() if where and isinstance(where.this, exp.And) else [where.this] if where else [])
    ]
    conditions += [*block.loose, *(c for found in block.apart.values() for c in found)]
    ties = [{link.child, link.parent} for link in block.links]
    for condition in conditions:
        places = [block.place(c) for c in condition.find_all(exp.Column)]
        ties.append({p.source.alias for p in places if p is not None and p.block is block})
    reached = set(tables[:1])
    while new := {alias for tie in ties if tie & reached for alias in tie} - reached:
        reached |= new
    if not set(tables) <= reached:
        raise CannotSay("tables that nothing joins")


def _is_missing(column: exp.Column) -> bool:
    return isinstance(column.parent, exp.Is) and isinstance(column.parent.expression, exp.Null)
