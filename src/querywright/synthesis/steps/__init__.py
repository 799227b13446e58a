"""The steps of the chains that make data; each takes an example and yields examples, or drops it with a reason."""

from querywright.synthesis.steps.ask import AskQuestion
from querywright.synthesis.steps.augment import Augment, Plan
from querywright.synthesis.steps.correspond import Correspond
from querywright.synthesis.steps.difficulty import GradeByExecution
from querywright.synthesis.steps.explain import Explain
from querywright.synthesis.steps.finish import Finish
from querywright.synthesis.steps.grade import Grade
from querywright.synthesis.steps.marks import DIRECTION, DRAW, MARK, PROBLEM
from querywright.synthesis.steps.prompt import MakePrompt
from querywright.synthesis.steps.seeds import CheckSeed
from querywright.synthesis.steps.write import WriteQuery

__all__ = [
    "DIRECTION",
    "DRAW",
    "MARK",
    "PROBLEM",
    "AskQuestion",
    "Augment",
    "CheckSeed",
    "Correspond",
    "Explain",
    "Finish",
    "Grade",
    "GradeByExecution",
    "MakePrompt",
    "Plan",
    "WriteQuery",
]
