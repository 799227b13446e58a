"""Requests for what lies in two sets of rows, in either, or in one but not the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlglot import exp

from querywright.synthesis.english import conditions, listings, nouns, reading, windows
from querywright.synthesis.english.request import Request
from querywright.synthesis.english.scope import Block, Union
from querywright.synthesis.english.values import counted
from querywright.synthesis.english.voice import CannotSay, Noun, Voice, listing


def set_request(union: Union, voice: Voice) -> Request:
    if union.recursive:
        raise CannotSay("a recursive query on its own")
    left = set_request(union.left, voice) if isinstance(union.left, Union) else side(union.left, once(union), voice)
    if not isinstance(union.right, Block):
        raise CannotSay("a set operation nested on its right")
    first, right = union.first, union.right
    if left.among or left.kind not in ("list",) or any(b.select.args.get("limit") for b in (first, right)):
        return joined_requests(union, left, voice)
    same = alike(first, right) and left.noun == side_noun(right, voice)
    found = side_restrictors(right, voice) if same else []
    if union.kind != "UNION":
        shared = {r.clause for r in side_restrictors(first, voice)} if same else set()
        found = [r for r in found if r.clause not in shared] or found[:1]
    if not found:
        return joined_requests(union, left, voice)
    addition = added(union.kind, found, left.noun, bool(side_restrictors(first, voice)))
    remark = ("each listed once",) if once(union) and union.kind == "UNION" else ()
    what = left.what + addition
    return replace(
        left,
        what=what,
        which=None,
        rows=left.rows + addition if left.rows else "",
        bare=left.bare if left.rows else what,
        order=union_order(union, voice),
        remarks=(*left.remarks, *remark, *union_cut(union)),
    )


def once(union: Union) -> bool:
    """Whether rows that look alike are shown once."""
    return union.node.args.get("distinct") is not False or union.kind != "UNION"


def added(kind: str, found: Sequence[conditions.Restrictor], noun: Noun, narrowed: bool) -> str:
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


def side_restrictors(block: Block, voice: Voice) -> list[conditions.Restrictor]:
    """What one side of a set operation says of its things."""
    found = conditions.existential(block, voice)
    if found:
        return found[1]
    return conditions.of_groups(block, voice) if block.is_grouped else conditions.restrictors(block, voice)


def plain_outputs(block: Block) -> list[exp.Expr]:
    outputs = [o.unalias().copy() for o in block.outputs]
    for output in outputs:
        for column in output.find_all(exp.Column):
            column.set("table", None)
    return outputs


def joined_requests(union: Union, left: Request, voice: Voice) -> Request:
    """Two requests that have too little in common to be said as one: each is said in full."""
    assert isinstance(union.right, Block)
    words = {
        "EXCEPT": ", leaving out ",
        "INTERSECT": ", keeping only those that are also among ",
        "UNION": ", together with ",
    }
    what = whole(left) + words[union.kind] + whole(side(union.right, True, voice))
    return Request(
        "list",
        what,
        left.noun,
        order=union_order(union, voice),
        remarks=union_cut(union),
        many=left.many,
        rows=what,
        subject=left.subject,
        bare=what,
    )


def whole(request: Request) -> str:
    """A request as one phrase, with all that a style would have said around it."""
    what = f"the number of {request.what}" if request.kind == "count" else request.what
    if request.only:
        what += f" for each of the {request.only}"
    elif request.each:
        what += f" per {request.each}"
    if request.among:
        what += f" among the {request.among}"
    beside = [f"considering only {request.considering}"] if request.considering else []
    beside += request.remarks
    return f"{what} ({', '.join(beside)})" if beside else what


def union_order(union: Union, voice: Voice) -> str | None:
    order, limit = union.node.args.get("order"), union.node.args.get("limit")
    if not order:
        return None
    tail = f" and cut to the first {_cut_to(union)}" if limit else ""
    return f"sorted by {windows.order_words(order, union.first, voice)}{tail}"


def union_cut(union: Union) -> tuple[str, ...]:
    """A LIMIT on what nothing sorts."""
    plain = union.node.args.get("limit") is not None and not union.node.args.get("order")
    return (f"limited to any {_cut_to(union)} of them",) if plain else ()


def _cut_to(union: Union) -> str:
    limit = union.node.args["limit"].expression
    if not isinstance(limit, exp.Literal) or union.node.args.get("offset") is not None:
        raise CannotSay("a LIMIT that is computed, or an OFFSET of a set operation")
    return counted(limit.this)
