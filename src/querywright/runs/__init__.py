"""Runs: every input through a chain of steps, stored as it is done, resumable at any instant, the same bytes always."""

from querywright.runs.clearing import clear
from querywright.runs.engine import run
from querywright.runs.manifest import Counts, Status
from querywright.runs.opened import RejectedRow, Run
from querywright.runs.progress import BarProgress, PlainProgress, Progress, Silence, progress_on
from querywright.runs.steps import Chain, Input, Outcome, Recipe, Reject, Rejected, Step

__all__ = [
    "BarProgress",
    "Chain",
    "Counts",
    "Input",
    "Outcome",
    "PlainProgress",
    "Progress",
    "Recipe",
    "Reject",
    "Rejected",
    "RejectedRow",
    "Run",
    "Silence",
    "Status",
    "Step",
    "clear",
    "progress_on",
    "run",
]
