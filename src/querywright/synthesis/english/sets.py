"""Requests for what lies in two sets of rows, in either, or in one but not the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from querywright.synthesis.english import conditions, listings, nouns, reading, windows
from querywright.synthesis.english.conditions import Restrictor
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.scope import Block, Union
from querywright.synthesis.english.voice import CannotSay, Noun, Voice, listing


def set_request(union: Union, voice: Voice) -> Request:
    if union.recursive:
        raise CannotSay("a recursive query on its own")
    once = union.node.args.get("distinct") is not False or union.kind != "UNION"
    left = set_request(union.left, voice) if isinstance(union.left, Union) else side(union.left, once, voice)
    if not isinstance(union.right, Block):
        raise CannotSay("a set operation nested on its right")
    if left.among or left.kind not in ("list",):
        return joined_requests(union, left, voice)
    first, right = union.first, union.right
    same = alike(first, right) and left.noun == side_noun(right, voice)
    found = side_restrictors(right, voice) if same else []
    if union.kind != "UNION":
        shared = {r.clause for r in side_restrictors(first, voice)} if same else set()
        found = [r for r in found if r.clause not in shared] or found[:1]
    if not found:
        return joined_requests(union, left, voice)
    addition = added(union.kind, found, left.noun, bool(side_restrictors(first, voice)))
    remark = ("each listed once",) if once and union.kind == "UNION" else ()
    return replace(
        left,
        what=left.what + addition,
        which=None,
        rows=left.rows + addition,
        order=union_order(union, voice),
        remarks=(*left.remarks, *remark),
    )


def added(kind: str, found: Sequence[Restrictor], noun: Noun, narrowed: bool) -> str:
    """What the right side of a set operation says of the same things."""
    verbs = [r.verb for r in found]
    if kind == "INTERSECT" and all(verbs):
        return f" and {noun.relative} also {listing([v for v in verbs if v])}"
    if kind == "EXCEPT" and len(found) == 1 and found[0].negation:
        return f"{' and' if narrowed else ''} {noun.relative} {found[0].negation}"
    those = conditions.attach("those", found)
    return {"EXCEPT": f", leaving out {those}", "INTERSECT": f", provided they are also among {those}"}.get(
        kind, f", as well as {those}"
    )


def alike(first: Block, right: Block) -> bool:
    """Whether both sides show the same columns of the same thing."""
    return [o.sql() for o in plain_outputs(first)] == [o.sql() for o in plain_outputs(right)]


def side(block: Block, once: bool, voice: Voice) -> Request:
    """One side of a set operation; duplicates vanish in it, so joined rows count as existing."""
    return (
        listings.rows_request(block, voice, once)
        if not block.is_grouped and not block.is_aggregate
        else reading.of_block(block, voice)
    )


def side_noun(block: Block, voice: Voice) -> Noun:
    found = conditions.existential(block, voice)
    return found[0] if found else nouns.row_noun(block, voice)


def side_restrictors(block: Block, voice: Voice) -> list[Restrictor]:
    """What one side of a set operation says of its things."""
    found = conditions.existential(block, voice)
    if found:
        return found[1]
    if not block.is_grouped:
        return conditions.restrictors(block, voice)
    alias = nouns.grouped_alias(block, voice)
    about = conditions.split(block, alias, voice)[0] if alias and alias != block.grain.alias else []
    return [*about, *conditions.having(block, voice, such=False)]


def plain_outputs(block: Block) -> list[exp.Expr]:
    outputs = [o.unalias().copy() for o in block.outputs]
    for output in outputs:
        for column in output.find_all(exp.Column):
            column.set("table", None)
    return outputs


def joined_requests(union: Union, left: Request, voice: Voice) -> Request:
    assert isinstance(union.right, Block)
    right = side(union.right, True, voice)
    words = {
        "EXCEPT": ", leaving out ",
        "INTERSECT": ", keeping only those that are also among ",
        "UNION": ", together with ",
    }
    what = left.what + words[union.kind] + (right.what if right.kind != "count" else f"the number of {right.what}")
    return replace(
        left,
        what=what,
        bare=what,
        rows=what,
        which=None,
        order=union_order(union, voice),
        kind="list" if left.kind == "count" else left.kind,
    )


def union_order(union: Union, voice: Voice) -> str | None:
    order = union.node.args.get("order")
    return f"sorted by {windows.order_words(order, union.first, voice)}" if order else None
