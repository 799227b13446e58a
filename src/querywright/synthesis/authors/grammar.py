"""The embedded author: rules over the schema graph, the data and the tree of the query; no model."""

from __future__ import annotations

import random
from collections.abc import Sequence

from querywright.datasets.example import Example
from querywright.runs import Reject
from querywright.synthesis.augment import Variant, rewrite
from querywright.synthesis.authors.contract import Agreement, Asked, Refused
from querywright.synthesis.correspondence import check
from querywright.synthesis.desk import Desk
from querywright.synthesis.english import CannotSay, ask
from querywright.synthesis.reasoning import explain

LONGEST = 75
"""Words in a question, beyond which nobody would ask it in one breath."""


class GrammarAuthor:
    """Writes, varies, asks, judges and explains by rule."""

    name = "grammar"

    def write(self, desk: Desk, draw: int, rng: random.Random, refused: Sequence[Refused] = ()) -> str:
        written = desk.grammar.write(rng, draw)
        desk.remember(written.sql, written.result)
        return written.sql

    def vary(
        self, desk: Desk, example: Example, direction: str, rng: random.Random, refused: Sequence[Refused] = ()
    ) -> Variant:
        return rewrite(desk.tree(example.SQL), desk.context, direction, rng, [each.rewrite for each in refused])

    def ask(self, desk: Desk, example: Example, rng: random.Random) -> Asked:
        try:
            question = ask(desk.tree(example.SQL), desk.lexicon, None, rng)
        except CannotSay as error:
            raise Reject("no words for the query", str(error)) from None
        if len(question.text.split()) > LONGEST:
            raise Reject("question too long", question.text)
        return Asked(question.text, question.evidence, question.style, question.kind)

    def judge(self, desk: Desk, example: Example, step: str) -> Agreement:
        found = check(example.question, example.evidence, desk.tree(example.SQL), desk.lexicon)
        return Agreement(found.agrees, found.reason)

    def explain(self, desk: Desk, example: Example, refused: Sequence[Refused] = ()) -> str:
        if refused:  # it would say the same again
            raise Reject(refused[-1].why, refused[-1].text[-200:])
        try:
            return explain(desk.tree(example.SQL), example.SQL, desk.lexicon)
        except CannotSay as error:
            raise Reject("no words for the reasoning", str(error)) from None
