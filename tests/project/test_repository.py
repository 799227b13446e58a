from __future__ import annotations

import os
import re
import subprocess
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

LOCKS = ("build", "all", "large", "spark")
TRACES = {
    "an address of a package registry": (
        r"pypi\.org|pythonhosted|deb\.debian\.org|registry\.npmjs|^--(extra-)?index-url|^--find-links"
    ),
    "a place on somebody's machine": r"(?<![\w.])/(work|root|home|Users|opt|tmp/bash)/\w",
}
ALLOWED = {"tests/project/test_repository.py"}


def committed(root: Path) -> list[Path]:
    """Every text file that git would carry."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(asked, cwd=root, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("not a git checkout, or git is not installed")
    files = [root / name for name in listed.stdout.splitlines() if name not in ALLOWED]
    return [path for path in files if path.is_file() and path.suffix not in (".png", ".ico")]


@pytest.mark.parametrize("what", TRACES)
def test_no_file_names(what: str, root: Path) -> None:
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()[:100]}"
        for path in committed(root)
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1)
        if re.search(TRACES[what], line)
    ]
    assert found == []


def pinned(root: Path) -> dict[str, list[Requirement]]:
    """Package → its lines in the locks; one that differs by Python version has several."""
    found: dict[str, list[Requirement]] = {}
    for lock in LOCKS:
        text = (root / "requirements" / f"{lock}.lock").read_text().replace("\\\n", "")
        for line in filter(None, text.splitlines()):
            requirement = Requirement(re.sub(r"\s+--hash=\S+", "", line))
            found.setdefault(requirement.name, []).append(requirement)
    return found


def test_the_lock_holds_what_the_project_asks_for(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]
    asked = [*project["project"]["dependencies"], *(r for rs in extras.values() for r in rs)]
    asked += project["dependency-groups"]["build"] + project["dependency-groups"]["large"]
    locked = pinned(root)
    for requirement in map(Requirement, asked):
        if requirement.name in ("querywright", "torch"):  # torch's builds differ from machine to machine
            continue
        lines = locked.get(requirement.name, [])
        assert lines, f"{requirement.name} is not locked: make lock"
        for line in lines:
            (pin,) = line.specifier
            assert pin.operator == "=="
            assert Version(pin.version) in requirement.specifier, f"{line} is not {requirement}: make lock"


def test_every_locked_package_has_hashes(root: Path) -> None:
    for lock in LOCKS:
        text = (root / "requirements" / f"{lock}.lock").read_text().replace("\\\n", "")
        for line in filter(None, text.splitlines()):
            assert "--hash=sha256:" in line, line


def test_setup_does_nothing_when_current(tmp_path: Path, root: Path) -> None:
    """With a current stamp neither pip nor Python is asked for anything that takes time."""
    if not (root / ".venv" / "made-from").exists():
        pytest.skip("this .venv was not made by make setup")
    done = subprocess.run(["scripts/setup"], cwd=root, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def fake_python(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.mark.parametrize(
    ("python", "says"),
    [
        ("exit 1", "Python 3.11 or newer is needed"),
        ('case "$2" in *version_info*) exit 0;; esac; exit 1', "apt-get install -y python3-venv"),
    ],
    ids=["too old", "no venv"],
)
def test_setup_says_in_one_line_what_is_missing(python: str, says: str, tmp_path: Path, root: Path) -> None:
    project, tools = tmp_path / "project", tmp_path / "bin"
    for folder in (project / "scripts", tools):
        folder.mkdir(parents=True)
    (project / "scripts" / "setup").write_bytes((root / "scripts" / "setup").read_bytes())
    for name in ("python3", "python3.11", "python3.12", "python3.13"):
        fake_python(tools, name, python)
    environment = {"PATH": f"{tools}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["sh", "scripts/setup"], cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert done.stdout == ""
