"""docs/evaluation-rules.md tells the verdicts that predictions really get."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from altered_predictions import ALTERATIONS


@pytest.fixture(scope="module")
def script(root: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("evaluation_rules", root / "scripts" / "evaluation_rules.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:  # dataclasses look for their module
        patch.setitem(sys.modules, spec.name, module)
        spec.loader.exec_module(module)
    return module


def test_the_tables_are_what_the_script_makes(script: ModuleType, root: Path) -> None:
    page = (root / "docs" / "evaluation-rules.md").read_text(encoding="utf-8")
    assert script.made(page) == page, "run: python scripts/evaluation_rules.py"


def test_each_difference_from_the_scripts_is_one(script: ModuleType) -> None:
    found = script.verdicts([each.case for each in script.DIFFERENCES])
    for each, ours in zip(script.DIFFERENCES, found, strict=True):
        theirs = (each.bird, each.spider)
        assert theirs != (script.word(ours["bird"]), script.word(ours["spider"])), each.case.what


def test_the_number_of_alterations_is_the_tests_own(root: Path) -> None:
    page = (root / "docs" / "evaluation-rules.md").read_text(encoding="utf-8")
    assert re.findall(r"(\d+) kinds\s+of alterations", page) == [str(len(ALTERATIONS))]
