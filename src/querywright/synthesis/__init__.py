"""Makes data: the authors, the steps and the chains."""

from querywright.synthesis.making import Making
from querywright.synthesis.prompt import PromptSettings
from querywright.synthesis.refine import refine
from querywright.synthesis.scales import Scale
from querywright.synthesis.synthesize import synthesize

__all__ = ["Making", "PromptSettings", "Scale", "refine", "synthesize"]
