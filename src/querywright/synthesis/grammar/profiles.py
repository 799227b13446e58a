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
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any

from querywright.errors import SettingsError
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
    try:
        return Profile(**given, plans=MappingProxyType(dict(plans)))
    except SettingsError as error:
        raise SettingsError(f"{where}: {error}") from None


def aim(profile: Profile, rng: random.Random) -> Shape:
    """The features of one draw: independent of every other draw, right on average."""
    roll = rng.random() * 100
    window = roll < profile.window
    set_op = not window and roll < profile.window + profile.set_op
    subquery, group_by = rng.random() * 100 < profile.subquery, rng.random() * 100 < profile.group_by
    return Shape(
        window, set_op, subquery, group_by,
        _count(profile.case, rng), _count(profile.where, rng), _count(profile.join, rng),
    )  # fmt: skip


def _count(mean: float, rng: random.Random) -> int:
    """A count with this mean, spread a little less than a Poisson count."""
    whole, part = divmod(mean, 1.0)
    spread = rng.choice((-1, 0, 0, 1)) if whole >= 1 else 0
    return max(0, int(whole) + (rng.random() < part) + spread)
