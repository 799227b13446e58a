"""Whether a pipe query means what a standard query means: on the database, and on copies made to tell them apart."""

from querywright.pipes.verification.records import Outcome, Quarantine, Verification
from querywright.pipes.verification.verifying import LIMITS, WITNESSES, verify

__all__ = ["LIMITS", "WITNESSES", "Outcome", "Quarantine", "Verification", "verify"]
