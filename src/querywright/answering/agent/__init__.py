"""A pipe query written operator by operator: tools look at every beginning of it, and the model hears what they saw."""

from querywright.answering.agent.settings import Settings
from querywright.answering.agent.steps import Step, step_line
from querywright.answering.agent.walk import Walked, walk

__all__ = ["Settings", "Step", "Walked", "step_line", "walk"]
