"""The stages of answering, by name: this table is the whole list. Adding one is a module and a line here."""

from __future__ import annotations

from querywright.answering.stages.answerable import ANSWERABLE
from querywright.answering.stages.contract import Stage
from querywright.answering.stages.example_retrieval import RETRIEVE_EXAMPLES
from querywright.answering.stages.generation import GENERATE
from querywright.answering.stages.repair import REPAIR
from querywright.answering.stages.revise import REVISE
from querywright.answering.stages.selection import SELECT
from querywright.answering.stages.unit_tests import UNIT_TESTS

STAGES: dict[str, Stage] = {
    stage.name: stage
    for stage in (
        RETRIEVE_EXAMPLES,
        GENERATE,
        REPAIR,
        ANSWERABLE,
        REVISE,
        UNIT_TESTS,
        SELECT,
    )
}

__all__ = ["STAGES", "Stage"]
