from __future__ import annotations

import importlib
import inspect
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

import querywright

PROGRAM = str(Path(sys.executable).with_name("querywright"))
COMMANDS = (
    *("demo", "inspect", "synthesize", "export", "stats", "report"),
    *("index", "ask", "chat", "predict"),
    *("refine", "evaluate", "deduplicate", "decontaminate", "auxiliary", "models"),
)
HEAVY = {
    "duckdb",
    "pyarrow",
    "plotly",
    "pydantic",
    "sklearn",
    "pandas",
    "torch",
    "ray",
    "openai",
    "genai_prices",
    "sentence_transformers",
    "numpy",
    "rich",
    "typer",
}
FACES = (
    "answering",
    "databases",
    "databases.witnesses",
    "datasets",
    "datasets.statistics",
    "demo",
    "evaluation",
    "models",
    "retrieval",
    "runs",
    "runs.report",
    "sql",
    "synthesis",
)


def test_public_names() -> None:
    assert querywright.__all__ == sorted(
        [
            *("Catalog", "Database", "Example", "Limits", "PromptSettings", "Result", "Run", "Schema"),
            *("Answer", "ask", "predict"),
            *("Budget", "Making", "Roles", "Scale"),
            *("Evaluation", "Summary", "evaluate", "read_predictions"),
            *("compare", "export", "read_dataset", "refine", "sql", "synthesize", "write_report"),
            *("ModelError", "ModelFailed", "ModelOutage", "ModelUnavailable"),
            *(
                "QuerywrightError",
                "SettingsError",
                "DatasetError",
                "RunError",
                "DatabaseError",
                "DatabaseUnavailable",
                "DatabaseOutage",
                "PasswordNeeded",
            ),
            *("QueryError", "QueryRejected", "QueryTimeout", "QueryFailed"),
        ]
    )


@pytest.mark.parametrize("face", ["", *FACES])
def test_everything_in_a_face_exists_and_is_explained(face: str) -> None:
    module = importlib.import_module(f"querywright.{face}".rstrip("."))
    assert len(module.__all__) == len(set(module.__all__))
    things = {name: getattr(module, name) for name in module.__all__}
    made = {name: thing for name, thing in things.items() if inspect.isclass(thing) or inspect.isroutine(thing)}
    assert [name for name, thing in made.items() if not (thing.__doc__ or "").strip()] == []


def test_importing_us_loads_nothing_heavy() -> None:
    code = "import querywright as qw, sys; [getattr(qw, name) for name in qw.__all__]; "
    code += "print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert HEAVY & set(loaded) == set()


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_explains_itself(command: str) -> None:
    asked = [PROGRAM, *command.split(), "--help"]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "Usage:" in said.stdout
    if not command:
        assert all(f" {name} " in said.stdout for name in COMMANDS)


def test_one_version_everywhere(root: Path) -> None:
    declared = tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"]
    assert version("querywright") == declared
    assert f"[{declared}]" in (root / "CHANGELOG.md").read_text()
    shown = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == f"querywright {declared}"
