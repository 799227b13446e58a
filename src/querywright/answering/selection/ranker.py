"""`ranker`: one request orders all results, and the first one is taken (the other selector of CHASE, Table 7)."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

from querywright.answering.desk import Desk, Wish
from querywright.answering.judging import clusters_part, named_by, union
from querywright.answering.known import Choice, Known
from querywright.answering.prompting import fitted
from querywright.answering.selection.clusters import Cluster
from querywright.answering.selection.majority import majority
from querywright.answering.showing import dialect_of, question_text, schema_part
from querywright.errors import ModelFailed


def ranker(known: Known, desk: Desk, clusters: tuple[Cluster, ...], settings: Any) -> Choice:
    """Ask for an order. An order without any of the numbers, or none, is passed over: then the majority decides.

    Raises:
        ModelUnavailable: the model cannot be asked.
    """
    from querywright.answering.answers import RankedQueries

    named = [named_by(known.candidates[cluster.members[0]].SQL, desk) for cluster in clusters]
    shown = replace(known, columns=union(named, desk) or known.columns)
    queries, numbering = clusters_part(known, clusters, random.Random(f"{desk.seed}\0{known.key}\0ranker"))
    prompt, left_out = fitted(
        "ranker",
        desk.prompt_tokens,
        (schema_part(shown, desk, None), queries),
        dialect=dialect_of(desk),
        question=question_text(known),
    )
    desk.account.left_out += left_out
    (answer,) = desk.ask_each("ranker", [Wish(prompt, 0.0)], RankedQueries)
    voted = majority(known, desk, clusters, settings)
    if isinstance(answer, ModelFailed):
        return replace(voted, why=f"{voted.why}; there is no order: {answer.reason}")
    order = list(dict.fromkeys(numbering[number] for number in answer[0].order if number in numbering))
    if not order:
        return replace(voted, why=f"{voted.why}; there is no order: it names none of the queries")
    best = clusters[order[0]]
    scores = {place: float(len(order) - rank) for rank, each in enumerate(order) for place in clusters[each].members}
    votes = sum(len(cluster.members) for cluster in clusters)
    why = (
        f"it was put first of {len(clusters)} results; {len(best.members)} of {votes} candidates that ran agree with it"
    )
    return Choice(best.members[0], "ranker", why, len(best.members) / votes, scores)
