"""`querywright refine` and the options that ask models, as a person calls them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import orjson
import pytest
from author_answers import ANSWERS
from model_server import ModelServer
from seed_shop import GOODS, make_shop

Cli = Callable[..., object]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with `databases` and `seeds.jsonl`, where the commands are called."""
    (tmp_path / "databases").mkdir()
    make_shop(tmp_path / "databases")
    rows = [{"db_id": "001", "question": q, "SQL": s} for q, s in GOODS]
    (tmp_path / "seeds.jsonl").write_bytes(b"\n".join(map(orjson.dumps, rows)))
    return tmp_path


@pytest.fixture
def server(place: Path) -> Iterator[ModelServer]:
    """A model server that `querywright.toml` calls `mine`."""
    with ModelServer(ANSWERS) as running:
        (place / "querywright.toml").write_text(
            f'[models.mine]\nprovider = "compatible"\nmodel = "test"\nbase-url = "{running.url}"\n'
            "price = {input = 1.0, output = 2.0}\n"
        )
        yield running


@pytest.fixture
def call(cli: Cli, place: Path) -> Cli:
    """The command, in that folder, with a cache of its own."""

    def called(*words: object, **variables: str) -> object:
        return cli(*words, cwd=place, env={"XDG_CACHE_HOME": str(place / "cache"), **variables})

    return called


REFINE = ("refine", "seeds.jsonl", "--databases", "databases", "-o", "run")


def test_refining_by_rule_prints_what_was_kept_and_writes_a_report(call: Cli, place: Path) -> None:
    done = call(*REFINE, "--augment", 2, "--strategies", "dvt,ce")
    assert done.returncode == 0, done.stderr
    assert "finished: " in done.stderr
    assert "dataset  run/dataset.jsonl" in done.stdout
    directions = {
        orjson.loads(line)["augmentation"] for line in (place / "run/dataset.jsonl").read_bytes().splitlines()
    }
    assert directions == {None, "dvt", "ce"}
    assert "Direction of the variants" in (place / "run/report.html").read_text()


def test_refining_with_a_model_of_the_settings_tells_what_it_took(call: Cli, place: Path, server: ModelServer) -> None:
    done = call(*REFINE, "--augment", 1, "--model", "mine")
    assert done.returncode == 0, done.stderr
    assert f"models: {server.tally.calls} calls" in done.stderr
    assert "difficulty (default: mine): " in done.stderr
    assert "What the models were asked" in (place / "run/report.html").read_text()
    asked = server.tally.calls
    again = call("refine", "seeds.jsonl", "--databases", "databases", "-o", "again", "--augment", 1, "--model", "mine")
    assert "models: 0 calls" in again.stderr
    assert server.tally.calls == asked
    assert (place / "again/dataset.jsonl").read_bytes() == (place / "run/dataset.jsonl").read_bytes()


def test_without_the_cache_everything_is_asked_again(call: Cli, place: Path, server: ModelServer) -> None:
    for name in ("one", "two"):
        done = call("refine", "seeds.jsonl", "--databases", "databases", "-o", name, "--augment", 0, "--model", "mine",
                    "--no-cache")  # fmt: skip
        assert done.returncode == 0, done.stderr
    assert server.tally.calls == 2 * 18
    assert not (place / "cache").exists()


def test_an_estimate_prints_prices_and_makes_no_run(call: Cli, place: Path, server: ModelServer) -> None:
    done = call(*REFINE, "--augment", 0, "--model", "mine", "--estimate")
    assert done.returncode == 0, done.stderr
    assert "for about 6 examples from 6 inputs" in " ".join(done.stdout.split())
    assert "$" in done.stdout
    assert not (place / "run").exists()
    assert server.tally.calls == 18


def test_a_budget_stops_the_run_in_one_line_and_a_larger_one_goes_on(
    call: Cli, place: Path, server: ModelServer
) -> None:
    done = call(*REFINE, "--augment", 3, "--model", "mine", "--budget", "1ktok")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("querywright: the budget is spent, ")
    assert "a larger --budget goes on" in done.stderr
    done = call(*REFINE, "--augment", 3, "--model", "mine", "--budget", "5usd", "--resume")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("--model", "openai:gpt-5-mini"),
            "openai:gpt-5-mini: there is no key: set OPENAI_API_KEY, or do without one: --model with a local server "
            "(ollama:NAME, vllm:NAME) or a folder of weights, or no --model at all for the embedded grammar author",
        ),
        (("--model", "gpt-5-mini"), "there is no model 'gpt-5-mini': "),
        (("--model", "mine", "--budget", "5"), "the budget '5' cannot be read: write 5usd"),
        (
            ("--strategies", "dvt,cee"),
            "there is no strategy 'cee': choose from dvt, qsm, blc, ce, asf, po; did you mean ce?",
        ),
        (("--execution-difficulty", "5,2:a,b,c"), "thresholds must ascend"),
        (("--component-difficulty", "two"), "'two' is no scale"),
        (("--databases", "nowhere"), "there is no file or folder nowhere"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    call: Cli, server: ModelServer, words: tuple[str, ...], said: str
) -> None:
    done = call(*REFINE, *words, OPENAI_API_KEY="")
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith(f"querywright: {said}")
    assert server.tally.calls == 0


def test_a_model_without_a_price_is_not_held_to_money(call: Cli, place: Path, server: ModelServer) -> None:
    path = place / "querywright.toml"
    path.write_text("\n".join(line for line in path.read_text().splitlines() if "price" not in line))
    done = call(*REFINE, "--model", "mine", "--budget", "5usd")
    assert done.returncode == 1
    assert "mine: its price is not known" in done.stderr


def test_a_server_that_is_not_there_is_waited_for_and_said(place: Path, program: list[str]) -> None:
    import os
    import signal
    import subprocess

    (place / "querywright.toml").write_text(
        '[models.mine]\nprovider = "compatible"\nmodel = "test"\nbase-url = "http://127.0.0.1:9/v1"\nretries = 0\n'
    )
    process = subprocess.Popen(
        [*program, *REFINE, "--model", "mine"],
        cwd=place, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True,
        env={**os.environ, "XDG_CACHE_HOME": "cache"},
    )  # fmt: skip
    assert process.stderr is not None
    said = process.stderr.readline()
    assert "its server at http://127.0.0.1:9/v1 cannot be reached" in said
    assert "waiting, the run goes on by itself when it is back" in said
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "pass --resume" in rest
    assert "Traceback" not in rest


def test_synthesis_takes_the_same_options(call: Cli, place: Path, server: ModelServer) -> None:
    done = call("synthesize", "databases", "-o", "run", "--count", 3, "--model", "mine")
    assert done.returncode == 0, done.stderr
    assert "write (default: mine): " in done.stderr
