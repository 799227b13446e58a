"""A trace that goes operator by operator: what each one of a pipe query does to the rows that the one before it left.

The words for conditions and figures are those of the standard query's own trace, found by what they say; an operator
that has none is told by its kind and its code.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from sqlglot import exp

from querywright.pipes.printing import expression_text, operator_text, render
from querywright.pipes.scope import Active
from querywright.pipes.tree import (
    Aggregate,
    As,
    Distinct,
    Drop,
    Extend,
    From,
    Join,
    Limit,
    Operator,
    OrderBy,
    PipeQuery,
    Rename,
    Select,
    Set,
    SetOperation,
    Where,
)
from querywright.synthesis.english import conditions, terms
from querywright.synthesis.english.reading import without_quoted_text
from querywright.synthesis.english.scope import Block, aggregates, resolve
from querywright.synthesis.english.voice import CannotSay, Voice, listing, the
from querywright.synthesis.lexicon import Lexicon
from querywright.synthesis.reasoning.spelling import code
from querywright.synthesis.reasoning.trace import blocks, intent, tables_in_play

PIPE_FENCE = "```pipesql"
"""What opens the block of the pipe query; the block behind it holds the standard one."""


def explain_pipe(query: PipeQuery, active: Sequence[Active], tree: exp.Expr, sql: str, lexicon: Lexicon) -> str:
    """The reasoning behind one query, as a chain.

    Args:
        query: the pipe query.
        active: what its head and each operator leave.
        tree: the standard query, parsed.
        sql: its text, which ends the trace in a fenced block.
        lexicon: of its database.

    Raises:
        CannotSay: a construct has no words.
    """
    plain = without_quoted_text(tree, lexicon)
    block, voice = resolve(plain, lexicon), Voice(lexicon, random.Random(0))
    teller = _Teller(query, _words(list(blocks(block)), voice), lexicon)
    told = [intent(block, voice), tables_in_play(plain, block, lexicon), teller.head()]
    for number, operator in enumerate(query.operators):
        told.append(teller.operator(operator, active[number], active[number + 1]))
    lines = [f"{number}. {text}" for number, text in enumerate(filter(None, told), 1)]
    lines.append(f"{len(lines) + 1}. The operators together, then the same in one standard statement:")
    return "\n".join([*lines, "", PIPE_FENCE, render(query), "```", "", "```sql", sql, "```"])


def _words(found: Sequence[Block], voice: Voice) -> Mapping[str, str]:
    """What the standard query's conditions and figures are called, by what they say."""
    words: dict[str, str] = {}
    for block in found:
        for condition in (*block.conditions, *block.having):
            with suppress(CannotSay):
                words.setdefault(_key(condition), conditions.statement(condition, block, voice))
        for output in block.outputs:
            for figure in [output.unalias(), *aggregates(output.unalias())]:
                with suppress(CannotSay):
                    words.setdefault(_key(figure), the(terms.term(figure, block, voice)))
    return words


def _key(node: exp.Expr) -> str:
    """What an expression says, whatever its columns are qualified with."""

    def bare(each: exp.Expr) -> exp.Expr:
        return exp.column(each.name.lower()) if isinstance(each, exp.Column) and each.name else each

    return node.copy().transform(bare).sql(comments=False, normalize=True).lower()


class _Teller:
    """Says what the parts of one query do."""

    def __init__(self, query: PipeQuery, words: Mapping[str, str], lexicon: Lexicon) -> None:
        self._query, self._words, self._lexicon = query, words, lexicon
        self._named: dict[str, exp.Expr] = {}
        """What the columns that operators made stand for."""

    def head(self) -> str:
        """What the query begins with."""
        head = self._query.head
        text = code(self._text(head.source)) if isinstance(head, From) else "a query"
        noun = self._noun(head.source) if isinstance(head, From) else ""
        if isinstance(head, From) and head.joins:
            return f"Start from {text} and what it is joined with."
        return f"Start from {text}: one row per {noun}." if noun else f"Start from {text}."

    def operator(self, operator: Operator, before: Active, after: Active) -> str:
        """What one operator does."""
        line = code(" ".join(operator_text(operator, self._query.dialect).split()))
        said = self._said(operator)
        names = [field.name for field in after.fields]
        changed = names != [field.name for field in before.fields] and not isinstance(operator, Join)
        left = f" Left are {listing([code(name) for name in names])}." if changed and 0 < len(names) <= 8 else ""
        return f"{said}: {line}.{left}"

    def _said(self, operator: Operator) -> str:
        match operator:
            case Join():
                return self._join(operator)
            case Where(condition):
                known = [self._word(each) for each in _conjuncts(condition)]
                return f"Keep the rows where {'; '.join(known)}" if all(known) else "Keep the rows that qualify"
            case Aggregate(groups=()):
                return self._figures("Turn all rows into one", operator.items)
            case Aggregate(items, groups):
                keys = listing([code(self._text(_inside(group))) for group in groups])
                return self._figures(f"Make one row per {keys}", items)
            case Extend(items):
                return self._figures("Beside each row put another figure", items)
            case Select(distinct=True):
                return "Show these columns, each combination once"
            case Distinct():
                return "Keep each row once"
            case Select():
                return "Show these columns"
            case OrderBy(keys):
                first = keys[0]
                return f"Sort, {'largest' if first.args.get('desc') else 'smallest'} first"
            case Limit():
                return "Keep the first rows of them"
            case SetOperation(kind=kind):
                where = {"UNION": "in either", "INTERSECT": "in both", "EXCEPT": "in the first but not in the second"}
                return f"Hold them against another set: wanted is what lies {where[kind]}"
            case Set() | Drop() | Rename() | As():
                return "Put the columns in order"
        return "Then"

    def _join(self, join: Join) -> str:
        noun = self._noun(join.source)
        with_what = f"its {noun}" if noun else "what belongs to it"
        return {
            "LEFT": f"Bring along {with_what}, and keep rows that have none",
            "CROSS": "Set every row beside every other",
        }.get(join.kind, f"Bring along {with_what}")

    def _figures(self, said: str, items: Sequence[exp.Expr]) -> str:
        known: list[str] = []
        for item in map(_inside, items):
            word = self._word(item.unalias())
            if isinstance(item, exp.Alias):
                self._named[item.alias.lower()] = item.this
            if word:
                known.append(f"{code(item.alias)} is {word}" if isinstance(item, exp.Alias) else word)
        return f"{said}; {', '.join(known)}" if known else said

    def _word(self, node: exp.Expr) -> str:
        """What an expression is called; empty where nobody has a word for it."""

        def opened(each: exp.Expr) -> exp.Expr:
            if isinstance(each, exp.Column) and not each.table and each.name.lower() in self._named:
                return self._named[each.name.lower()].copy()
            return each

        return self._words.get(_key(node), "") or self._words.get(_key(node.copy().transform(opened)), "")

    def _noun(self, source: exp.Expr) -> str:
        if not isinstance(source, exp.Table) or self._lexicon.schema.table(source.name, source.db) is None:
            return ""
        table = self._lexicon.schema.table(source.name, source.db)
        return self._lexicon.entity(table.full_name).singular if table else ""

    def _text(self, tree: exp.Expr) -> str:
        return expression_text(tree, self._query.dialect)


def _inside(item: exp.Expr) -> exp.Expr:
    return item.this if isinstance(item, exp.Ordered) else item


def _conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    if isinstance(node, exp.And):
        yield from _conjuncts(node.this)
        yield from _conjuncts(node.expression)
    else:
        yield node.this if isinstance(node, exp.Paren) else node
