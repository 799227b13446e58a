"""The names of what can be measured, and what is measured unless somebody says otherwise."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final, Literal, get_args

from querywright.databases.compare import Rule
from querywright.errors import SettingsError

Metric = Literal["ex", "rules", "soft-f1", "exact", "linking", "failures", "candidates", "ves"]

ABOUT: Final[dict[Metric, str]] = {
    "ex": "execution accuracy under the chosen rule; valid and empty rates",
    "rules": "the verdict under the other two rules as well",
    "soft-f1": "how much of the gold result is there, cell by cell: free of order, and by position as BIRD's script",
    "exact": "exact set match, clause by clause, as Spider's",
    "linking": "recall and precision of the tables and columns named",
    "failures": "why what is wrong is wrong, by kind",
    "candidates": "bounds, pass@k, self-consistency and picks, where predictions have several candidates",
    "ves": "VES and R-VES: how fast right queries are beside gold; takes many executions",
}
METRICS: Final[tuple[Metric, ...]] = get_args(Metric)
USUAL: Final[tuple[Metric, ...]] = tuple(name for name in METRICS if name != "ves")
RULES: Final[tuple[Rule, ...]] = get_args(Rule)


def chosen_metrics(names: Iterable[str] | None) -> tuple[Metric, ...]:
    """The metrics of these names in the usual order; None: the usual ones. `ex` is always among them.

    Raises:
        SettingsError: there is no such metric; the nearest is named.
    """
    if names is None:
        return USUAL
    wanted = {"ex", *names}
    for name in sorted(wanted - set(METRICS)):
        near = get_close_matches(name, METRICS, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SettingsError(f"there is no metric {name!r}: choose from {', '.join(METRICS)}{hint}")
    return tuple(name for name in METRICS if name in wanted)


def checked_rule(name: str) -> Rule:
    """The rule of this name. Raises SettingsError."""
    for rule in RULES:
        if rule == name:
            return rule
    raise SettingsError(f"there is no comparison rule {name!r}: choose from {', '.join(RULES)}")
