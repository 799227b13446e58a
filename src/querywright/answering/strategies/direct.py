"""`direct`: the question, the schema, the query."""

from __future__ import annotations

import random
from collections.abc import Sequence

from querywright.answering.desk import Desk
from querywright.answering.known import Candidate, Known
from querywright.answering.prompting import fitted
from querywright.answering.showing import dialect_of, question_text, schema_part, shots_part
from querywright.answering.strategies.contract import Samples, sampled
from querywright.errors import ModelFailed


def direct(known: Known, desk: Desk, settings: Samples) -> Sequence[Candidate | ModelFailed]:
    """Ask for the query straight away."""

    def prompt(chance: random.Random | None) -> str:
        text, left_out = fitted(
            "direct",
            desk.prompt_tokens,
            (shots_part(known.shots), schema_part(known, desk, chance)),
            dialect=dialect_of(desk),
            question=question_text(known),
        )
        desk.account.left_out += left_out
        return text

    return sampled("direct", known, desk, settings, prompt)
