"""The stages of answering, by name: this table is the whole list. Adding one is a module and a line here."""

from __future__ import annotations

from querywright.answering.stages.contract import Stage
from querywright.answering.stages.example_retrieval import RETRIEVE_EXAMPLES
from querywright.answering.stages.generation import GENERATE
from querywright.answering.stages.selection import SELECT

STAGES: dict[str, Stage] = {stage.name: stage for stage in (RETRIEVE_EXAMPLES, GENERATE, SELECT)}

__all__ = ["STAGES", "Stage"]
