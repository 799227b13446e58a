"""`= ANY (…)` and `<> ALL (…)` are IN and NOT IN; other comparisons with ANY and ALL have no words in GoogleSQL."""

from __future__ import annotations

from sqlglot import exp

from querywright.pipes.translation.comparing import membership
from querywright.pipes.translation.making import unsayable
from querywright.pipes.translation.typing import Types
from querywright.pipes.tree import Expression


def quantified(node: Expression, types: Types) -> Expression | None:
    """A comparison with ANY or ALL as IN or NOT IN; None for a comparison with neither.

    Raises:
        NotDecompilable: GoogleSQL has no words for it.
    """
    right = node.args.get("expression")
    if not isinstance(right, (exp.Any, exp.All)):
        return None
    among: Expression = right.this
    while isinstance(among, exp.Paren):
        among = among.this
    if not isinstance(node, exp.EQ if isinstance(right, exp.Any) else exp.NEQ):
        raise unsayable(f"this comparison with {right.key.upper()}, which GoogleSQL does not have", node, types.dialect)
    if isinstance(among, exp.Array) and among.expressions and not any(e.find(exp.Query) for e in among.expressions):
        found = exp.In(this=node.this, expressions=among.expressions)
    elif isinstance(among, (exp.Subquery, exp.Query)):
        found = exp.In(this=node.this, query=among if isinstance(among, exp.Subquery) else exp.Subquery(this=among))
    else:
        raise unsayable(f"{right.key.upper()} of an array that is not written out", node, types.dialect)
    said = membership(found, types)
    return said if isinstance(right, exp.Any) else exp.Not(this=said)
