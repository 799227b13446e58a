"""Makes data: the authors, the steps and the chains."""

from querywright.synthesis.prompt import PromptSettings
from querywright.synthesis.synthesize import synthesize

__all__ = ["PromptSettings", "synthesize"]
