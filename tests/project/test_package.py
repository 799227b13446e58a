"""The package's face: what it promises is there, and nothing is loaded before it is asked for."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import querywright as qw


def promised() -> list[str]:
    """What type checkers are told."""
    tree = ast.parse(Path(str(qw.__file__)).with_suffix(".pyi").read_text(encoding="utf-8"))
    [told] = [node.value for node in tree.body if isinstance(node, ast.Assign)]
    found: list[str] = ast.literal_eval(told)
    return found


def test_what_is_promised_is_there() -> None:
    assert promised() == qw.__all__
    for name in qw.__all__:
        assert getattr(qw, name) is not None
    assert {*qw.__all__, "errors", "pipes"} <= set(dir(qw))


def test_rooms_are_there_without_being_imported() -> None:
    code = "import querywright as qw; print(qw.errors.QueryError.__name__, qw.pipes.parse.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "QueryError parse\n"


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = qw.nothing


def test_nothing_is_loaded_before_it_is_asked_for() -> None:
    code = "import sys, querywright; print([name for name in sys.modules if name.startswith('querywright.')])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
