from __future__ import annotations

import pytest

from querywright.answering.preset import WRITING, Preset, names
from querywright.errors import SettingsError

CHESS_TABLE_3 = ("value-retrieval", "description-retrieval", "column-filter", "table-selection", "column-selection")
CHASE_TABLE_7 = ("tournament", "value-retrieval", "repair", "query-plan", "synthetic-examples", "divide-and-conquer")


def parts_of(preset: Preset) -> list[str]:
    found = [each.stage.name for each in preset.stages]
    found += [name for each in preset.stages for name in getattr(each.settings, "strategies", ())]
    return found + [each.settings.by for each in preset.stages if each.stage.name == "select"]


@pytest.mark.parametrize("name", names())
def test_every_preset_that_comes_with_us_is_whole(name: str) -> None:
    parts = parts_of(Preset.load(name))
    writing = [parts.index(name) for name in WRITING if name in parts]
    assert writing
    assert max(writing) < parts.index("select")


@pytest.mark.parametrize(
    ("preset", "part"), [("chess", part) for part in (*CHESS_TABLE_3, "revise")] + [("chase", p) for p in CHASE_TABLE_7]
)
def test_each_row_of_the_papers_ablations_is_a_part_to_leave_out(preset: str, part: str) -> None:
    whole = Preset.load(preset)
    assert part in parts_of(whole)
    assert part not in parts_of(whole.without([part]))


@pytest.mark.parametrize(
    ("without", "told"),
    [
        (["repare"], "repare"),
        (["select"], "selector"),
        (["direct"], "no strategy left"),
        (["tournament"], "tournament"),
    ],
)
def test_what_cannot_be_left_out_is_said(without: list[str], told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Preset.load("chess").without(without)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nonsense", "no TOML"),
        ("", "no \\[\\[stages\\]\\]"),
        ("colour = 1\n[[stages]]\nuse = 'select'", "colour"),
        ("[[stages]]\nbye = 1", "use ="),
        ("[[stages]]\nuse = 'selekt'", "did you mean select"),
        ("[[stages]]\nuse = 'select'\nbuy = 'majority'", "did you mean by"),
        ("[[stages]]\nuse = 'generate'\ncandidates = 'many'", "candidates must be int"),
        ("[[stages]]\nuse = 'generate'\ncandidates = true", "candidates must be int"),
    ],
)
def test_a_wrong_preset_is_told_with_what_is_wrong(text: str, told: str) -> None:
    with pytest.raises(SettingsError, match=told):
        Preset.parse(text, "mine", "mine.toml")


def test_a_preset_of_ones_own_is_a_file(tmp_path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("[[stages]]\nuse = 'generate'\ncandidates = 3\nhottest = 1\n[[stages]]\nuse = 'select'\n")
    preset = Preset.load(str(path))
    assert (preset.name, preset.stages[0].settings.candidates, preset.stages[0].settings.hottest) == ("mine", 3, 1.0)
    with pytest.raises(SettingsError, match=r"did you mean chess"):
        Preset.load("chesss")
    with pytest.raises(SettingsError, match="cannot be read"):
        Preset.load(str(tmp_path / "none.toml"))
