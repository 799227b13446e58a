"""The stages of answering, by name: this table is the whole list. Adding one is a module and a line here."""

from __future__ import annotations

from querywright.answering.stages.answerable import ANSWERABLE
from querywright.answering.stages.column_filter import COLUMN_FILTER
from querywright.answering.stages.column_selection import COLUMN_SELECTION
from querywright.answering.stages.contract import Stage
from querywright.answering.stages.description_retrieval import DESCRIPTION_RETRIEVAL
from querywright.answering.stages.example_retrieval import RETRIEVE_EXAMPLES
from querywright.answering.stages.generation import GENERATE
from querywright.answering.stages.keywords import KEYWORDS
from querywright.answering.stages.narrowing import NARROW
from querywright.answering.stages.pipe_agent import PIPE_AGENT
from querywright.answering.stages.repair import REPAIR
from querywright.answering.stages.revise import REVISE
from querywright.answering.stages.selection import SELECT
from querywright.answering.stages.table_selection import TABLE_SELECTION
from querywright.answering.stages.taught import TAUGHT
from querywright.answering.stages.unit_tests import UNIT_TESTS
from querywright.answering.stages.value_retrieval import VALUE_RETRIEVAL

_ALL = (
    KEYWORDS,
    VALUE_RETRIEVAL,
    DESCRIPTION_RETRIEVAL,
    NARROW,
    COLUMN_FILTER,
    TABLE_SELECTION,
    COLUMN_SELECTION,
    RETRIEVE_EXAMPLES,
    GENERATE,
    PIPE_AGENT,
    TAUGHT,
    REPAIR,
    REVISE,
    ANSWERABLE,
    UNIT_TESTS,
    SELECT,
)
STAGES: dict[str, Stage] = {stage.name: stage for stage in _ALL}

__all__ = ["STAGES", "Stage"]
