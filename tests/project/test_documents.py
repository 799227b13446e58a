"""What README and docs tell a reader to type works, page by page, from top to bottom.

Shell and Python blocks run in order in a folder that holds `demo/` as `make demo` leaves it. A block that cannot run
here is preceded by `<!-- not run: why -->`.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from querywright import Catalog, Example
from querywright.datasets import example_id

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
FENCE = re.compile(
    r"^(<!-- not run: (?P<why>[^\n]+) -->\n+)?```(?P<language>\w+)[^\n]*\n(?P<code>.*?)^```$", re.M | re.S
)
COUNT = re.compile(r"(--count |\bcount=)[\d_]+")
FEW = r"\g<1>4"
"""In place of every count, to keep it quick: too few for the report to draw its map, which takes seconds."""


@dataclass(frozen=True)
class Block:
    language: str
    code: str
    line: int
    why_not: str | None


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text(encoding="utf-8")
    for found in FENCE.finditer(text):
        line = text.count("\n", 0, found.start("code")) + 1
        yield Block(found["language"], found["code"], line, found["why"])


def run_shell(block: Block, page: Path) -> None:
    code = COUNT.sub(FEW, block.code)
    paths = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    done = subprocess.run(
        ["bash", "-euc", code], env={**os.environ, "PATH": paths}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{page.name}:{block.line}\n{done.stdout}{done.stderr}"


def run_python(block: Block, page: Path, names: dict[str, Any]) -> None:
    code = "\n" * (block.line - 1) + COUNT.sub(FEW, block.code)
    exec(compile(code, str(page), "exec"), names)


def runs_here(block: Block) -> bool:
    """Whether a block is code to run; `make …` starts this very suite and is looked up in the Makefile instead."""
    return block.why_not is None and not block.code.startswith("make ")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_block_runs(page: Path, place: Path) -> None:
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        for block in filter(runs_here, blocks(page)):
            if block.language in ("sh", "bash", "shell"):
                run_shell(block, page)
            elif block.language == "python":
                run_python(block, page, names)
    finally:
        if "catalog" in names:
            names["catalog"].close()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_starts_with_something_to_type(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    first = next((n for n, line in enumerate(lines) if line.startswith("```")), len(lines))
    assert first < 12, f"{page.name} reaches its first block in line {first + 1}"


@pytest.mark.parametrize("page", ["README.md", "docs/records.md"])
def test_the_record_shown_is_a_real_one(page: str, place: Path, root: Path) -> None:
    """Its id is the digest of its content, and its SQL gives rows on the demo's database."""
    (shown,) = (block for block in blocks(root / page) if block.language == "json")
    row = json.loads(shown.code)
    example = Example(row["db_id"], row["question"], row["SQL"], row["evidence"])
    assert row["id"] == example_id(example)
    assert row["SQL"] in row["cot_reasoning"]
    with Catalog.open("demo/databases") as catalog:
        assert catalog[example.db_id].execute(example.SQL).rows


def test_make_commands_exist(targets: set[str], root: Path) -> None:
    pages = [*PAGES, root / "CONTRIBUTING.md"]
    named = {name for page in pages for name in re.findall(r"^make ([a-z]+)", page.read_text(), re.MULTILINE)}
    assert {"demo", "test"} <= named
    assert named <= targets


def test_links_inside_the_repository_lead_somewhere(root: Path) -> None:
    broken = [
        f"{page.name}: {target}"
        for page in [*PAGES, *root.glob("*.md"), *(root / "docs" / "design").glob("*.md")]
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if "://" not in target and not (page.parent / target).exists()
    ]
    assert not broken


def test_every_page_is_in_the_navigation(root: Path) -> None:
    listed = (root / "mkdocs.yml").read_text()
    pages = [path.relative_to(root / "docs").as_posix() for path in (root / "docs").rglob("*.md")]
    assert [page for page in pages if page not in listed] == []


def test_the_site_builds_and_fetches_nothing(root: Path, tmp_path: Path) -> None:
    pytest.importorskip("mkdocs", reason="the docs extra is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=root, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for page in tmp_path.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert re.findall(r"<(?:script|link|img|iframe)[^>]+(?:src|href)=\"(?:https?:)?//[^\"]+", text) == [], page.name


def test_every_option_of_every_command_is_explained(root: Path) -> None:
    from typer.main import get_command

    from querywright.cli.app import app

    said = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    commands: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
    options = {o for command in commands.values() for p in command.params for o in p.opts if o.startswith("--")}
    assert {"--count", "--resume"} <= options
    assert {option for option in options - {"--help"} if option not in said} == set()
