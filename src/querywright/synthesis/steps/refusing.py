"""What an author hears of an attempt that was not taken."""

from __future__ import annotations

from querywright.runs import Reject


def told(reject: Reject) -> str:
    """The reason, and of values only those in the author's own query: rows of a result are sent to nobody."""
    return f"it {reject.reason}: {reject.detail}" if reject.reason == "does not run" else reject.reason
