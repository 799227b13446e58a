"""Which features a dataset should have, and in what shares: `spider`, `bird`, `sqlflow`, or a file of your own.

The three named profiles are rows of Table I of Text2SQL-Flow: Spider-train, BIRD-train and SQLFlow. Shares are
percentages of queries that have the feature; `case`, `where` and `join` are means per query.
"""

from __future__ import annotations

import difflib
import json
import math
import random
import tomllib
from bisect import bisect
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from types import MappingProxyType
from typing import Any

from querywright.errors import SettingsError
from querywright.synthesis.grammar.plans import PLANS
from querywright.synthesis.grammar.trees import Shape


def _check(name: str, value: Any, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise SettingsError(f"{name} must be a number, not {value!r}")
    if not 0 <= value <= most:
        raise SettingsError(f"{name} must lie between 0 and {most:g}, not {value!r}")


@dataclass(frozen=True)
class Profile:
    """Shares (percent) and means (per query) to steer by; `plans` multiplies the chance of single plan kinds."""

    window: float = 14.63
    set_op: float = 8.11
    subquery: float = 42.57
    group_by: float = 33.68
    case: float = 0.23
    where: float = 2.46
    join: float = 1.02
    plans: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        for name in ("window", "set_op", "subquery", "group_by"):
            _check(name, getattr(self, name), 100.0)
        for name in ("case", "where", "join"):
            _check(name, getattr(self, name), 12.0)
        for name, weight in self.plans.items():
            _check(f"plans.{name}", weight, 1000.0)


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "spider": Profile(window=0.0, set_op=6.07, subquery=15.59, group_by=22.60, case=0.0, where=0.86, join=0.71),
        "bird": Profile(window=0.04, set_op=0.23, subquery=6.71, group_by=9.16, case=0.09, where=1.25, join=0.90),
        "sqlflow": Profile(),
    }
)


