"""The models of a process: any number of threads wait for one loop, and every question ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from clients import KEY, question, settings_for
from model_server import FAULTS, ModelServer
from pydantic import BaseModel

from querywright.errors import ModelFailed, ModelUnavailable
from querywright.models.opened import Models


class Verdict(BaseModel):
    good: bool
    reason: str


def test_with_three_of_ten_calls_faulty_every_question_ends_and_the_accounts_add_up(tmp_path: Path) -> None:
    kinds = [kind for kind in FAULTS if kind != "nan"]
    with ModelServer(faults=dict.fromkeys(kinds, 0.3 / len(kinds)), seed=7, retry_after="0.01") as server:
        settings = settings_for(server, timeout=2.0, concurrency=50, retries=6)

        def one(models: Models, number: int) -> str:
            try:
                if number % 2:
                    (verdict,) = models.ask_for("default", question(f"judge {number}", step="judge"), Verdict)
                    assert verdict.reason == "a"
                else:
                    assert all(models.ask("reasoning", question(f"ask {number}", samples=2, step="ask")))
            except ModelFailed as failed:
                return failed.reason
            return "ok"

        def run() -> tuple[Counter[str], int, int]:
            with Models(settings, cache=tmp_path / "a.sqlite") as models, ThreadPoolExecutor(64) as pool:
                ended = Counter(pool.map(lambda number: one(models, number), range(500)))
                return ended, models.ledger.total().calls, models.ledger.total().cached

        ended, calls, _ = run()
        assert ended.total() == 500
        assert ended["ok"] > 400
        assert set(ended) - {"ok"} <= {
            "content filter",
            "refusal",
            "answer cut off",
            "answer too large",
            "empty answer",
        }
        assert calls == server.tally.calls
        server.behaviour.faults = {}
        again, more, cached = run()
        assert again.total() == 500
        assert cached >= 450
        assert calls + more == server.tally.calls


def test_the_default_model_reasons_where_there_is_no_other(server: ModelServer) -> None:
    with ModelServer() as wise:
        with Models(settings_for(server), settings_for(wise, name="wise")) as models:
            models.ask("reasoning", question())
            assert [(usage.role, usage.model) for usage in models.ledger] == [("reasoning", "wise")]
        assert (server.tally.calls, wise.tally.calls) == (0, 1)
    with Models(settings_for(server)) as models:
        models.ask("reasoning", question())
        assert [(usage.role, usage.model) for usage in models.ledger] == [("default", "toy")]


def test_nothing_is_started_for_what_the_cache_knows(server: ModelServer, tmp_path: Path) -> None:
    with Models(settings_for(server), cache=tmp_path / "a.sqlite") as models:
        first = models.ask("default", question(samples=3))
    with Models(settings_for(server), cache=tmp_path / "a.sqlite") as models:
        assert models.ask("default", question(samples=3)) == first
        assert "models" not in {thread.name for thread in threading.enumerate()}


def test_a_repair_is_cached_as_any_question(server: ModelServer, tmp_path: Path) -> None:
    server.behaviour.script[:] = ["shape"]
    found = []
    for _ in range(2):
        with Models(settings_for(server), cache=tmp_path / "a.sqlite") as models:
            found += models.ask_for("default", question(), Verdict)
    assert found == [Verdict(good=True, reason="a")] * 2
    assert server.tally.calls == 2


def test_no_heavy_library_is_loaded_to_ask_a_plain_server(server: ModelServer) -> None:
    script = f"""
import sys
from querywright.models import Message, ModelSettings, Request
from querywright.models.opened import Models
with Models(ModelSettings("toy", "test", "m", base_url="{server.url}")) as models:
    models.ask("default", Request((Message("user", "hello"),)))
print(sorted(set(sys.modules) & {{"openai", "httpx2", "numpy", "pydantic", "genai_prices", "torch"}}))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_closing_ends_what_is_in_flight(server: ModelServer) -> None:
    server.behaviour.script[:] = ["hang"] * 5
    models = Models(settings_for(server))
    ended: list[BaseException] = []

    def ask(number: int) -> None:
        try:
            models.ask("default", question(str(number)))
        except BaseException as error:
            ended.append(error)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    while server.tally.calls < 5:
        threading.Event().wait(0.01)
    models.close()
    for thread in threads:
        thread.join()
    assert len(ended) == 5
    with pytest.raises(RuntimeError, match="these models are closed"):
        models.ask("default", question())
    models.close()


def test_a_missing_key_names_its_variable(server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = settings_for(server, key_variable="TOY_KEY")
    for value in ("", " "):
        monkeypatch.setenv("TOY_KEY", value)
        with pytest.raises(ModelUnavailable, match="toy: there is no key: set TOY_KEY, or do without one"):
            Models(settings)
    server.behaviour.key = KEY
    monkeypatch.setenv("TOY_KEY", KEY)
    with Models(settings) as models:
        assert models.ask("default", question())


def test_an_embedding_endpoint_is_asked_and_closed_with_the_others(server: ModelServer) -> None:
    with Models(settings_for(server), embedding=settings_for(server)) as models:
        assert models.embed(["a", "bc"], "choose").shape[0] == 2
        assert models.ledger.total().calls == server.tally.calls == 1


def test_without_an_embedding_model_the_embedded_one_compares(server: ModelServer) -> None:
    with Models(settings_for(server)) as models:
        near, far = models.embed(["customers in Norway"])[0] @ models.embed(["customers of Norway", "lamps"]).T
    assert near > far
    assert server.tally.calls == 0


def test_without_a_chat_model_that_is_said(server: ModelServer) -> None:
    with Models(None) as models, pytest.raises(ModelUnavailable, match="no chat model for the role default"):
        models.ask("default", question())


def test_an_answer_that_cannot_be_used_is_blank_where_blanks_will_do(server: ModelServer, tmp_path: Path) -> None:
    server.behaviour.faults = {"filter": 1.0}
    with Models(settings_for(server), cache=tmp_path / "a.sqlite") as models:
        for _ in range(2):  # the second time from the cache
            assert models.ask("default", question(samples=3, blanks=True)) == ["", "", ""]
        with pytest.raises(ModelFailed, match="content filter"):
            models.ask("default", question(samples=3))
