"""`few-shot`: as `direct`, with the examples that were retrieved for the question."""

from __future__ import annotations

from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.answering.showing import shots_part
from querywright.answering.strategies.contract import Samples, Writer, asking


def few_shot(known: Known, desk: Desk, settings: Samples) -> Writer:
    """Show the examples that are most like the question, then ask."""
    from querywright.answering.answers import WrittenSQL

    shown = known.shots[: settings.shots]
    notes = () if shown else ("no examples were retrieved: it asks without any",)
    prompt = asking("few-shot", known, desk, (shots_part(shown),))
    return Writer(WrittenSQL, prompt, lambda answer: (answer.sql, answer.reasoning), notes=notes)
