"""Flags over the environment over `querywright.toml`; a wrong name is refused with the nearest right one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from querywright.cli.settings import check_environment, from_file, models_from_file
from querywright.errors import SettingsError
from querywright.runs import Run

Cli = Callable[..., CompletedProcess[str]]
COMMANDS = {"synthesize": ["databases", "count", "prompt_template"], "stats": ["dataset", "json"]}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`file(text)`: a settings file in the folder we are in."""
    monkeypatch.chdir(tmp_path)
    return lambda text: (tmp_path / "querywright.toml").write_text(text) and None


def test_without_a_file_there_are_no_defaults(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert from_file(COMMANDS) == {}


def test_keys_are_read_with_dashes_or_underscores(file: Callable[[str], None]) -> None:
    file("[synthesize]\ncount = 3\nprompt-template = 'p.txt'\n[stats]\njson = true")
    assert from_file(COMMANDS) == {"synthesize": {"count": 3, "prompt_template": "p.txt"}, "stats": {"json": True}}
    file("[synthesize]\nprompt_template = 'p.txt'")
    assert from_file(COMMANDS) == {"synthesize": {"prompt_template": "p.txt"}}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[synthesize]\ncuont = 1", "[synthesize] has no setting 'cuont'; did you mean 'count'?"),
        ("[synthesise]\ncount = 1", "[synthesise] is no command; did you mean 'synthesize'?"),
        ("[xyz]", "[xyz] is no command (there are synthesize, stats)"),
        ("[stats]\nq = 1", "[stats] has no setting 'q' (there are dataset, json)"),
        ("count = 1", "count stands under no command: put it below a line such as [synthesize]"),
        ("[stats", "querywright.toml cannot be read: "),
        ("a = '\xff'", ""),
    ],
)
def test_what_is_wrong_in_the_file_is_said(file: Callable[[str], None], text: str, said: str) -> None:
    file(text)
    with pytest.raises(SettingsError) as error:
        from_file(COMMANDS)
    assert said in str(error.value)


def test_tables_of_models_stand_beside_those_of_commands(file: Callable[[str], None]) -> None:
    file("[synthesize]\ncount = 3\n[models.small]\nmodel = 'openai:m'\n[models.\"a b\"]\nmodel = 'vllm:m'")
    assert from_file(COMMANDS) == {"synthesize": {"count": 3}}
    assert models_from_file() == {"small": {"model": "openai:m"}, "a b": {"model": "vllm:m"}}


def test_without_tables_there_are_no_models(file: Callable[[str], None]) -> None:
    assert models_from_file() == {}
    file("[synthesize]\ncount = 3")
    assert models_from_file() == {}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("models = 'openai:m'", "models is no setting: describe a model below a line such as [models.NAME]"),
        ("[models]\nmodel = 'openai:m'", "[models] has 'model': put it below a line such as [models.NAME]"),
        ("[models.m", "querywright.toml cannot be read: "),
    ],
)
def test_what_is_no_table_of_a_model_is_said(file: Callable[[str], None], text: str, said: str) -> None:
    file(text)
    with pytest.raises(SettingsError) as error:
        models_from_file()
    assert said in str(error.value)


@pytest.mark.parametrize(
    ("variable", "said"),
    [
        ("QUERYWRIGHT_SYNTHESIZE_CUONT", "is no setting; did you mean QUERYWRIGHT_SYNTHESIZE_COUNT?"),
        ("QUERYWRIGHT_COUNT_OF_SOMETHING_ELSE_ALTOGETHER", "is no setting"),
    ],
)
def test_a_variable_that_would_be_passed_over_is_refused(variable: str, said: str) -> None:
    with pytest.raises(SettingsError, match=variable) as error:
        check_environment(COMMANDS, {"PATH": "/bin", variable: "1"})
    assert said in str(error.value)


def test_variables_of_settings_and_of_others_are_let_be() -> None:
    check_environment(COMMANDS, {"PATH": "/bin", "QUERYWRIGHT_SYNTHESIZE_PROMPT_TEMPLATE": "p.txt", "QUERY": "1"})


def test_a_flag_wins_over_the_environment_which_wins_over_the_file(cli: Cli, pets: Path, tmp_path: Path) -> None:
    (tmp_path / "querywright.toml").write_text(
        "[synthesize]\ncount = 3\nseed = 3\nworkers = 1\nschema-style = 'compact'"
    )
    environment = {"QUERYWRIGHT_SYNTHESIZE_COUNT": "4", "QUERYWRIGHT_SYNTHESIZE_SEED": "4"}
    done = cli("synthesize", pets, "-o", "run", "--count", 5, cwd=tmp_path, env=environment)
    assert done.returncode == 0, done.stderr
    run = Run.open(tmp_path / "run")
    assert (run.settings["count"], run.fingerprint["seed"]) == (5, 4)
    assert run.fingerprint["prompt"]["style"] == "compact"


@pytest.mark.parametrize(
    ("text", "environment", "said"),
    [
        ("[synthesize]\nprofiel = 'bird'", {}, "did you mean 'profile'?"),
        ("", {"QUERYWRIGHT_SYNTHESIZE_SED": "1"}, "did you mean QUERYWRIGHT_SYNTHESIZE_SEED?"),
    ],
)
def test_a_wrong_name_ends_the_program_in_one_line(
    cli: Cli, pets: Path, tmp_path: Path, text: str, environment: dict[str, str], said: str
) -> None:
    (tmp_path / "querywright.toml").write_text(text)
    done = cli("synthesize", pets, "-o", "run", cwd=tmp_path, env=environment)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert said in done.stderr
    assert not (tmp_path / "run").exists()
