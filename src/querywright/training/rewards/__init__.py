"""Rewards: what a completion is worth, part by part, found by executing it.

from querywright.training.rewards import Scorer, tasks_of

with Scorer("databases/") as scorer:
    checked = scorer.check(tasks_of(examples))
    parts = scorer.score_all(checked.kept, completions)
"""

from querywright.answering.completion import Form, query_in
from querywright.training.rewards.gold import Checked
from querywright.training.rewards.reward import Ending, Parts, Weights, figures
from querywright.training.rewards.rows import row_f1
from querywright.training.rewards.scorer import LIMITS, Scorer
from querywright.training.rewards.task import RewardTask, tasks_of

__all__ = [
    "LIMITS",
    "Checked",
    "Ending",
    "Form",
    "Parts",
    "RewardTask",
    "Scorer",
    "Weights",
    "figures",
    "query_in",
    "row_f1",
    "tasks_of",
]
