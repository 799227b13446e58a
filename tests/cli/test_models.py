"""`querywright models check` as a person runs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from model_server import ModelServer

Cli = Callable[..., CompletedProcess[str]]


def settings(folder: Path, url: str) -> None:
    (folder / "querywright.toml").write_text(
        f"""
        [models.near]
        provider = "compatible"
        model = "test"
        base-url = "{url}"
        price = {{input = 0.25, output = 2}}

        [models.far]
        model = "openai:gpt-5-mini"
        """
    )


def test_without_a_model_it_says_what_is_used_instead(cli: Cli, tmp_path: Path) -> None:
    done = cli("models", "check", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "the grammar author" in done.stdout
    assert "hashed-1" in done.stdout
    assert "models check --model PROVIDER:MODEL" in done.stdout


def test_the_described_models_are_listed_with_their_keys(cli: Cli, tmp_path: Path) -> None:
    settings(tmp_path, "http://127.0.0.1:9/v1")
    wide = {"COLUMNS": "150", "OPENAI_API_KEY": "", "QUERYWRIGHT_MODELS_CHECK_MODEL": ""}
    done = cli("models", "check", cwd=tmp_path, env=wide)
    assert done.returncode == 0, done.stderr
    lines = {line.split("│")[1].strip(): line for line in done.stdout.splitlines() if line.startswith("│")}
    assert "http://127.0.0.1:9/v1" in lines["near"]
    assert "none needed" in lines["near"]
    assert "OPENAI_API_KEY is not set" in lines["far"]
    assert "models check --model near" in done.stdout


def test_a_model_is_asked_and_its_findings_shown(cli: Cli, tmp_path: Path) -> None:
    with ModelServer() as server:
        settings(tmp_path, server.url)
        done = cli("models", "check", "--model", "near", "--embedding-model", "near", cwd=tmp_path)
        assert done.returncode == 0, done.stderr
        assert server.tally.calls == 5
    for said in ("reachable", "json_schema", "logprobs", "$0.25 in, $2.00 out", "vectors of 32 numbers"):
        assert said in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--model", "openai:gpt-5-mini"], "there is no key: set OPENAI_API_KEY"),
        (["--model", "near"], "its server at http://127.0.0.1:9/v1 cannot be reached"),
        (["--embedding-model", "near"], "its server at http://127.0.0.1:9/v1 cannot be reached"),
        (["--model", "nera"], "did you mean near?"),
        (["--model", "hashed"], "hashed answers no questions: it is for --embedding-model"),
        (["--embedding-model", "."], "there are no weights in this folder"),
    ],
)
def test_what_is_in_the_way_is_one_line(cli: Cli, tmp_path: Path, words: list[str], said: str) -> None:
    settings(tmp_path, "http://127.0.0.1:9/v1")
    text = (tmp_path / "querywright.toml").read_text()
    (tmp_path / "querywright.toml").write_text(text.replace("price", "retries = 0\n        price"))
    done = cli("models", "check", *words, cwd=tmp_path, env={"OPENAI_API_KEY": ""})
    assert (done.returncode, done.stderr.count("\n"), done.stdout) == (1, 1, "")
    assert said in done.stderr


def test_a_wrong_table_is_one_line(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "querywright.toml").write_text("[models.m]\nmodle = 'vllm:m'")
    done = cli("models", "check", cwd=tmp_path)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "[models.m] has no setting 'modle'; did you mean 'model'?" in done.stderr


def test_its_options_are_set_by_the_environment_too(cli: Cli, tmp_path: Path) -> None:
    done = cli("models", "check", cwd=tmp_path, env={"QUERYWRIGHT_MODELS_CHECK_EMBEDDING_MODEL": "hashed"})
    assert done.returncode == 0, done.stderr
    assert "vectors of 512 numbers" in done.stdout
    done = cli("models", "check", cwd=tmp_path, env={"QUERYWRIGHT_MODELS_CHECK_MODL": "hashed"})
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "did you mean QUERYWRIGHT_MODELS_CHECK_MODEL?" in done.stderr


def test_alone_it_shows_its_help(cli: Cli) -> None:
    done = cli("models")
    assert done.returncode == 0
    assert "check" in done.stdout


@pytest.mark.weights
def test_a_folder_of_weights_is_served_and_asked(cli: Cli, tiny_model: Path, tmp_path: Path) -> None:
    done = cli("models", "check", "--model", tiny_model, cwd=tmp_path, env={"OMP_NUM_THREADS": "1"})
    assert done.returncode == 0, done.stderr
    assert "reachable" in done.stdout
    assert "is ready after" in done.stderr
