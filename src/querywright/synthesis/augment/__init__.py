"""Rewrites of SQL that somebody else wrote, in six directions, and the proof that each does what it says.

`directions` starts the story; a module for each direction holds its rewrites; `verification` judges what they made.
"""

from querywright.synthesis.augment.directions import DIRECTIONS, Direction, Variant, rewrite
from querywright.synthesis.augment.verification import LIMITS, WITNESSES, verify

__all__ = ["DIRECTIONS", "LIMITS", "WITNESSES", "Direction", "Variant", "rewrite", "verify"]
