"""What a selector is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from querywright.answering.desk import Desk
from querywright.answering.known import Choice, Known
from querywright.answering.selection.clusters import Cluster

Selector = Callable[[Known, Desk, tuple[Cluster, ...], Any], Choice]
"""Takes what is known, the desk, the clusters of candidates that ran (at least two) and the settings of selection.

Ties are decided by rule: rows before none, then the larger cluster, then the one whose first member comes first.
Raises ModelUnavailable; a model that fails to answer is passed over."""