def profile(name: str | Path) -> Profile:
    """A named profile, or one read from a `.json` or `.toml` file with the keys of `Profile`.

    Raises SettingsError for an unknown name, an unreadable file, an unknown key or an impossible value.
    """
    if isinstance(name, str) and name in PROFILES:
        return PROFILES[name]
    path = Path(name)
    if path.suffix not in (".json", ".toml"):
        near = difflib.get_close_matches(str(name), PROFILES, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SettingsError(f"no profile {name!r}{hint} (known: {', '.join(PROFILES)}, or a .json or .toml file)")
    try:
        text = path.read_text(encoding="utf-8")
        values = json.loads(text) if path.suffix == ".json" else tomllib.loads(text)
    except (OSError, ValueError) as error:
        raise SettingsError(f"profile {path}: {error}") from error
    if not isinstance(values, dict):
        raise SettingsError(f"profile {path}: it must hold one object with keys such as 'window' and 'where'")
    return from_mapping(values, str(path))


def from_mapping(values: Mapping[str, Any], where: str = "profile") -> Profile:
    """A profile from plain values; keys left out are zero, `plans` empty."""
    known = [f.name for f in fields(Profile)]
    for key in values:
        if key not in known:
            near = difflib.get_close_matches(key, known, 1, 0.3)
            raise SettingsError(f"{where}: unknown key {key!r}; did you mean {near[0] if near else known[0]!r}?")
    given = {f: values.get(f, 0.0) for f in known if f != "plans"}
    plans = values.get("plans", {})
    if not isinstance(plans, Mapping):
        raise SettingsError(f"{where}: 'plans' must map a plan kind to a weight")
    for name in plans:
        if name not in PLANS:
            likest = difflib.get_close_matches(str(name), PLANS, 1, 0.0)[0]
            raise SettingsError(f"{where}: no kind of query is called {name!r}; did you mean {likest!r}?")
    try:
        return Profile(**given, plans=MappingProxyType(dict(plans)))
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from None


@dataclass(frozen=True)
class Aim:
    """A profile as chances: one row per combination of features, with the means of its counts."""

    cells: tuple[tuple[float, Shape, float, float, float], ...]
    """(chance, features, mean of CASE, of WHERE, of JOIN)."""

    @classmethod
    def of(cls, profile: Profile) -> Aim:
        """Split the shares over the combinations of features so that each adds up to its own."""
        window = profile.window / 100
        set_op = min(profile.set_op / 100, 1 - window)
        rest = max(1 - window - set_op, 1e-9)
        subquery = _clip((profile.subquery / 100 - set_op - window * 0.55) / rest)
        group_by = _clip((profile.group_by / 100 - set_op * 0.3 - window * 0.3) / rest)
        chances = {
            "SQ": set_op * 0.7,
            "SQG": set_op * 0.3,
            "W": window * 0.3,
            "WQ": window * 0.4,
            "WG": window * 0.15,
            "WQG": window * 0.15,
            "Q": rest * subquery * (1 - group_by),
            "QG": rest * subquery * group_by,
            "G": rest * group_by * (1 - subquery),
            "": rest * (1 - subquery) * (1 - group_by),
        }
        case, where, join = (
            _level(mean, [(p, factors[n][i]) for n, p in chances.items()])
            for i, (mean, factors) in enumerate(((profile.case, _LEAN), (profile.where, _LEAN), (profile.join, _LEAN)))
        )
        return cls(
            tuple(
                (p, _shape(n), case * _LEAN[n][0], where * _LEAN[n][1], join * _LEAN[n][2])
                for n, p in chances.items()
                if p > 0
            )
        )

    def draw(self, rng: random.Random, turn: float | None = None) -> Shape:
        """The features of one draw, right on average.

        With `turn` (the number of the draw) the combinations come in their shares over any stretch of turns, so that
        a thousand draws are as near the profile as ten thousand left to chance would be.
        """
        at = rng.random()
        if turn is not None:
            at = turn * _GOLDEN % 1.0
        _, kind, case, where, join = self.cells[min(bisect(self.edges, at * self.edges[-1]), len(self.cells) - 1)]
        return Shape(
            kind.window,
            kind.set_op,
            kind.subquery,
            kind.group_by,
            _cases(case, rng),
            _count(where, rng),
            _count(join, rng),
        )

    @cached_property
    def edges(self) -> list[float]:
        """Where the chances of the combinations end, laid end to end; nothing after the last."""
        return [*list(accumulate(c[0] for c in self.cells[:-1])), sum(c[0] for c in self.cells)]


_GOLDEN = (5**0.5 - 1) / 2
"""Multiples of it, less their whole part, fall evenly between 0 and 1."""

_LEAN = {
    "SQ": (0.0, 1.2, 1.9),
    "SQG": (0.0, 0.9, 2.0),
    "W": (0.0, 0.7, 0.9),
    "WQ": (0.0, 0.9, 0.9),
    "WG": (0.0, 0.5, 0.9),
    "WQG": (0.0, 0.8, 1.1),
    "Q": (0.8, 1.25, 0.9),
    "QG": (1.0, 0.9, 1.2),
    "G": (2.0, 0.75, 1.1),
    "": (1.2, 1.0, 0.9),
}
"""How much CASE, WHERE and JOIN each combination takes, relative to the others."""


def _level(mean: float, parts: list[tuple[float, float]]) -> float:
    """The factor that brings the weighted mean of `parts` to `mean`."""
    total = sum(p * lean for p, lean in parts)
    return mean / total if total else 0.0


def _shape(letters: str) -> Shape:
    return Shape("W" in letters, "S" in letters, "Q" in letters, "G" in letters)


def _clip(share: float) -> float:
    return min(1.0, max(0.0, share))


def _count(mean: float, rng: random.Random) -> int:
    """A count with this mean: none now and then, however many are wanted on average, else a binomial one."""
    none = max(0.14 if mean < 3.5 else 0.0, 1 - mean)
    if rng.random() < none:
        return 0
    over = mean / (1 - none) - 1
    most = max(3, math.ceil(2 * over))
    return 1 + sum(rng.random() < over / most for _ in range(most))


def _cases(mean: float, rng: random.Random) -> int:
    """None mostly, else one to three; with this mean."""
    return rng.choices((1, 2, 3), (5, 4, 2))[0] if rng.random() < mean * 11 / 19 else 0
