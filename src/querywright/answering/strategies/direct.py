"""`direct`: the question, the schema, the query."""

from __future__ import annotations

from querywright.answering.desk import Desk
from querywright.answering.known import Known
from querywright.answering.strategies.contract import Samples, Writer, asking


def direct(known: Known, desk: Desk, settings: Samples) -> Writer:
    """Ask for the query straight away, without an example."""
    from querywright.answering.answers import WrittenSQL

    return Writer(WrittenSQL, asking("direct", known, desk), lambda answer: (answer.sql, answer.reasoning))
