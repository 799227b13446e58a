"""Profiles are named, read from files, refused with the nearest right key, and drawn in their shares."""

from __future__ import annotations

import json
import random
from pathlib import Path
from statistics import mean

import pytest

from querywright.errors import SettingsError
from querywright.synthesis.grammar import PROFILES, profile
from querywright.synthesis.grammar.profiles import Aim, from_mapping


def test_the_default_is_the_published_row_of_sqlflow() -> None:
    row = PROFILES["sqlflow"]
    assert (row.window, row.set_op, row.subquery, row.group_by) == (14.63, 8.11, 42.57, 33.68)
    assert (row.case, row.where, row.join) == (0.23, 2.46, 1.02)


def test_a_profile_is_read_from_json_and_from_toml(tmp_path: Path) -> None:
    (tmp_path / "mine.json").write_text(json.dumps({"window": 5, "where": 1.5, "plans": {"count": 2}}))
    (tmp_path / "mine.toml").write_text("window = 5\nwhere = 1.5\n[plans]\ncount = 2\n")
    assert profile(tmp_path / "mine.json") == profile(tmp_path / "mine.toml")
    assert profile(tmp_path / "mine.toml").plans == {"count": 2}


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"windows": 5}, "did you mean 'window'"),
        ({"groupby": 5}, "did you mean 'group_by'"),
        ({"window": 120}, "between 0 and 100"),
        ({"where": -1}, "between 0 and 12"),
        ({"where": "two"}, "must be a number"),
        ({"case": float("nan")}, "must be a number"),
        ({"plans": 3}, "must map a plan kind"),
        ({"plans": {"count": -1}}, "plans.count"),
        ({"plans": {"cuont": 1}}, "did you mean 'count'"),
    ],
)
def test_a_wrong_value_says_what_is_wrong(values: dict[str, object], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        from_mapping(values)


@pytest.mark.parametrize("name", ["sqlfow", "missing.json", "notes.txt"])
def test_an_unknown_profile_is_one_clear_error(name: str) -> None:
    with pytest.raises(SettingsError):
        profile(name)


def test_a_file_that_is_no_object_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "list.json").write_text("[1]")
    with pytest.raises(SettingsError, match="one object"):
        profile(tmp_path / "list.json")


@pytest.mark.parametrize("name", list(PROFILES))
def test_draws_have_the_shares_and_means_of_their_profile(name: str) -> None:
    wanted, aim, rng = PROFILES[name], Aim.of(PROFILES[name]), random.Random(1)
    drawn = [aim.draw(rng, turn) for turn in range(6000)]
    for feature in ("window", "set_op", "subquery", "group_by"):
        assert abs(100 * mean(getattr(d, feature) for d in drawn) - getattr(wanted, feature)) < 0.6, feature
    for count, of in (("case", "cases"), ("where", "wheres"), ("join", "joins")):
        assert abs(mean(getattr(d, of) for d in drawn) - getattr(wanted, count)) < 0.06, count


def test_turns_keep_the_mix_even_over_a_short_run() -> None:
    aim, rng = Aim.of(PROFILES["sqlflow"]), random.Random(3)
    for start in (0, 5000):
        drawn = [aim.draw(rng, start + turn) for turn in range(200)]
        assert abs(100 * mean(d.subquery for d in drawn) - 42.57) < 1.5
